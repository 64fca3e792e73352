import Torch

/// The templates of Interpretable CNNs (Zhang, Wu, Zhu, CVPR 2018): for each place of a map, a bump that falls off in
/// city blocks. `1 - beta |[i, j] - mu|_1 / n`, clipped from below.
public enum PeakTemplates {
  /// The largest side of a map with a template for each of its places: its bank takes a gigabyte.
  static let largestSide = 128

  /// Throws ``NetworkError`` for a map with too many places.
  public static func checkSide(_ side: Int) throws {
    guard side <= largestSide else {
      throw NetworkError(
        message:
          "a map of \(side) x \(side) places has too many for a template of each; at most \(largestSide) a side: choose a "
          + "later stage or a smaller input")
    }
  }

  /// The templates of an n x n map, [n n, n n]: row mu, values over places, at least `floor`. Throws ``NetworkError`` for a map of
  /// more than 128 x 128.
  public static func bank(side: Int, beta: Double = 4, floor: Double, on device: Device) throws -> Tensor {
    try checkSide(side)
    let places = side * side
    var values = [Float](repeating: 0, count: places * places)
    for peak in 0..<places {
      for place in 0..<places {
        let distance = abs(place % side - peak % side) + abs(place / side - peak / side)
        values[peak * places + place] = Float(max(1 - beta * Double(distance) / Double(side), floor))
      }
    }
    return try Tensor(values, [places, places]).to(device)
  }

  /// Maps [B, C, n, n] times the row of `bank` [n n, n n] at each map's own peak: ICNN's masked forward pass when the
  /// bank is clipped at 0. The peak itself is no function of the map here, as in the authors' code.
  public static func masked(_ maps: Tensor, by bank: Tensor) throws -> Tensor {
    let flat = try maps.contiguous().flattened(from: 2)
    let peaks = try withoutGradient { try flat.argmax(2).flattened() }
    let masks = try bank.indexed(0, peaks).reshaped(flat.shape)
    return try (flat * masks.to(flat.dtype)).reshaped(maps.shape)
  }
}
