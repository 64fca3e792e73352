extension HeadSurface {
  /// What features add to the depth of the front at x, y, and how open to the light the place is.
  func relief(_ x: Float, _ y: Float) -> (height: Float, openness: Float) {
    var height: Float = 0
    var openness: Float = 1
    let side = abs(x)
    if y < 0.25 { addEyes(side, y, &height, &openness) }
    if y > -0.35 && y < 0.72 && side < 0.45 { addNose(side, y, &height, &openness) }
    if y > 0.4 { addMouth(x, y, &height, &openness) }
    addCheeks(side, y, &height)
    addChin(side, y, &height, &openness)
    return (height, max(openness, 0.3))
  }

  private func addEyes(_ side: Float, _ y: Float, _ height: inout Float, _ openness: inout Float) {
    let eyes = features.identity.eyes
    let dx = side - eyes.spacing
    let dy = y - eyes.height
    let socket = hill(dx / 0.27, (dy + 0.015) / 0.19)
    height -= (0.075 + 0.05 * eyes.depth) * socket
    openness -= (0.14 + 0.14 * eyes.depth) * hill(dx / 0.25, (dy + 0.06) / 0.15)
    // The corner between eye and nose is the deepest.
    openness -= 0.2 * hill((side - 0.15) / 0.09, (dy + 0.01) / 0.13)
    height += 0.06 * hill(dx / 0.16, dy / 0.105)
    height += 0.035 * features.identity.skull.browRidge * hill((side - 0.28) / 0.36, (y + 0.19) / 0.13)
    height -= 0.035 * hill((side - 0.62) / 0.22, (y + 0.3) / 0.3)
  }

  private func addNose(_ side: Float, _ y: Float, _ height: inout Float, _ openness: inout Float) {
    let nose = features.identity.nose
    let tip = nose.length
    let base = tip + 0.115 - 0.025 * nose.tipTurn
    let along = clamp((y + 0.1) / (tip + 0.1))
    // The underside rises toward the wings.
    let under = y + 0.045 * (side / nose.wingWidth) * (side / nose.wingWidth)
    let fall = 1 - smoothStep(tip - 0.01, base + 0.015, under)
    let rise = smoothStep(-0.3, 0.02, y)
    let ridge = nose.projection * (0.3 + 0.7 * along * (0.6 + 0.4 * along)) * rise
    let saddle = nose.hump * hill((along - 0.45) / 0.4, 0)
    let bridge = mix(nose.bridgeWidth, nose.tipWidth, along * along) * 1.45
    let body = mix(nose.bridgeWidth * 1.6, nose.wingWidth, along) * 1.35
    height += (0.46 * ridge + saddle) * hill(side / bridge, 0) * fall
    height += 0.54 * ridge * hill(side / body, 0) * fall
    height += 0.045 * hill(side / (nose.tipWidth * 1.15), (y - tip + 0.01 * nose.tipTurn) / 0.1)
    height += 0.085 * hill((side - nose.wingWidth * 0.74) / 0.085, (y - tip - 0.035) / 0.085)
    openness -= 0.32 * hill((side - nose.wingWidth - 0.015) / 0.05, (y - tip - 0.04) / 0.1)
    openness -= 0.26 * hill(side / (nose.wingWidth + 0.04), (y - base - 0.015) / 0.07)
  }

  private func addMouth(_ x: Float, _ y: Float, _ height: inout Float, _ openness: inout Float) {
    let mouth = features.mouth
    let side = abs(x)
    // The teeth carry the whole region: fixed, so that exchanging a mouth does not move the cheeks.
    height += 0.055 * hill(x / 0.42, (y - 0.71) / 0.32)
    let u = x / mouth.halfWidth
    guard abs(u) < 1.3 else { return }
    let line = mouth.line(clamp(u, -1, 1))
    let dy = y - line
    let taper = hill(u / 1.08, 0)
    height +=
      (0.018 + 0.42 * mouth.upper) * taper.squareRoot() * hill((dy + mouth.upper * 0.55) / (mouth.upper + 0.015), 0)
    let low = dy - mouth.gap
    height +=
      (0.024 + 0.42 * mouth.lower) * taper.squareRoot() * hill((low - mouth.lower * 0.5) / (mouth.lower + 0.01), 0)
    height -= 0.03 * taper * hill((dy - mouth.gap * 0.5) / (0.03 + mouth.gap * 0.6), 0)
    let fold = low - mouth.lower - 0.06
    height -= 0.045 * hill(x / 0.22, fold / 0.075)
    openness -= 0.24 * hill(x / (mouth.halfWidth * 0.95), (fold + 0.015) / 0.07)
    openness -= 0.3 * hill((side - mouth.halfWidth) / 0.06, dy / 0.05)
    // Philtrum.
    height -= 0.012 * hill(x / 0.035, (dy + mouth.upper + 0.06) / 0.09)
  }

  private func addCheeks(_ side: Float, _ y: Float, _ height: inout Float) {
    let cheek = features.identity.cheek
    let lift = 0.03 * max(0, features.smile)
    let bone = hill((side - 0.42) / 0.3, (y - cheek.height + lift) / 0.27)
    height += (0.02 + 0.05 * cheek.fullness + 1.1 * lift) * bone
    let hollow = hill((side - 0.47) / 0.22, (y - 0.6) / 0.24)
    height += (0.055 * cheek.fullness - 0.04) * hollow
  }

  private func addChin(_ side: Float, _ y: Float, _ height: inout Float, _ openness: inout Float) {
    let chin = features.identity.chin
    let dy = y - chin.length + 0.15
    height += (0.025 + 0.05 * chin.prominence) * hill(side / (chin.width * 0.8 + 0.03), dy / 0.17)
    let cleft = chin.cleft * hill(side / 0.045, dy / 0.11)
    height -= 0.025 * cleft
    openness -= 0.15 * cleft
  }
}
