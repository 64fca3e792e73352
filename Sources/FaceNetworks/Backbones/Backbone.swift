import ONNX
import Torch

/// A network body as a row of named units, each fed by the one before.
protocol Backbone: Module {
  var units: [BackboneUnit] { get }
  /// From the last map to the embedding; nil when the row was cut after a stage.
  var tail: (any GraphExportable)? { get }
  /// The tail's normalization of its input; nil when its input meets another layer first.
  var tailNorm: BatchNorm? { get }
}

/// One unit of a backbone: a residual block, the stem.
struct BackboneUnit {
  /// Name within the backbone: "layer3.1".
  let name: String
  /// 0 for the stem, then 1 to 4.
  let stage: Int
  /// Channels it gives.
  let channels: Int
  /// Side of the input over side of its map.
  let stride: Int
  /// What a cell of its map sees; behind an inserted target layer, of that layer's map.
  let field: ReceptiveField
  let layer: any GraphExportable
  /// Its normalization of its input; nil when its input meets another layer first.
  var inputNorm: BatchNorm?
}

extension Backbone {
  /// Index of the last unit of a stage.
  func end(ofStage stage: Int) -> Int { units.lastIndex { $0.stage == stage }! }
}

/// Channels of a thinned network: a multiple of 8, at least 8.
func scaled(_ channels: Int, by width: Double) -> Int {
  width == 1 ? channels : max(8, Int((Double(channels) * width / 8).rounded()) * 8)
}

/// Strides of the four stages when no map may be smaller than the input by more than `limit`.
func stageStrides(startingAt stride: Int, limit: Int) -> [Int] {
  var total = stride
  return (0..<4).map { _ in
    guard total * 2 <= limit else { return 1 }
    total *= 2
    return 2
  }
}
