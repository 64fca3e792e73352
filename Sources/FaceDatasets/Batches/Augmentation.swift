import Foundation
import Torch

/// Random changes of training photos, on whole batches of tensors.
public struct AugmentationSettings: Codable, Sendable, Hashable {
  /// Probability of mirroring from left to right.
  public var flip = 0.5
  /// Largest change of scale; 0.1 is 0.9 to 1.1 times.
  public var scale = 0.1
  /// Largest turn in degrees.
  public var degrees = 10.0
  /// Largest shift, in shares of the side.
  public var shift = 0.06
  /// Whether the window moves inside the border.
  public var crop = true
  /// Largest change of brightness, contrast and saturation, as shares.
  public var color = 0.0
  /// Probability that a photo is blurred (two 3x3 binomials, blended with the photo by a uniform share).
  public var blur = 0.0
  /// Probability that a random rectangle is erased (Zhong et al. 2020), 2 to 20 % of the area.
  public var erase = 0.0

  public init() {}

  /// Throws ``SettingsError`` when a value is out of range.
  public func validate() throws {
    for (name, value, range) in [
      ("flip", flip, 0...1), ("scale", scale, 0...0.9), ("degrees", degrees, 0...180), ("shift", shift, 0...1),
      ("color", color, 0...1), ("blur", blur, 0...1), ("erase", erase, 0...1),
    ] as [(String, Double, ClosedRange<Double>)] where !range.contains(value) {
      throw SettingsError(
        message: "augmentation.\(name) \(value) is not between \(range.lowerBound) and \(range.upperBound)")
    }
  }

  /// Stored photos [B, S', S', 3] (bytes) as augmented network input [B, 3, S, S] in [-1, 1], on the photos' device.
  public func apply(_ photos: Tensor, _ input: InputSettings, using random: inout SeededRandom) throws -> Tensor {
    let maps = (0..<photos.size(0)).map { _ in map(input, using: &random) }
    var images = try Tensor.networkInput(photos, through: maps, size: input.size)
    // A stream each, so that one setting does not change what the others draw.
    let seed = random.next()
    func stream(_ name: String) -> SeededRandom { SeededRandom(seed: seed, stream: name) }
    var (colors, blurs, erasures) = (stream("color"), stream("blur"), stream("erase"))
    if color > 0 { images = try colored(images, using: &colors) }
    if blur > 0 { images = try blurred(images, using: &blurs) }
    if erase > 0 { images = try erased(images, using: &erasures) }
    return images
  }

  private func map(_ input: InputSettings, using random: inout SeededRandom) -> AffineMap {
    let room = Double(input.storedSide - input.size)
    // Every photo draws the same number of times, so that one setting does not change what the next draws.
    let (x, y) = (random.uniform(0...1) * room, random.uniform(0...1) * room)
    let window = crop ? AffineMap.window(input, x: x.rounded(), y: y.rounded()) : .centered(input)
    let moved = window.thenSimilarity(
      scale: 1 + random.uniform(-1...1) * scale, degrees: random.uniform(-1...1) * degrees,
      shiftX: random.uniform(-1...1) * shift, shiftY: random.uniform(-1...1) * shift)
    return random.uniform() < flip ? moved.thenMirrored : moved
  }

  private func colored(_ images: Tensor, using random: inout SeededRandom) throws -> Tensor {
    let count = images.size(0)
    func factors() throws -> Tensor {
      try Tensor((0..<count).map { _ in Float(random.uniform(-color...color)) }, [count, 1, 1, 1]).to(images.device)
    }
    let (brightness, contrast, saturation) = try (factors(), factors() + 1, factors() + 1)
    let gray = try images.mean(1, keep: true)
    let level = try gray.mean(2, 3, keep: true)
    let vivid = try gray + (images - gray) * saturation
    return try (level + (vivid - level) * contrast + brightness).clamped(min: -1, max: 1)
  }

  private func blurred(_ images: Tensor, using random: inout SeededRandom) throws -> Tensor {
    let amounts = (0..<images.size(0)).map { _ in
      let (chosen, amount) = (random.uniform() < blur, random.uniform(0...1))
      return Float(chosen ? amount : 0)
    }
    let amount = try Tensor(amounts, [amounts.count, 1, 1, 1]).to(images.device)
    let kernel = try Tensor([1, 2, 1, 2, 4, 2, 1, 2, 1].map { Float($0) / 16 }, [1, 1, 3, 3]).to(images.device)
    let side = images.size(2)
    // Repeating the edge first keeps borders from darkening.
    let maps = [AffineMap](
      repeating: AffineMap(
        a: Double(side + 4) / Double(side), b: 0, c: 0, d: Double(side + 4) / Double(side), tx: 0, ty: 0),
      count: images.size(0))
    let padded = try Tensor.warped(images, through: maps, size: side + 4)
    let channels = try kernel.expanded(3, 1, 3, 3).contiguous()
    let soft = try padded.convolved(channels, groups: 3).convolved(channels, groups: 3)
    return try images + (soft - images) * amount
  }

  private func erased(_ images: Tensor, using random: inout SeededRandom) throws -> Tensor {
    let (count, side) = (images.size(0), images.size(2))
    var mask = [Float](repeating: 1, count: count * side * side)
    for image in 0..<count {
      let (chosen, area, ratio) = (random.uniform() < erase, random.uniform(0.02...0.2), random.uniform(-1.1...1.1))
      let (x, y) = (random.uniform(), random.uniform())
      guard chosen else { continue }
      let height = min(side, Int((Double(side) * (area * exp(ratio)).squareRoot()).rounded()))
      let width = min(side, Int((Double(side) * (area / exp(ratio)).squareRoot()).rounded()))
      let (left, top) = (Int(x * Double(side - width + 1)), Int(y * Double(side - height + 1)))
      for row in top..<(top + height) {
        let start = (image * side + row) * side + left
        for place in start..<(start + width) { mask[place] = 0 }
      }
    }
    return try images * Tensor(mask, [count, 1, side, side]).to(images.device)
  }
}
