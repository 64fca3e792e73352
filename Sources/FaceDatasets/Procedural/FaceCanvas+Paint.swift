extension FaceCanvas {
  /// Linear light (RGB, three values a pixel) and part labels, each `width * height` pixels.
  func paint() -> (light: [Float], labels: [UInt8]) {
    var light = [Float](repeating: 0, count: 3 * width * height)
    var labels = [UInt8](repeating: PartMap.none, count: width * height)
    let painter = SamplePainter(self)
    let backdrop = Backdrop(conditions)
    let share = 1 / Float(factor * factor)
    let side = Float(min(width, height))
    for y in 0..<height {
      for x in 0..<width {
        var sum = Vector3(0)
        var votes = LabelVotes()
        var background: Vector3?
        for row in (y * factor)..<((y + 1) * factor) {
          for column in (x * factor)..<((x + 1) * factor) {
            let sample = painter.sample(column, row)
            votes.add(sample.label)
            if let color = sample.light {
              sum += color
            } else {
              let behind =
                background
                ?? backdrop.color((Float(x) + 0.5 - 0.5 * Float(width)) / side, (Float(y) + 0.5) / side - 0.5)
              background = behind
              sum += painter.throughGlasses(behind, column, row)
            }
          }
        }
        let i = y * width + x
        light[3 * i] = sum.x * share
        light[3 * i + 1] = sum.y * share
        light[3 * i + 2] = sum.z * share
        labels[i] = votes.winner
      }
    }
    return (light, labels)
  }
}

/// The most frequent label of a pixel's samples; the first seen wins a tie.
private struct LabelVotes {
  private(set) var winner = PartMap.none
  private var counts: (UInt64, UInt64) = (0, 0)
  private var most: UInt64 = 0

  /// Eight bits a label hold the 64 samples of the largest supersampling.
  mutating func add(_ label: UInt8) {
    let slot = label == PartMap.none ? 9 : UInt64(label)
    let count: UInt64
    if slot < 8 {
      counts.0 += 1 << (8 * slot)
      count = counts.0 >> (8 * slot) & 255
    } else {
      counts.1 += 1 << (8 * (slot - 8))
      count = counts.1 >> (8 * (slot - 8)) & 255
    }
    if count > most { (winner, most) = (label, count) }
  }
}

/// Paints and lights what a sample sees.
struct SamplePainter {
  private let canvas: FaceCanvas
  private let skin: SkinPainter
  private let hair: HairPainter
  private let lighting: Lighting
  private let backdrop: Backdrop

  init(_ canvas: FaceCanvas) {
    self.canvas = canvas
    skin = SkinPainter(canvas.layout.features, canvas.conditions, samplesPerUnit: canvas.camera.scale)
    hair = HairPainter(canvas.identity.hair)
    lighting = Lighting(canvas.conditions, scale: canvas.camera.scale)
    backdrop = Backdrop(canvas.conditions)
  }

  /// Light is nil where nothing but background is.
  func sample(_ column: Int, _ row: Int) -> (light: Vector3?, label: UInt8) {
    let i = row * canvas.buffer.width + column
    let gridIndex = canvas.buffer.grid[i]
    guard gridIndex != 255 else { return (nil, PartMap.none) }
    let grid = canvas.scene.grids[Int(gridIndex)]
    var v = canvas.buffer.vertex(i, grid, canvas.scene)
    var label = PartMap.none
    let paint: Paint
    var openness: Float = 1
    switch grid.material {
    case .skin:
      paint = skin.paint(v.x, v.y, v.angle)
      openness = v.extra
      if let part = canvas.layout.part(v.x, v.y, v.angle) { label = PartMap.label(of: part) }
    case .hair:
      paint = hair.paint(v.angle, v.y, coverage: v.extra)
      openness = 0.45 + 0.55 * smoothStep(0, 0.12, v.extra)
      if v.normal.z < 0 {
        v.normal = v.normal * -1
        openness *= 0.35
      }
    case .ear:
      paint = Paint(color: skin.base * Vector3(1, 0.86, 0.84), gloss: 0.08)
      openness = v.extra
    case .neck, .glasses:
      (paint, openness) = body(v)
    }
    let shadow = lighting.shadow(canvas.buffer, column: column, row: row)
    let light = lighting.shade(paint, normal: v.normal.normalized(), openness: openness, shadow: shadow)
    return (throughGlasses(light, column, row), label)
  }

  /// Skin above the collar, cloth below.
  private func body(_ v: Vertex) -> (Paint, Float) {
    let collar = 1.5 + 0.3 * backdrop.neckline * hill(v.angle / 1.1, 0)
    if v.y < collar { return (Paint(color: skin.base * Vector3(0.95, 0.92, 0.92), gloss: 0.06), v.extra) }
    let fold = valueNoise(v.angle * 4 + v.y, v.y * 5, seed: 15)
    let seam = 1 - 0.4 * hill((v.y - collar - 0.05) / 0.03, 0)
    return (Paint(color: backdrop.cloth * ((1 + 0.16 * fold) * seam), gloss: 0.02), 0.9)
  }

  /// Lays glasses over a sample.
  func throughGlasses(_ light: Vector3, _ column: Int, _ row: Int) -> Vector3 {
    guard let overlay = canvas.overlay else { return light }
    let i = row * canvas.buffer.width + column
    let gridIndex = overlay.buffer.grid[i]
    guard gridIndex != 255, overlay.buffer.depth[i] > canvas.buffer.depth[i] else { return light }
    let v = overlay.buffer.vertex(i, overlay.scene.grids[Int(gridIndex)], overlay.scene)
    switch overlay.shape.place(v.x, v.y) {
    case .nothing: return light
    case .glass: return light * 0.93 + Vector3(0.012 + 0.03 * clamp(-v.y * 3))
    case .rim:
      let tone = overlay.shape.glasses.lightness
      let paint = Paint(color: Vector3(0.015 + 0.4 * tone * tone), gloss: 0.3)
      return lighting.shade(paint, normal: v.normal.normalized(), openness: 1, shadow: 0)
    }
  }
}

extension SampleBuffer {
  /// What is seen at a sample, between the corners of its triangle. The normal is not of unit length.
  func vertex(_ sample: Int, _ grid: Grid, _ scene: Scene) -> Vertex {
    let (ia, ib, ic) = SampleBuffer.corners(triangle[sample], columns: grid.columns)
    let (wb, wc) = (second[sample], third[sample])
    let wa = 1 - wb - wc
    let (a, b, c) = (scene.vertices[ia], scene.vertices[ib], scene.vertices[ic])
    return Vertex(
      screenX: 0, screenY: 0, depth: depth[sample], normal: a.normal * wa + b.normal * wb + c.normal * wc,
      x: wa * a.x + wb * b.x + wc * c.x, y: wa * a.y + wb * b.y + wc * c.y,
      angle: wa * a.angle + wb * b.angle + wc * c.angle, extra: wa * a.extra + wb * b.extra + wc * c.extra)
  }
}
