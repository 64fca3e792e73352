import Torch

/// The templates of Interpretable CNNs (Zhang, Wu, Zhu, CVPR 2018): for each place of a map, a bump that falls off in
/// city blocks. `1 - beta |[i, j] - mu|_1 / n`, clipped from below.
public enum PeakTemplates {
  /// The templates of an n x n map, [n n, n n]: row mu, values over places, at least `floor`.
  public static func bank(side: Int, beta: Double = 4, floor: Double, on device: Device) throws -> Tensor {
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
