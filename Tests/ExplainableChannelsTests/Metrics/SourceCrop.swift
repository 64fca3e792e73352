import ExplainableChannels
import FaceDatasets
import Foundation

/// The rectangle of a photo that the network is shown, in pixels of the photo; it may reach over the photo's edge.
struct SourceCrop {
  var x: Double
  var y: Double
  var width: Double
  var height: Double
}

extension AffineMap {
  /// Cells to photo pixels, for a photo of which `crop` was resized to the network's input.
  ///
  /// - Parameters:
  ///   - mapWidth: Columns of the activation map.
  ///   - mapHeight: Rows of the activation map.
  ///   - inputWidth: Width of the network's input in pixels.
  ///   - inputHeight: Height of the network's input in pixels.
  ///   - crop: What was shown, in photo pixels.
  ///   - motion: Where a pixel of the input was sampled from in the unmoved input (output to input, as
  ///     `affine_grid` has it), both in input pixels; nil when the face was not moved.
  ///   - placement: How cells lie in the input.
  init(
    mapWidth: Int, mapHeight: Int, inputWidth: Int, inputHeight: Int, crop: SourceCrop,
    motion: AffineMap? = nil, placement: CellPlacement = .tiled
  ) {
    let toSource = AffineMap.crop(crop, inputWidth: inputWidth, inputHeight: inputHeight)
    self.init(
      mapWidth: mapWidth, mapHeight: mapHeight, inputWidth: inputWidth, inputHeight: inputHeight,
      inputToSource: (motion ?? .identity).then(toSource), placement: placement)
  }

  /// Input pixels to photo pixels, for a crop that was resized to the input.
  static func crop(_ crop: SourceCrop, inputWidth: Int, inputHeight: Int) -> AffineMap {
    AffineMap(
      a: crop.width / Double(inputWidth), b: 0, c: 0, d: crop.height / Double(inputHeight), tx: crop.x, ty: crop.y)
  }

  /// Scales by `scale`, turns by `degrees` (clockwise on the screen) about the center, then shifts.
  static func similarity(
    scale: Double = 1, degrees: Double = 0, shiftX: Double = 0, shiftY: Double = 0, centerX: Double = 0,
    centerY: Double = 0
  ) -> AffineMap {
    let angle = degrees * .pi / 180
    let (p, q) = (scale * cos(angle), scale * sin(angle))
    return AffineMap(
      a: p, b: -q, c: q, d: p,
      tx: centerX - p * centerX + q * centerY + shiftX, ty: centerY - q * centerX - p * centerY + shiftY)
  }
}
