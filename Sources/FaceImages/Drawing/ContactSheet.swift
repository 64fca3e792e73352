/// Pictures in rows and columns, with optional labels above the columns and left of the rows.
///
/// A row is as high and a column as wide as its largest picture or label, so nothing is cut off or scaled.
public struct ContactSheet: Sendable {
  /// The pictures, row by row; rows may differ in length.
  public var rows: [[Image]]
  /// One label a row, fewer or none.
  public var rowLabels: [String] = []
  /// One label a column, fewer or none.
  public var columnLabels: [String] = []
  /// Pixels between pictures and around the sheet.
  public var padding = 4
  /// Size of the labels, as in `Image.drawText`.
  public var labelScale = 1
  public var background = RGB(255, 255, 255)
  public var labelColor = RGB(0, 0, 0)

  /// A sheet of these rows.
  public init(rows: [[Image]], rowLabels: [String] = [], columnLabels: [String] = []) {
    self.rows = rows
    self.rowLabels = rowLabels
    self.columnLabels = columnLabels
  }

  /// A sheet of pictures in reading order, `columns` a row. Traps when `columns` is below 1.
  public init(images: [Image], columns: Int) {
    precondition(columns >= 1, "a sheet has at least one column")
    rows = stride(from: 0, to: images.count, by: columns).map {
      Array(images[$0..<min($0 + columns, images.count)])
    }
  }

  /// The sheet drawn. Without pictures it is only the padding.
  public func image() -> Image {
    let columns = columnWidths
    let heights = rowHeights
    let gap = max(0, padding)
    let labelWidth = rowLabels.prefix(rows.count).map { size($0).width }.max() ?? 0
    let labelHeight = columnLabels.prefix(columns.count).map { size($0).height }.max() ?? 0
    let left = gap + (labelWidth > 0 ? labelWidth + gap : 0)
    let top = gap + (labelHeight > 0 ? labelHeight + gap : 0)
    var sheet = Image(
      width: max(1, left + columns.reduce(0) { $0 + $1 + gap }),
      height: max(1, top + heights.reduce(0) { $0 + $1 + gap }), color: background)

    var x = left
    for (column, width) in columns.enumerated() {
      if columnLabels.indices.contains(column) {
        let text = columnLabels[column]
        draw(text, on: &sheet, x: x + (width - size(text).width) / 2, y: gap + labelHeight - size(text).height)
      }
      x += width + gap
    }
    var y = top
    for (row, height) in heights.enumerated() {
      if rowLabels.indices.contains(row) {
        let text = rowLabels[row]
        draw(text, on: &sheet, x: gap + labelWidth - size(text).width, y: y + (height - size(text).height) / 2)
      }
      paste(rows[row], columns: columns, height: height, on: &sheet, x: left, y: y, gap: gap)
      y += height + gap
    }
    return sheet
  }

  private func paste(
    _ pictures: [Image], columns: [Int], height: Int, on sheet: inout Image, x: Int, y: Int, gap: Int
  ) {
    var x = x
    for (picture, width) in zip(pictures, columns) {
      sheet.paste(picture, x: x + (width - picture.width) / 2, y: y + (height - picture.height) / 2)
      x += width + gap
    }
  }

  private var columnWidths: [Int] {
    (0..<(rows.map(\.count).max() ?? 0)).map { column in
      let pictures = rows.compactMap { $0.indices.contains(column) ? $0[column].width : nil }
      let label = columnLabels.indices.contains(column) ? size(columnLabels[column]).width : 0
      return max(pictures.max() ?? 0, label)
    }
  }

  private var rowHeights: [Int] {
    rows.indices.map { row in
      let label = rowLabels.indices.contains(row) ? size(rowLabels[row]).height : 0
      return max(rows[row].map(\.height).max() ?? 0, label)
    }
  }

  private func size(_ text: String) -> (width: Int, height: Int) {
    Image.textSize(text, scale: max(1, labelScale))
  }

  private func draw(_ text: String, on sheet: inout Image, x: Int, y: Int) {
    sheet.drawText(text, x: x, y: y, scale: max(1, labelScale), color: labelColor)
  }
}
