import FaceDatasets
import Foundation

/// Maps that place the cells of an activation map in the source photo. Cells are counted from the top left and an integer
/// (column, row) is the *center* of a cell. Photo coordinates are continuous pixels: the photo covers [0, width] x [0, height]
/// and pixel (0, 0) has its center at (0.5, 0.5).
extension AffineMap {
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

  /// Cells to photo pixels, for a network input made by any affine warp (a five-point alignment, say).
  ///
  /// `inputToSource` says where a point of the input, in continuous input pixels, was sampled from in the photo.
  public init(
    mapWidth: Int, mapHeight: Int, inputWidth: Int, inputHeight: Int, inputToSource: AffineMap,
    placement: CellPlacement = .tiled
  ) {
    precondition(mapWidth > 0 && mapHeight > 0, "a map has at least one cell")
    let stepX = Double(inputWidth) / Double(mapWidth)
    let stepY = Double(inputHeight) / Double(mapHeight)
    let cells = AffineMap(
      a: stepX, b: 0, c: 0, d: stepY, tx: placement == .receptiveField ? 0.5 : stepX / 2,
      ty: placement == .tiled ? stepY / 2 : 0.5)
    self = cells.then(inputToSource)
  }

  /// The diagonal, in photo pixels, of the region that a map of this size covers.
  func diagonal(mapWidth: Int, mapHeight: Int) -> Double {
    let w = Double(mapWidth) * hypot(a, c)
    let h = Double(mapHeight) * hypot(b, d)
    return hypot(w, h)
  }
}
