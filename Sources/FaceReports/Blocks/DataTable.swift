/// What a table's cell holds.
public enum TableCell: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByFloatLiteral,
  ExpressibleByIntegerLiteral
{
  case text(String)
  /// Shown with the row's or column's decimals.
  case number(Double)
  /// A mean over seeds, shown with its standard deviation where there is one.
  case mean(Double, deviation: Double?)
  case missing

  public init(stringLiteral value: String) { self = .text(value) }
  public init(floatLiteral value: Double) { self = .number(value) }
  public init(integerLiteral value: Int) { self = .number(Double(value)) }

  /// What is compared with other cells; nil for text.
  var value: Double? {
    switch self {
    case .number(let value), .mean(let value, _): value
    case .text, .missing: nil
    }
  }
}

/// Rows and columns of text and numbers. The first column names the rows.
///
/// A column or a row that says which way is better has its best numbers in bold: all those that read the same as the
/// best at the precision shown, when there are two numbers or more. Rows shorter than the header are filled with
/// missing cells, longer ones are cut.
public struct DataTable: ReportBlock {
  public struct Column: Sendable, Equatable {
    public var header: String
    public var isNumeric: Bool
    /// Decimals of the column's numbers.
    public var digits: Int
    /// Set to mark the best number of the column.
    public var better: BetterDirection?

    public static func text(_ header: String) -> Column {
      Column(header: header, isNumeric: false, digits: 2, better: nil)
    }

    public static func number(_ header: String, digits: Int = 2, better: BetterDirection? = nil) -> Column {
      Column(header: header, isNumeric: true, digits: digits, better: better)
    }
  }

  public struct Row: Sendable, Equatable, ExpressibleByArrayLiteral {
    public var cells: [TableCell]
    /// Overrides the columns' decimals, for rows in units of their own.
    public var digits: Int?
    /// Set to mark the best number of the row.
    public var better: BetterDirection?

    public init(_ cells: [TableCell], digits: Int? = nil, better: BetterDirection? = nil) {
      self.cells = cells
      self.digits = digits
      self.better = better
    }

    public init(arrayLiteral elements: TableCell...) {
      self.init(elements)
    }
  }

  public var title: String
  public var columns: [Column]
  public var rows: [Row]
  public var footnote: String

  public init(title: String, columns: [Column], rows: [Row], footnote: String = "") {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.footnote = footnote
  }

  func cell(_ row: Int, _ column: Int) -> TableCell {
    let cells = rows[row].cells
    return column < cells.count ? cells[column] : .missing
  }

  func digits(_ row: Int, _ column: Int) -> Int {
    rows[row].digits ?? columns[column].digits
  }

  /// Where the best numbers stand, as [row, column].
  func bestCells() -> Set<[Int]> {
    var best: Set<[Int]> = []
    for (index, row) in rows.enumerated() {
      let places = columns.indices.dropFirst().map { [index, $0] }
      if let better = row.better { best.formUnion(winners(places, better)) }
    }
    for (index, column) in columns.enumerated() {
      if let better = column.better { best.formUnion(winners(rows.indices.map { [$0, index] }, better)) }
    }
    return best
  }

  private func winners(_ places: [[Int]], _ better: BetterDirection) -> [[Int]] {
    let numbers = places.compactMap { place -> (place: [Int], value: Double, shown: String)? in
      guard let value = cell(place[0], place[1]).value, !value.isNaN else { return nil }
      return (place, value, NumberText.fixed(value, digits: digits(place[0], place[1])))
    }
    let ordered = numbers.max { better == .higher ? $0.value < $1.value : $0.value > $1.value }
    guard let ordered, numbers.count > 1 else { return [] }
    return numbers.filter { $0.shown == ordered.shown }.map(\.place)
  }
}
