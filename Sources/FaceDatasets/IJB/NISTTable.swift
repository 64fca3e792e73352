import FaceImages

/// One of NIST's tables of templates, a line a face.
struct NISTTable {
  /// A face in a photo.
  struct Face: Hashable {
    let file: String
    /// As the table has it.
    let box: FaceBox
  }

  /// Whom a template shows, and on what.
  struct Template {
    let subject: Int
    var faces: [Face]

    func isSame(as other: Template) -> Bool { subject == other.subject && Set(faces) == Set(other.faces) }
  }

  /// By their numbers.
  private(set) var templates: [Int: Template] = [:]

  /// Reads `TEMPLATE_ID`, `SUBJECT_ID`, `FILENAME` (or `FILE`), `FACE_X`, `FACE_Y`, `FACE_WIDTH` and `FACE_HEIGHT`, wherever the
  /// header has them.
  ///
  /// - Throws: `DatasetError`, naming file and line, when the table is missing, empty or malformed.
  init(_ file: String) throws {
    var columns: Columns?
    try TextRows(file, separator: .comma).forEachRow { row in
      guard let known = columns else {
        columns = try Columns(header: row, of: file)
        return
      }
      try add(known.read(row, of: file), file, row)
    }
    guard !templates.isEmpty else { throw IJB.empty(file, "holds no templates") }
  }

  private mutating func add(_ line: Columns.Line, _ file: String, _ row: TextRow) throws {
    guard templates[line.template].map({ $0.subject == line.subject }) ?? true else {
      throw IJB.malformed(file, row, "template \(line.template) is of two people")
    }
    // In place: a copy would hold all of the template's faces so far.
    templates[line.template, default: Template(subject: line.subject, faces: [])].faces.append(line.face)
  }
}

extension NISTTable {
  /// Where the columns are that are read.
  private struct Columns {
    struct Line {
      let template: Int
      let subject: Int
      let face: Face
    }

    private let template: Int
    private let subject: Int
    private let file: Int
    /// x, y, width, height.
    private let box: [Int]

    init(header: TextRow, of path: String) throws {
      var row = header
      var places: [String: Int] = [:]
      var count = 0
      while let name = row.string() {
        places[name] = places[name] ?? count
        count += 1
      }
      func place(_ names: String...) throws -> Int {
        for name in names { if let place = places[name] { return place } }
        throw IJB.malformed(path, header, "expected a header with the column \(names[0])")
      }
      template = try place("TEMPLATE_ID")
      subject = try place("SUBJECT_ID")
      file = try place("FILENAME", "FILE")
      box = try ["FACE_X", "FACE_Y", "FACE_WIDTH", "FACE_HEIGHT"].map { try place($0) }
    }

    func read(_ line: TextRow, of path: String) throws -> Line {
      var row = line
      var (numbers, name): ([Int: Double], String?) = ([:], nil)
      for column in 0...([template, subject, file] + box).max()! {
        if column == file {
          name = row.string()
        } else {
          numbers[column] = row.real()
        }
      }
      func whole(_ column: Int) -> Int? {
        numbers[column].flatMap { abs($0) < 1e9 ? Int($0.rounded()) : nil }
      }
      guard let template = whole(template), template >= 0, let subject = whole(subject), let name, !name.isEmpty else {
        throw IJB.malformed(path, line, "expected the numbers of a template and a person, and a photo's name")
      }
      let sides = box.compactMap(whole)
      guard sides.count == 4, sides[2] > 0, sides[3] > 0, sides.allSatisfy({ abs($0) < 1 << 16 }) else {
        throw IJB.malformed(path, line, "expected a face's box: x, y, width and height in pixels")
      }
      let box = FaceBox(x: sides[0], y: sides[1], width: sides[2], height: sides[3])
      return Line(template: template, subject: subject, face: Face(file: name, box: box))
    }
  }
}
