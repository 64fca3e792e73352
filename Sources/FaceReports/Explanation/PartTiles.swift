import ExplainableChannels
import FaceEvaluation
import FaceImages
import Foundation

/// The heat maps of one part over both photos.
public struct PartTiles: Sendable {
  public let name: String
  public let contribution: Double
  /// Both photos side by side.
  public let picture: Image
  /// For a page: photo A, photo B.
  let images: [ReportImage]

  /// The tiles of every part, and first of all parts together, `side` pixels high.
  public static func make(_ pair: ExplainedPair, side: Int = 160) throws -> [PartTiles] {
    let (a, b) = (small(pair.photoA, side), small(pair.photoB, side))
    let parts = pair.match.parts.filter { !$0.isIgnored }
    let maps = pair.match.partMaps()
    let whole = PartTiles.Source(
      name: "all parts", contribution: parts.reduce(0) { $0 + $1.contribution }, maps: pair.match.wholeMaps())
    let sources =
      [whole]
      + zip(pair.match.parts, maps).filter { !$0.0.isIgnored }.map {
        Source(name: $0.0.name, contribution: $0.0.contribution, maps: $0.1)
      }.sorted { $0.contribution > $1.contribution }
    return try sources.map { try PartTiles($0, a: a, b: b) }
  }

  private struct Source {
    let name: String
    let contribution: Double
    let maps: (a: FloatMap, b: FloatMap)
  }

  private init(_ source: Source, a: Image, b: Image) throws {
    name = source.name
    contribution = source.contribution
    let (left, right) = (a.overlaid(withSigned: source.maps.a), b.overlaid(withSigned: source.maps.b))
    var both = Image(width: left.width + right.width + 4, height: left.height, color: RGB(255, 255, 255))
    both.paste(left, x: 0, y: 0)
    both.paste(right, x: left.width + 4, y: 0)
    picture = both
    images = try [("A", left), ("B", right)].map { photo, image in
      ReportImage(
        try image.jpegData(quality: 80), format: .jpeg, alt: "what places of photo \(photo) add through: \(source.name)"
      )
    }
  }

  private static func small(_ photo: Image, _ side: Int) -> Image {
    photo.resized(width: max(1, photo.width * side / photo.height), height: side).gray()
  }

  /// A name for its file: "left-eye".
  public var fileName: String { PartTiles.fileName(name) }

  static func fileName(_ name: String) -> String { HTMLText.slug(name) }
}
