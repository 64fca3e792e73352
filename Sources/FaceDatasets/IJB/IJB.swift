import FaceImages

/// IARPA Janus Benchmark B and C (Whitelam et al., CVPR workshops 2017; Maze et al., ICB 2018): people are told apart by
/// templates, each of several photos and video frames.
///
/// Read as InsightFace passes it on, and as NIST gives it out.
///
/// - InsightFace: `meta/ijbc_face_tid_mid.txt` (photo, template, media), `meta/ijbc_name_5pts_score.txt` (photo, five landmarks,
///   the detector's score; the same photos in the same order), `meta/ijbc_template_pair_label.txt` (template, template, 1 or 0)
///   and `loose_crop/PHOTO`; for identification NIST's `ijbc_1N_gallery_G1.csv`, `ijbc_1N_gallery_G2.csv` and
///   `ijbc_1N_probe_mixed.csv` in `meta`. Photos are the crops as they are: landmarks are not used.
/// - NIST: tables of templates with a box for each face, below `protocols` or `protocol`, and whole photos and frames below
///   `images`, or beside. Photos are cut to a square about the box (``margin``).
///
/// IJB-B's names begin with `ijbb`, and its galleries are called S1 and S2.
public struct IJB: FaceDataset {
  public enum Benchmark: String, Sendable, Codable, CaseIterable {
    case b = "ijbb"
    case c = "ijbc"

    /// What tables call it.
    public var title: String { self == .b ? "IJB-B" : "IJB-C" }

    /// Its galleries' names.
    var galleries: [String] { self == .b ? ["S1", "S2"] : ["G1", "G2"] }
  }

  /// How many times as long as NIST's box the square is that a photo is cut to.
  public static let margin = 1.2

  public let benchmark: Benchmark
  /// The folder that was given.
  public let root: String
  private let archive: any IJBArchive

  /// Looks for the benchmark at `root`, by names alone.
  static func isHere(_ root: String) -> Bool { InsightFaceIJB.benchmark(at: root) != nil || NISTFiles(at: root) != nil }

  /// Reads the lists of photos; no photo is opened.
  ///
  /// - Parameter root: The folder that holds InsightFace's `meta` and `loose_crop`, or NIST's `protocols` and `images`.
  /// - Throws: `DatasetError`, naming file and line, when this is not IJB, a list is malformed, or the lists do not agree.
  public init(root: String) throws {
    self.root = root
    if let benchmark = InsightFaceIJB.benchmark(at: root) {
      self.benchmark = benchmark
      archive = try InsightFaceIJB(root: root, benchmark)
    } else if let files = NISTFiles(at: root) {
      benchmark = files.benchmark
      archive = try NISTIJB(root: root, files)
    } else {
      throw DatasetError(
        .missing, path: Disk.join(root, "meta"),
        problem: "holds neither ijbb_face_tid_mid.txt nor ijbc_face_tid_mid.txt, nor are NIST's tables below protocols",
        remedy: "give the folder of InsightFace's IJBB or IJBC archive, with meta and loose_crop in it, or of NIST's")
    }
  }

  public var photos: IJBPhotos { archive.photos }
  public var name: String { benchmark.title }
  public var count: Int { photos.names.count }
  /// How many templates.
  public var templateCount: Int { photos.templateNumbers.count }
  /// Nobody says who single photos show: they are told apart by template.
  public var identityCount: Int { templateCount }
  public func label(at index: Int) -> Int { Int(photos.templates[index]) }
  public func source(at index: Int) -> String { Disk.join(archive.folder, photos.names[index]) }

  /// Decodes photo `index`, cut to its face where a box is known. Throws when the file is damaged, missing or unreadable.
  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    let path = source(at: index)
    guard let box = archive.box(at: index) else { return try Image(contentsOf: path, minimumSide: minimumSide) }
    let size = try Image.size(ofFile: path)
    guard box.width <= 4 * max(size.width, size.height) else {
      throw DatasetError(
        .malformed, path: path, problem: "its face's box is more than four times as large as the photo",
        remedy: "unpack the archive again")
    }
    guard box.x < size.width, box.y < size.height, box.x + box.width > 0, box.y + box.height > 0 else {
      throw DatasetError(
        .malformed, path: path, problem: "its face's box lies outside of the photo", remedy: "unpack the archive again")
    }
    let wanted = minimumSide.map { side in
      Int((Double(side * min(size.width, size.height)) / Double(box.width)).rounded(.up))
    }
    let image = try Image(contentsOf: path, minimumSide: wanted)
    return image.cropped(to: box.scaled(by: image.frame.width / Double(size.width)))
  }

  public func size(at index: Int) throws -> (width: Int, height: Int) {
    if let box = archive.box(at: index) { return (box.width, box.height) }
    return try Image.size(ofFile: source(at: index))
  }

  /// Reads the pairs of the 1:1 protocol from front to back; none is kept, for IJB-C has 15.7 million.
  ///
  /// - Parameter body: Called with the places of two templates and whether they show one person.
  /// - Throws: `DatasetError`, naming file and line, when the list is missing, empty or malformed, or names a template that has
  ///   no photos; what `body` throws.
  public func forEachPair(_ body: (_ first: Int, _ second: Int, _ same: Bool) throws -> Void) throws {
    try archive.forEachPair(body)
  }

  /// The 1:N protocol with mixed probes; nil where none of its three files is there.
  ///
  /// - Throws: `DatasetError`, naming file and line, when one of the files is missing or malformed, names a template that has no
  ///   photos, or gives a template to two people.
  public func search() throws -> Search? { try archive.search() }

  /// The detector's scores, one a photo. Throws `DatasetError` when there are none.
  public func detectorScores() throws -> [Float] {
    guard let scores = photos.detectorScores else {
      throw DatasetError(
        .missing, path: archive.scoresPath, problem: "there are no detector's scores to weigh photos by",
        remedy: "pool without them (--no-detector-score), or give InsightFace's archive, which has them")
    }
    return scores
  }
}

/// The photos of IJB, a column a property: half a million of them fit into little memory.
public struct IJBPhotos: Sendable {
  /// File names, in the archive's folder of photos.
  public let names: [String]
  /// The template of each photo, counted from 0.
  public let templates: [Int32]
  /// The media of each photo: frames of one video share it.
  public let medias: [Int32]
  /// The detector's score of each photo, 0 to 1; nil where none is known.
  public let detectorScores: [Float]?
  /// The number of each template in the files.
  public let templateNumbers: [Int]
}
