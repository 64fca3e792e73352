/// LFW's pair file: a first line `FOLDS PAIRS`, then for each fold as many lines `NAME n m` (same person) and as
/// many lines `NAME n OTHER m` (different people).
struct LFWPairs {
  private let file: String
  private let dataset: LFW
  private let photos: [Substring: Int]

  init(file: String, dataset: LFW) {
    self.file = file
    self.dataset = dataset
    var photos: [Substring: Int] = [:]
    for (index, path) in dataset.files.paths.enumerated() {
      photos[path.prefix(upTo: path.lastIndex(of: ".") ?? path.endIndex)] = index
    }
    self.photos = photos
  }

  func pairs() throws -> [FacePair] {
    let lines = try Disk.lines(file)
    guard let header = lines.first else { throw malformed(1, "is empty") }
    let sizes = header.text.split(whereSeparator: \.isWhitespace).map { Int($0) }
    guard sizes.count == 2, let folds = sizes[0], let perFold = sizes[1], folds > 0, perFold > 0 else {
      throw malformed(header.number, "expected the number of folds and of pairs, found \"\(header.text)\"")
    }
    let (total, overflow) = folds.multipliedReportingOverflow(by: perFold)
    guard !overflow, total <= lines.count, lines.count - 1 == 2 * total else {
      throw malformed(
        header.number, "promises \(folds) folds of 2 x \(perFold) pairs, but \(lines.count - 1) lines follow")
    }
    return try lines.dropFirst().enumerated().map { row, line in
      try pair(line.text, line: line.number, fold: row / (2 * perFold), same: row / perFold % 2 == 0)
    }
  }

  private func pair(_ text: String, line: Int, fold: Int, same: Bool) throws -> FacePair {
    let fields = text.split(whereSeparator: \.isWhitespace)
    guard fields.count == (same ? 3 : 4) else {
      throw malformed(line, "expected \(same ? "NAME n m" : "NAME n OTHER m"), found \"\(text)\"")
    }
    let second = same ? 0 : 2
    guard same || fields[0] != fields[2] else { throw malformed(line, "the two people are the same") }
    return FacePair(
      first: try photo(fields[0], fields[1], line: line, column: 2),
      second: try photo(fields[second], fields.last!, line: line, column: fields.count),
      same: same, fold: fold)
  }

  private func photo(_ name: Substring, _ number: Substring, line: Int, column: Int) throws -> Int {
    guard let value = Int(number) else { throw malformed(line, column: column, "\"\(number)\" is not a number") }
    guard let photo = photos["\(name)/\(name)_\(CFP.padded(value, 4))"] else {
      throw DatasetError(
        .missing, path: file, line: line, column: column,
        problem: "names photo \(value) of \(name), which is not in \(dataset.root)",
        remedy: "unpack all of LFW")
    }
    return photo
  }

  private func malformed(_ line: Int, column: Int? = nil, _ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: file, line: line, column: column, problem: problem, remedy: "restore LFW's pairs.txt")
  }
}
