import FaceImages

/// IARPA Janus Benchmark B and C (Whitelam et al., CVPR workshops 2017; Maze et al., ICB 2018): people are told apart by
/// templates, each of several photos and video frames.
///
/// Read as InsightFace passes it on: `meta/ijbc_face_tid_mid.txt` (photo, template, media), `meta/ijbc_name_5pts_score.txt`
/// (photo, five landmarks, the detector's score; the same photos in the same order), `meta/ijbc_template_pair_label.txt`
/// (template, template, 1 or 0) and `loose_crop/PHOTO`; for identification NIST's `ijbc_1N_gallery_G1.csv`,
/// `ijbc_1N_gallery_G2.csv` and `ijbc_1N_probe_mixed.csv` in `meta`. IJB-B's names begin with `ijbb`, and its galleries are
/// called S1 and S2. Photos are the crops as they are: landmarks are not used.
public struct IJB: FaceDataset {
  public enum Benchmark: String, Sendable, Codable, CaseIterable {
    case b = "ijbb"
    case c = "ijbc"

    /// What tables call it.
    public var title: String { self == .b ? "IJB-B" : "IJB-C" }
  }

  public let benchmark: Benchmark
  /// The folder that holds `meta` and `loose_crop`.
  public let root: String
  public let photos: IJBPhotos

  /// Looks for the benchmark at `root`, by names alone.
  static func benchmark(at root: String) -> Benchmark? {
    Benchmark.allCases.first { Disk.isFile(Disk.join(root, "meta/\($0.rawValue)_face_tid_mid.txt")) }
  }

  /// Reads the lists of photos; no photo is opened.
  ///
  /// - Parameter root: The folder that holds `meta` and `loose_crop`.
  /// - Throws: `DatasetError`, naming file and line, when this is not IJB, a list is malformed, or the lists do not agree.
  public init(root: String) throws {
    guard let benchmark = IJB.benchmark(at: root) else {
      throw DatasetError(
        .missing, path: Disk.join(root, "meta"),
        problem: "holds neither ijbb_face_tid_mid.txt nor ijbc_face_tid_mid.txt",
        remedy: "give the folder of InsightFace's IJBB or IJBC archive, with meta and loose_crop in it")
    }
    self.benchmark = benchmark
    self.root = root
    photos = try IJBPhotos(meta: Disk.join(root, "meta"), benchmark)
  }

  public var name: String { benchmark.title }
  public var count: Int { photos.names.count }
  /// How many templates.
  public var templateCount: Int { photos.templateNumbers.count }
  /// Nobody says who single photos show: they are told apart by template.
  public var identityCount: Int { templateCount }
  public func label(at index: Int) -> Int { Int(photos.templates[index]) }
  public func source(at index: Int) -> String { Disk.join(Disk.join(root, "loose_crop"), photos.names[index]) }

  /// Decodes photo `index`. Throws when the file is damaged, missing or unreadable.
  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    try Image(contentsOf: source(at: index), minimumSide: minimumSide)
  }

  public func size(at index: Int) throws -> (width: Int, height: Int) { try Image.size(ofFile: source(at: index)) }

  func meta(_ suffix: String) -> String { Disk.join(root, "meta/\(benchmark.rawValue)_\(suffix)") }
}

/// The photos of IJB, a column a property: half a million of them fit into little memory.
public struct IJBPhotos: Sendable {
  /// File names.
  public let names: [String]
  /// The template of each photo, counted from 0 in the order of their numbers in the files.
  public let templates: [Int32]
  /// The media of each photo: frames of one video share it. Numbers as in the file.
  public let medias: [Int32]
  /// The detector's score of each photo, 0 to 1; nil without its file.
  public let detectorScores: [Float]?
  /// The number of each template in the files, ascending.
  public let templateNumbers: [Int]
  private let positions: [Int: Int32]

  init(meta: String, _ benchmark: IJB.Benchmark) throws {
    let file = Disk.join(meta, "\(benchmark.rawValue)_face_tid_mid.txt")
    var names: [String] = []
    var (numbers, medias): ([Int32], [Int32]) = ([], [])
    try TextRows(file, separator: .blanks).forEachRow { row in
      guard let name = row.string(), let template = row.natural(), let media = row.natural(), row.isAtEnd() else {
        throw IJB.malformed(file, row, "expected PHOTO TEMPLATE MEDIA")
      }
      names.append(name)
      numbers.append(Int32(template))
      medias.append(Int32(media))
    }
    guard !names.isEmpty else {
      throw DatasetError(.empty, path: file, problem: "names no photos", remedy: "unpack the archive again")
    }
    let found = Set(numbers).sorted().map(Int.init)
    let positions = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, Int32($0)) })
    templateNumbers = found
    templates = numbers.map { positions[Int($0)]! }
    self.positions = positions
    (self.names, self.medias) = (names, medias)
    let scores = Disk.join(meta, "\(benchmark.rawValue)_name_5pts_score.txt")
    detectorScores = Disk.isFile(scores) ? try IJBPhotos.scores(scores, names: names) : nil
  }

  /// The place of template `number`; nil when no photo belongs to it.
  public func position(ofTemplate number: Int) -> Int? { positions[number].map(Int.init) }

  private static func scores(_ file: String, names: [String]) throws -> [Float] {
    var scores: [Float] = []
    scores.reserveCapacity(names.count)
    try TextRows(file, separator: .blanks).forEachRow { row in
      guard scores.count < names.count else {
        throw IJB.malformed(file, row, "there are more lines than the \(names.count) photos of face_tid_mid.txt")
      }
      let expected = names[scores.count]
      guard let name = row.string(), name == expected else {
        throw IJB.malformed(file, row, "expected photo \"\(expected)\", as in face_tid_mid.txt")
      }
      for _ in 0..<10 {
        guard row.field() != nil else { throw IJB.malformed(file, row, "expected PHOTO, ten coordinates and a score") }
      }
      guard let score = row.real(), row.isAtEnd(), score >= 0 else {
        throw IJB.malformed(file, row, "expected PHOTO, ten coordinates and a score from 0 on")
      }
      scores.append(Float(score))
    }
    guard scores.count == names.count else {
      throw DatasetError(
        .malformed, path: file, problem: "has \(scores.count) lines for \(names.count) photos of face_tid_mid.txt",
        remedy: "unpack the archive again")
    }
    return scores
  }
}

extension IJB {
  static func malformed(_ file: String, _ row: TextRow, _ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: file, line: row.number, problem: "\(problem), found \"\(row.text)\"",
      remedy: "unpack the archive again")
  }

  static func unknownTemplate(_ file: String, _ row: TextRow, _ number: Int) -> DatasetError {
    DatasetError(
      .missing, path: file, line: row.number,
      problem: "names template \(number), which has no photos in face_tid_mid.txt",
      remedy: "unpack the archive again, all files from one")
  }
}
