import FaceEvaluation
import FaceImages

/// Channels as rows of heat maps over faces.
public enum ChannelSheet {
  /// One picture with a row a channel, labeled with the part it found.
  public static func image(_ figures: [ChannelFigure], side: Int = 128) -> Image {
    let rows = figures.map { figure in figure.faces.map { overlay($0, side: side) } }
    let labels = figures.map { figure in
      "\(figure.summary.index) \(figure.summary.part?.title ?? "-") \(percent(figure.summary.purity))"
    }
    return ContactSheet(rows: rows, rowLabels: labels).image()
  }

  /// The photo in gray with the map over it, so that the map's colors read on every skin.
  static func overlay(_ face: ChannelFigure.Face, side: Int) -> Image {
    gray(face.image, side: side)
      .overlaid(with: face.map.resized(width: side, height: side), colorMap: .inferno, opacity: 0.75)
  }

  /// The photo without its colors.
  static func gray(_ image: Image, side: Int) -> Image { image.resized(width: side, height: side).gray() }

  static func percent(_ value: Double?) -> String { value.map { "\(Int(($0 * 100).rounded()))%" } ?? "-" }
}
