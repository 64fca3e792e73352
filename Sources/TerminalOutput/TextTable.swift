/// A table of short texts, for terminals and for Markdown.
///
/// ```swift
/// var table = TextTable(["protocol", "accuracy"])
/// table.addRow(["LFW", "99.12 %"])
/// print(table.text())
/// ```
public struct TextTable: Sendable {
  /// On which side of its column a text stands.
  public enum Alignment: Sendable {
    case left, right
    /// Right when every cell is a number (with or without a sign, a unit or a "± 0.1"), else left.
    case automatic
  }

  private let titles: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// A table with these column titles. `alignments` count from the left; columns without one are `automatic`.
  public init(_ titles: [String], alignments: [Alignment] = []) {
    self.titles = titles.map(singleLine)
    self.alignments = titles.indices.map { alignments.indices.contains($0) ? alignments[$0] : .automatic }
  }

  /// Adds a row. Missing cells stay empty; line ends become spaces. Traps when there are more cells than columns.
  public mutating func addRow(_ cells: [String]) {
    precondition(cells.count <= titles.count, "\(cells.count) cells in a table of \(titles.count) columns")
    rows.append(cells.map(singleLine) + Array(repeating: "", count: titles.count - cells.count))
  }

  /// The table for a terminal: titles, a rule, the rows. No line ends with a space or a line end. O(cells).
  public func text() -> String {
    let widths = columnWidths(of: [titles] + rows)
    let rule = widths.map { String(repeating: "-", count: $0) }
    let lines = [paddedCells(titles, widths), rule] + rows.map { paddedCells($0, widths) }
    return lines.map { trimmingEnd($0.joined(separator: "  ")) }.joined(separator: "\n")
  }

  /// The table in GitHub's Markdown, with its pipes in line. Pipes in cells are escaped.
  public func markdown() -> String {
    func escaped(_ cells: [String]) -> [String] {
      cells.map {
        $0.split(separator: "|", omittingEmptySubsequences: false)
          .joined(separator: "\\|")
      }
    }
    let widths = columnWidths(of: [escaped(titles)] + rows.map(escaped)).map { max($0, 3) }
    let rule = widths.enumerated().map { column, width in
      String(repeating: "-", count: width - 1) + (isRight(column) ? ":" : "-")
    }
    let lines = [paddedCells(escaped(titles), widths), rule] + rows.map { paddedCells(escaped($0), widths) }
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }

  private func columnWidths(of lines: [[String]]) -> [Int] {
    titles.indices.map { column in lines.map { displayWidth($0[column]) }.max() ?? 0 }
  }

  private func paddedCells(_ cells: [String], _ widths: [Int]) -> [String] {
    cells.indices.map { column in
      let space = String(repeating: " ", count: max(0, widths[column] - displayWidth(cells[column])))
      return isRight(column) ? space + cells[column] : cells[column] + space
    }
  }

  private func isRight(_ column: Int) -> Bool {
    switch alignments[column] {
    case .left: return false
    case .right: return true
    case .automatic:
      let cells = rows.map { $0[column] }.filter { !["", "-", "–", "—", "n/a"].contains($0) }
      return !cells.isEmpty && cells.allSatisfy(isNumeric)
    }
  }
}

/// Whether a cell is a number, or a number and a short remark such as a unit: "-3.1", "12 %", "0.5 ± 0.1", "3.2x".
private func isNumeric(_ cell: String) -> Bool {
  let number = cell.prefix { $0.isNumber || "+-−.,eE".contains($0) }
  let plain = String(number.map { $0 == "−" ? "-" : $0 }.filter { $0 != "," })
  guard Double(plain) != nil else { return ["nan", "inf", "-inf"].contains(cell.lowercased()) }
  let rest = cell.dropFirst(number.count).drop(while: { $0 == " " })
  return rest.hasPrefix("±") || (rest.count <= 5 && !rest.contains(where: { $0 == " " || $0 == ":" || $0.isNumber }))
}

private func singleLine(_ text: String) -> String {
  String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
}

private func trimmingEnd(_ line: String) -> String {
  var line = line
  while line.last == " " { line.removeLast() }
  return line
}
