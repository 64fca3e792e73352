import FaceImages

/// One of the two ways in which IJB's files are laid out.
protocol IJBArchive: Sendable {
  var photos: IJBPhotos { get }
  /// The folder that the photos' names are in.
  var folder: String { get }
  /// Where scores of a detector would be.
  var scoresPath: String { get }
  /// Where photo `index` is cut; nil where it shows a face as it is.
  func box(at index: Int) -> FaceBox?
  func forEachPair(_ body: (_ first: Int, _ second: Int, _ same: Bool) throws -> Void) throws
  func search() throws -> IJB.Search?
}

extension IJB {
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

    /// - Parameter subjects: The person of each template.
    init(name: String, subjects: [Int: Int]) {
      let sorted = subjects.sorted { $0.key < $1.key }
      self.init(name: name, templates: sorted.map(\.key), subjects: sorted.map(\.value))
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

  static func malformed(_ file: String, _ row: TextRow, _ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: file, line: row.number, problem: "\(problem), found \"\(row.text)\"",
      remedy: "unpack the archive again")
  }

  static func unknownTemplate(_ file: String, _ row: TextRow, _ number: Int, list: String) -> DatasetError {
    DatasetError(
      .missing, path: file, line: row.number,
      problem: "names template \(number), which has no photos in \(list)",
      remedy: "unpack the archive again, all files from one")
  }

  static func empty(_ file: String, _ problem: String) -> DatasetError {
    DatasetError(.empty, path: file, problem: problem, remedy: "unpack the archive again")
  }
}
