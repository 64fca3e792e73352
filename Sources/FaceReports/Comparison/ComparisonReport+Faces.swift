import FaceDatasets
import FaceEvaluation
import FaceImages

extension ComparisonReport {
  private static let side = 128

  /// The part maps of all methods on the same faces, and each part's heat maps to open.
  static func faces(_ methods: [ComparedMethod], note: String) throws -> [any ReportBlock] {
    let shown = methods.filter { !$0.parts.isEmpty }
    guard let first = shown.first?.parts.first, !first.figure.faces.isEmpty else { return [] }
    let parts = FacePart.allCases.filter { part in shown.contains { $0.parts.contains { $0.part == part } } }
    let overview = try matrix(
      "Where each method finds the parts", shown, first, keys: parts,
      caption:
        "The best channel of each part in the part's color, for the parts that some method's channel peaks on at least "
        + "half of the time. The numbers are the share of its peaks there, on moved faces where they were measured. \(note)"
    ) { method, face in
      let found = method.parts.map { "\($0.part.title) \(ChannelSheet.percent($0.purity))" }.joined(separator: ", ")
      return (PartMapDrawing.image(method.parts, face: face, side: side), face == 0 ? found : "")
    }
    let details = try parts.map { part in
      let title = part.title.prefix(1).uppercased() + part.title.dropFirst()
      return Details(title, blocks: [try heatMaps(part, shown, first)])
    }
    return [overview] + details
  }

  private static func heatMaps(
    _ part: FacePart, _ methods: [ComparedMethod], _ first: PartFigure
  ) throws -> ImageMatrix {
    try matrix("Best channel for: \(part.title)", methods, first, caption: "Bright: active.") { method, face in
      guard let figure = method.parts.first(where: { $0.part == part }) else { return nil }
      let label = "channel \(figure.figure.summary.index), purity \(ChannelSheet.percent(figure.purity))"
      return (ChannelSheet.overlay(figure.figure.faces[face], side: side), face == 0 ? label : "")
    }
  }

  /// Rows of faces, the faces themselves first, then what `draw` makes of each for a method.
  private static func matrix(
    _ title: String, _ methods: [ComparedMethod], _ first: PartFigure, keys: [FacePart] = [], caption: String,
    draw: (ComparedMethod, Int) throws -> (image: Image, label: String)?
  ) throws -> ImageMatrix {
    let rows = try first.figure.faces.indices.map { index -> ImageMatrix.Row in
      let face = first.figure.faces[index].image.resized(width: side, height: side)
      let header = "face \(index + 1)" + (first.figure.faces[index].isMoved ? ", moved" : "")
      let pictures = try methods.map { method -> ReportImage? in
        guard let (image, label) = try draw(method, index) else { return nil }
        return try encoded(image, alt: "\(title): \(method.name), \(header)", label: label)
      }
      return ImageMatrix.Row(header, images: [try encoded(face, alt: header)] + pictures)
    }
    return ImageMatrix(
      title: title, columns: ["the photo"] + methods.map(\.name), rows: rows,
      keys: keys.map { .init($0.title, color: PartMapDrawing.color($0)) }, caption: caption)
  }

  private static func encoded(_ image: Image, alt: String, label: String = "") throws -> ReportImage {
    ReportImage(try image.jpegData(quality: 85), format: .jpeg, alt: alt, label: label)
  }
}
