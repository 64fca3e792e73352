extension SkinPainter {
  func addMouth(_ x: Float, _ y: Float, _ paint: inout Paint) {
    let mouth = features.mouth
    let u = x / mouth.halfWidth
    guard abs(u) < 1.12, abs(y - mouth.centerY) < 0.36 else { return }
    let inside = clamp(u, -1, 1)
    let line = mouth.line(inside)
    let edge = soft + 0.006
    let within = smoothStep(1.04, 0.93, abs(u))
    let top = mouth.lipTop(inside)
    let bottom = mouth.lipBottom(inside)
    let lips = smoothStep(-edge, edge, y - top) * smoothStep(-edge, edge, bottom - y) * within
    let low = mouth.lowerEdge(inside)
    if lips > 0 {
      let color = lipColor(x, y)
      let shade: Float = y < line ? 0.78 : 1
      paint.color = mix(paint.color, color * shade, 0.88 * lips)
      paint.gloss = mix(paint.gloss, y < line ? 0.12 : 0.3, lips)
    }
    if mouth.gap > 0.004 && abs(u) < 1 { addOpening(u, y, line, low, &paint) }
    let reach = 0.011 + 0.5 * soft
    let seam = max(hill((y - line) / reach, 0), 0.6 * hill((y - low) / reach, 0)) * smoothStep(1.1, 0.95, abs(u))
    paint.color = mix(paint.color, base * Vector3(0.13, 0.05, 0.05), 0.8 * seam)
  }

  private func lipColor(_ x: Float, _ y: Float) -> Vector3 {
    let mouth = features.identity.mouth
    let red = Vector3(0.5, 0.11, 0.11) * (0.45 + 0.55 * (1 - features.identity.skin.tone))
    let pale = base * Vector3(0.8, 0.45, 0.43)
    let wrinkle = valueNoise(x * 60, y * 9, seed: 41)
    return mix(pale, red, 0.15 + 0.75 * mouth.redness) * (1 + 0.08 * wrinkle)
  }

  /// Dark, with the upper teeth when the mouth smiles or opens.
  private func addOpening(_ u: Float, _ y: Float, _ line: Float, _ low: Float, _ paint: inout Paint) {
    let open = smoothStep(-soft, soft, y - line) * smoothStep(-soft, soft, low - y)
    guard open > 0 else { return }
    let depth = y - line
    var color = Vector3(0.045, 0.012, 0.012)
    let height = 0.055 + 0.02 * max(0, features.smile)
    let teeth = smoothStep(height + soft, height - soft, depth) * (1 - 0.75 * u * u)
    let x = u * features.mouth.halfWidth
    let gap = hill((x / 0.055 - (x / 0.055).rounded()) / 0.16, 0) * clamp(1 - 22 * soft)
    color = mix(color, Vector3(0.7, 0.64, 0.55) * (1 - 0.3 * gap), teeth)
    color = color * (0.5 + 0.5 * smoothStep(0, 0.03, depth))
    paint.color = mix(paint.color, color, open)
    paint.gloss = mix(paint.gloss, 0.05, open)
  }
}
