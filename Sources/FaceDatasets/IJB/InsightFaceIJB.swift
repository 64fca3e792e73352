import FaceImages

/// IJB as InsightFace passes it on: photos loosely cut to the face, lists of them in `meta`.
struct InsightFaceIJB: IJBArchive {
  let benchmark: IJB.Benchmark
  let root: String
  let photos: IJBPhotos
  private let positions: [Int: Int32]

  static func benchmark(at root: String) -> IJB.Benchmark? {
    IJB.Benchmark.allCases.first { Disk.isFile(Disk.join(root, "meta/\($0.rawValue)_face_tid_mid.txt")) }
  }

  init(root: String, _ benchmark: IJB.Benchmark) throws {
    (self.root, self.benchmark) = (root, benchmark)
    let file = Disk.join(root, "meta/\(benchmark.rawValue)_face_tid_mid.txt")
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
    guard !names.isEmpty else { throw IJB.empty(file, "names no photos") }
    let found = Set(numbers).sorted().map(Int.init)
    let positions = Dictionary(uniqueKeysWithValues: found.enumerated().map { ($1, Int32($0)) })
    let scores = Disk.join(root, "meta/\(benchmark.rawValue)_name_5pts_score.txt")
    photos = IJBPhotos(
      names: names, templates: numbers.map { positions[Int($0)]! }, medias: medias,
      detectorScores: Disk.isFile(scores) ? try InsightFaceIJB.scores(scores, names: names) : nil,
      templateNumbers: found)
    self.positions = positions
  }

  var folder: String { Disk.join(root, "loose_crop") }
  var scoresPath: String { meta("name_5pts_score.txt") }
  func box(at index: Int) -> FaceBox? { nil }

  private func meta(_ suffix: String) -> String { Disk.join(root, "meta/\(benchmark.rawValue)_\(suffix)") }

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

  private func position(_ number: Int, _ file: String, _ row: TextRow) throws -> Int {
    guard let place = positions[number] else {
      throw IJB.unknownTemplate(file, row, number, list: "face_tid_mid.txt")
    }
    return Int(place)
  }

  func forEachPair(_ body: (_ first: Int, _ second: Int, _ same: Bool) throws -> Void) throws {
    let file = meta("template_pair_label.txt")
    var count = 0
    try TextRows(file, separator: .blanks).forEachRow { row in
      guard let first = row.natural(), let second = row.natural(), let label = row.natural(), label < 2, row.isAtEnd()
      else { throw IJB.malformed(file, row, "expected TEMPLATE TEMPLATE 1 or 0") }
      count += 1
      try body(position(first, file, row), position(second, file, row), label == 1)
    }
    guard count > 0 else { throw IJB.empty(file, "holds no pairs") }
  }

  func search() throws -> IJB.Search? {
    let galleries = ["1", "2"].map { number in
      ["G" + number, "S" + number].map { (name: $0, file: meta("1N_gallery_\($0).csv")) }
    }
    let found = galleries.map { names in names.first { Disk.isFile($0.file) } ?? names[benchmark == .b ? 1 : 0] }
    let probes = meta("1N_probe_mixed.csv")
    guard (found.map(\.file) + [probes]).contains(where: Disk.isFile) else { return nil }
    return IJB.Search(
      galleries: try found.map { try list($0.name, $0.file) }, probes: try list("probes", probes))
  }

  /// NIST's table: the first two columns are TEMPLATE_ID and SUBJECT_ID, a line a photo.
  private func list(_ name: String, _ file: String) throws -> IJB.TemplateList {
    var subjects: [Int: Int] = [:]
    var isHeader = true
    try TextRows(file, separator: .comma).forEachRow { row in
      if isHeader {
        isHeader = false
        guard row.string() == "TEMPLATE_ID", row.string() == "SUBJECT_ID" else {
          throw IJB.malformed(file, row, "expected a header TEMPLATE_ID,SUBJECT_ID,...")
        }
        return
      }
      guard let number = row.natural(), let subject = row.natural() else {
        throw IJB.malformed(file, row, "expected the numbers of a template and a person first")
      }
      let template = try position(number, file, row)
      guard subjects.updateValue(subject, forKey: template) ?? subject == subject else {
        throw IJB.malformed(file, row, "template \(number) is of two people")
      }
    }
    guard !subjects.isEmpty else { throw IJB.empty(file, "holds no templates") }
    return IJB.TemplateList(name: name, subjects: subjects)
  }
}
