import FaceImages

/// IJB as NIST gives it out: whole photos and frames, and tables with a box for each face.
struct NISTIJB: IJBArchive {
  let photos: IJBPhotos
  let folder: String
  private let files: NISTFiles
  /// Where each photo is cut.
  private let boxes: [FaceBox]
  /// Whom each template shows.
  private let subjects: [Int]
  /// Places of the templates by the numbers that the list of pairs calls them.
  private let compared: [Int: Int]
  private let lists: IJB.Search?

  init(root: String, _ files: NISTFiles) throws {
    var templates = Templates()
    for file in files.compared { _ = try templates.add(file, to: \.compared) }
    lists =
      try files.hasSearch
      ? IJB.Search(
        galleries: files.galleries.map { try templates.list($0.name, $0.file) },
        probes: templates.list("probes", files.probes)) : nil
    self.files = files
    compared = templates.compared
    subjects = templates.all.map(\.template.subject)
    boxes = templates.all.flatMap { $0.template.faces.map { $0.box.square(growing: IJB.margin) } }
    photos = IJBPhotos(templates.all)
    // IJB-C's photos are in a folder of their own, IJB-B's beside the tables.
    let images = Disk.join(root, "images")
    folder = Disk.isFolder(images) ? images : root
  }

  var scoresPath: String { folder }
  func box(at index: Int) -> FaceBox? { boxes[index] }

  func forEachPair(_ body: (_ first: Int, _ second: Int, _ same: Bool) throws -> Void) throws {
    var count = 0
    try TextRows(files.pairs, separator: .comma).forEachRow { row in
      let line = row
      guard let first = row.natural(), let second = row.natural(), row.isAtEnd() else {
        // Some of NIST's lists have a header.
        if line.number == 1, !line.startsWithDigit { return }
        throw IJB.malformed(files.pairs, line, "expected TEMPLATE,TEMPLATE")
      }
      count += 1
      let (one, other) = (try place(first, line), try place(second, line))
      try body(one, other, subjects[one] == subjects[other])
    }
    guard count > 0 else { throw IJB.empty(files.pairs, "holds no pairs") }
  }

  private func place(_ number: Int, _ row: TextRow) throws -> Int {
    guard let place = compared[number] else {
      let tables = files.compared.map(Disk.name(of:)).joined(separator: ", ")
      throw IJB.unknownTemplate(files.pairs, row, number, list: tables)
    }
    return place
  }

  func search() throws -> IJB.Search? { lists }
}

/// The templates of several tables, each once.
private struct Templates {
  var all: [(number: Int, template: NISTTable.Template)] = []
  /// Places by the numbers of the templates that are compared.
  var compared: [Int: Int] = [:]
  /// The same of those of the search: a number may mean another template there.
  var searched: [Int: Int] = [:]
  private var tables: [String: NISTTable] = [:]

  /// Adds those of a table that are not there yet. Returns the places of all of the table's.
  ///
  /// - Throws: `DatasetError` when the table is malformed or gives a number of `places` to another template.
  mutating func add(_ file: String, to places: WritableKeyPath<Templates, [Int: Int]>) throws -> [Int] {
    let table = try tables[file] ?? NISTTable(file)
    tables[file] = table
    return try table.templates.sorted { $0.key < $1.key }.map { number, template in
      if let known = self[keyPath: places][number] {
        guard all[known].template.isSame(as: template) else {
          throw DatasetError(
            .malformed, path: file, problem: "template \(number) is not what another table says it is",
            remedy: "unpack the archive again, all files from one")
        }
        return known
      }
      let place = compared[number].flatMap { all[$0].template.isSame(as: template) ? $0 : nil } ?? all.count
      if place == all.count { all.append((number, template)) }
      self[keyPath: places][number] = place
      return place
    }
  }

  mutating func list(_ name: String, _ file: String) throws -> IJB.TemplateList {
    let places = try add(file, to: \.searched)
    return IJB.TemplateList(
      name: name, subjects: Dictionary(places.map { ($0, all[$0].template.subject) }) { one, _ in one })
  }
}

extension IJBPhotos {
  /// A photo a face: the frames of one video (`frames/VIDEO_FRAME.png`) are one media.
  fileprivate init(_ templates: [(number: Int, template: NISTTable.Template)]) {
    var (names, places, medias): ([String], [Int32], [Int32]) = ([], [], [])
    var known: [Substring: Int32] = [:]
    for (place, entry) in templates.enumerated() {
      for face in entry.template.faces {
        names.append(face.file)
        places.append(Int32(place))
        let media = IJBPhotos.media(face.file)
        medias.append(known[media] ?? Int32(known.count))
        known[media] = medias.last
      }
    }
    self.init(
      names: names, templates: places, medias: medias, detectorScores: nil, templateNumbers: templates.map(\.number))
  }

  /// A photo's name without its ending and without the number of a frame.
  private static func media(_ file: String) -> Substring {
    let start = file.lastIndex(of: "/").map(file.index(after:)) ?? file.startIndex
    return file[..<(file[start...].firstIndex { $0 == "_" || $0 == "." } ?? file.endIndex)]
  }
}
