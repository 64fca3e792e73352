extension IJB {
  /// Reads the pairs of the 1:1 protocol from front to back; none is kept, for IJB-C has 15.7 million.
  ///
  /// - Parameter body: Called with the places of two templates and whether they show one person.
  /// - Throws: `DatasetError`, naming file and line, when the list is missing, empty or malformed, or names a template that has
  ///   no photos; what `body` throws.
  public func forEachPair(_ body: (_ first: Int, _ second: Int, _ same: Bool) throws -> Void) throws {
    let file = meta("template_pair_label.txt")
    var count = 0
    try TextRows(file, separator: .blanks).forEachRow { row in
      guard let first = row.natural(), let second = row.natural(), let label = row.natural(), label < 2, row.isAtEnd()
      else { throw IJB.malformed(file, row, "expected TEMPLATE TEMPLATE 1 or 0") }
      guard let one = photos.position(ofTemplate: first) else { throw IJB.unknownTemplate(file, row, first) }
      guard let other = photos.position(ofTemplate: second) else { throw IJB.unknownTemplate(file, row, second) }
      count += 1
      try body(one, other, label == 1)
    }
    guard count > 0 else {
      throw DatasetError(.empty, path: file, problem: "holds no pairs", remedy: "unpack the archive again")
    }
  }

  /// Templates that are searched with, or among, and whom each shows.
  public struct TemplateList: Sendable, Equatable {
    /// "G1", "G2", "probes".
    public let name: String
    /// Places of the templates, each once, ascending.
    public let templates: [Int]
    /// NIST's number of the person that each shows.
    public let subjects: [Int]

    public init(name: String, templates: [Int], subjects: [Int]) {
      (self.name, self.templates, self.subjects) = (name, templates, subjects)
    }
  }

  /// The 1:N protocol.
  public struct Search: Sendable, Equatable {
    public let galleries: [TemplateList]
    public let probes: TemplateList

    public init(galleries: [TemplateList], probes: TemplateList) {
      (self.galleries, self.probes) = (galleries, probes)
    }
  }

  /// The 1:N protocol with mixed probes; nil where none of its three files is there.
  ///
  /// - Throws: `DatasetError`, naming file and line, when one of the files is missing or malformed, names a template that has no
  ///   photos, or gives a template to two people.
  public func search() throws -> Search? {
    let galleries = ["1", "2"].map { number in
      ["G" + number, "S" + number].map { (name: $0, file: meta("1N_gallery_\($0).csv")) }
    }
    let found = galleries.map { names in names.first { Disk.isFile($0.file) } ?? names[benchmark == .b ? 1 : 0] }
    let probes = meta("1N_probe_mixed.csv")
    guard (found.map(\.file) + [probes]).contains(where: Disk.isFile) else { return nil }
    return Search(
      galleries: try found.map { try list($0.name, $0.file) }, probes: try list("probes", probes))
  }

  /// NIST's table: the first two columns are TEMPLATE_ID and SUBJECT_ID, a line a photo.
  private func list(_ name: String, _ file: String) throws -> TemplateList {
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
      guard let template = photos.position(ofTemplate: number) else { throw IJB.unknownTemplate(file, row, number) }
      guard subjects.updateValue(subject, forKey: template) ?? subject == subject else {
        throw IJB.malformed(file, row, "template \(number) is of two people")
      }
    }
    guard !subjects.isEmpty else {
      throw DatasetError(.empty, path: file, problem: "holds no templates", remedy: "unpack the archive again")
    }
    let sorted = subjects.sorted { $0.key < $1.key }
    return TemplateList(name: name, templates: sorted.map(\.key), subjects: sorted.map(\.value))
  }
}

extension IJB {
  /// The detector's scores, one a photo. Throws `DatasetError` when their file is not there.
  public func detectorScores() throws -> [Float] {
    guard let scores = photos.detectorScores else {
      throw DatasetError(
        .missing, path: meta("name_5pts_score.txt"), problem: "there are no detector's scores to weigh photos by",
        remedy: "unpack the archive again, or pool without them (--no-detector-score)")
    }
    return scores
  }
}
