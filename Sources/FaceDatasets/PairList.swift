import Foundation

/// Pairs to verify in a CSV file with the columns `a,b,same,fold`: two photos, whether they show the same person
/// (1/0, true/false, yes/no) and the cross-validation fold from 0, which may be left out. A first row with these
/// names, in any order, is a header.
public enum PairList {
  /// Reads the pairs; no photo is opened.
  ///
  /// - Parameters:
  ///   - file: The CSV file.
  ///   - root: What relative paths are relative to; the CSV file's folder when nil.
  ///   - name: A name for tables; the file's own when nil.
  /// - Throws: `DatasetError` naming line and column of what is missing or malformed.
  public static func load(_ file: String, root: String? = nil, name: String? = nil) throws -> VerificationSet {
    let name = name ?? Disk.name(of: file)
    var rows = try CSV(Disk.text(file), file: file).rows
    guard let first = rows.first else { throw empty(file) }
    let columns = try header(first, file: file)
    if columns != nil { rows.removeFirst() }
    var reader = PairReader(
      file: file, root: root ?? Disk.folder(of: file), columns: columns ?? ["a": 0, "b": 1, "same": 2, "fold": 3],
      hasHeader: columns != nil)
    let pairs = try rows.map { try reader.pair($0) }
    guard !pairs.isEmpty else { throw empty(file) }
    return VerificationSet(name: name, dataset: ImageList(name: name, paths: reader.paths), pairs: pairs)
  }

  private static func empty(_ file: String) -> DatasetError {
    DatasetError(.empty, path: file, problem: "holds no pairs", remedy: "write a,b,same,fold, one pair a line")
  }

  /// Where each column is, or nil when the row is not a header.
  private static func header(_ row: CSV.Row, file: String) throws -> [String: Int]? {
    let names = row.fields.map { $0.trimmingCharacters(in: .whitespaces).lowercased() }
    guard names.contains("same") else { return nil }
    for name in ["a", "b"] where !names.contains(name) {
      throw DatasetError(
        .malformed, path: file, line: row.line, problem: "the header names no column \"\(name)\"",
        remedy: "name the columns a,b,same,fold")
    }
    return Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

/// Turns rows into pairs and remembers each photo once.
private struct PairReader {
  let file: String
  let root: String
  let columns: [String: Int]
  let hasHeader: Bool
  private(set) var paths: [String] = []
  private var positions: [String: Int] = [:]

  init(file: String, root: String, columns: [String: Int], hasHeader: Bool) {
    self.file = file
    self.root = root
    self.columns = columns
    self.hasHeader = hasHeader
  }

  mutating func pair(_ row: CSV.Row) throws -> FacePair {
    if !hasHeader, row.fields.count < 3 || row.fields.count > 4 {
      throw malformed(row, row.fields.count - 1, "expected 3 or 4 columns, found \(row.fields.count)")
    }
    return FacePair(
      first: try photo(row, "a"), second: try photo(row, "b"), same: try same(row), fold: try fold(row))
  }

  private mutating func photo(_ row: CSV.Row, _ column: String) throws -> Int {
    guard let text = field(row, column), !text.isEmpty else {
      throw malformed(row, columns[column]!, "no path of a photo")
    }
    let path = Disk.join(root, text)
    if let position = positions[path] { return position }
    guard Disk.isFile(path) else {
      throw DatasetError(
        .missing, path: file, line: row.line, column: columns[column]! + 1, problem: "there is no photo \"\(path)\"",
        remedy: "give paths relative to \(root.isEmpty ? "the working directory" : root), or absolute ones")
    }
    positions[path] = paths.count
    paths.append(path)
    return paths.count - 1
  }

  private func same(_ row: CSV.Row) throws -> Bool {
    let text = field(row, "same") ?? ""
    switch text.lowercased() {
    case "1", "true", "yes": return true
    case "0", "false", "no": return false
    default: throw malformed(row, columns["same"]!, "\"\(text)\" is none of 1, 0, true, false, yes, no")
    }
  }

  private func fold(_ row: CSV.Row) throws -> Int {
    guard let text = field(row, "fold"), !text.isEmpty else { return 0 }
    guard let fold = Int(text), fold >= 0 else {
      throw malformed(row, columns["fold"]!, "fold \"\(text)\" is not a number from 0 on")
    }
    return fold
  }

  private func field(_ row: CSV.Row, _ column: String) -> String? {
    guard let position = columns[column], position < row.fields.count else { return nil }
    return row.fields[position].trimmingCharacters(in: .whitespaces)
  }

  private func malformed(_ row: CSV.Row, _ column: Int, _ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: file, line: row.line, column: column + 1, problem: problem,
      remedy: "write a,b,same,fold, one pair a line")
  }
}
