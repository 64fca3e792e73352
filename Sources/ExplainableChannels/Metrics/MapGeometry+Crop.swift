import Foundation

/// The rectangle of a photo that the network is shown, in pixels of the photo; it may reach over the photo's edge.
public struct SourceCrop: Sendable, Hashable, Codable {
  public var x: Double
  public var y: Double
  public var width: Double
  public var height: Double

  public init(x: Double, y: Double, width: Double, height: Double) {
    self.x = x
    self.y = y
    self.width = width
    self.height = height
  }
}

extension MapGeometry {
  /// Where the center of a cell is thought to be in the network's input.
  public enum CellPlacement: String, Sendable, Codable {
    /// Cells tile the input evenly: cell `i` of `n` is centered at `(i + 0.5) * side / n`. The usual reading, which
    /// resizing a map to the size of the input also implies.
    case tiled
    /// Cell `i` is centered where its receptive field is, for layers of odd kernels with "same" padding: at the
    /// center of input pixel `i * side / n`. It lies `(stride - 1) / 2` input pixels up and left of `tiled`.
    case receptiveField
    /// From left to right as `tiled`, from top to bottom as `receptiveField`: a network that learned from photos and their
    /// mirror images alike. What it knows is symmetric about the input's middle, and so are tiles, while receptive fields
    /// lie half a stride to the left; there is no such symmetry from top to bottom.
    case mirrored
  }

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
  public init(
    mapWidth: Int, mapHeight: Int, inputWidth: Int, inputHeight: Int, crop: SourceCrop,
    motion: MapGeometry? = nil, placement: CellPlacement = .tiled
  ) {
    let toSource = MapGeometry.crop(crop, inputWidth: inputWidth, inputHeight: inputHeight)
    self.init(
      mapWidth: mapWidth, mapHeight: mapHeight, inputWidth: inputWidth, inputHeight: inputHeight,
      inputToSource: (motion ?? .identity).then(toSource), placement: placement)
  }

  /// Cells to photo pixels, for a network input made by any affine warp (a five-point alignment, say).
  ///
  /// `inputToSource` says where a point of the input, in continuous input pixels, was sampled from in the photo.
  public init(
    mapWidth: Int, mapHeight: Int, inputWidth: Int, inputHeight: Int, inputToSource: MapGeometry,
    placement: CellPlacement = .tiled
  ) {
    precondition(mapWidth > 0 && mapHeight > 0, "a map has at least one cell")
    let stepX = Double(inputWidth) / Double(mapWidth)
    let stepY = Double(inputHeight) / Double(mapHeight)
    let cells = MapGeometry(
      a: stepX, b: 0, c: 0, d: stepY, tx: placement == .receptiveField ? 0.5 : stepX / 2,
      ty: placement == .tiled ? stepY / 2 : 0.5)
    self = cells.then(inputToSource)
  }

  /// Input pixels to photo pixels, for a crop that was resized to the input.
  public static func crop(_ crop: SourceCrop, inputWidth: Int, inputHeight: Int) -> MapGeometry {
    MapGeometry(
      a: crop.width / Double(inputWidth), b: 0, c: 0, d: crop.height / Double(inputHeight), tx: crop.x, ty: crop.y)
  }

  /// Scales by `scale`, turns by `degrees` (clockwise on the screen) about the center, then shifts.
  public static func similarity(
    scale: Double = 1, degrees: Double = 0, shiftX: Double = 0, shiftY: Double = 0, centerX: Double = 0,
    centerY: Double = 0
  ) -> MapGeometry {
    let angle = degrees * .pi / 180
    let (p, q) = (scale * cos(angle), scale * sin(angle))
    return MapGeometry(
      a: p, b: -q, c: q, d: p,
      tx: centerX - p * centerX + q * centerY + shiftX, ty: centerY - q * centerX - p * centerY + shiftY)
  }
}
