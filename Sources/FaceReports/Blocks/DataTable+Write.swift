extension DataTable {
  public func write(to page: inout PageWriter) {
    let best = bestCells()
    let name = page.uniqueID("table-" + title)
    page.element("div", ["class": "table"]) { page in
      // Not a caption: that would scroll away with the table.
      page.element("p", ["class": "table-title", "id": name], text: title)
      // Focusable, so that the keyboard can scroll a table wider than the screen.
      page.element("div", ["class": "scroll", "role": "region", "aria-labelledby": name, "tabindex": "0"]) { page in
        page.element("table", ["aria-labelledby": name]) { page in
          writeHeader(to: &page)
          page.element("tbody") { page in
            for row in rows.indices { writeRow(row, best, to: &page) }
          }
        }
      }
      writeFootnote(hasBest: !best.isEmpty, to: &page)
    }
  }

  private func writeHeader(to page: inout PageWriter) {
    page.element("thead") { page in
      page.element("tr") { page in
        for column in columns {
          // Long names break anywhere, or a table of them would be wider than any screen.
          let styles = (column.isNumeric ? ["number"] : []) + (column.header.count > 24 ? ["long"] : [])
          page.element("th", ["scope": "col", "class": styles.joined(separator: " ")], text: column.header)
        }
      }
    }
  }

  private func writeRow(_ row: Int, _ best: Set<[Int]>, to page: inout PageWriter) {
    page.element("tr") { page in
      for column in columns.indices {
        let name = column == 0 ? "th" : "td"
        let style = columns[column].isNumeric ? "number" : ""
        page.element(name, ["scope": column == 0 ? "row" : "", "class": style]) { page in
          let text = shown(row, column)
          if best.contains([row, column]) { page.element("strong", text: text) } else { page.text(text) }
        }
      }
    }
  }

  private func shown(_ row: Int, _ column: Int) -> String {
    switch cell(row, column) {
    case .text(let text): text
    case .number(let value): NumberText.fixed(value, digits: digits(row, column))
    case .mean(let value, let deviation):
      ([value] + (deviation.map { [$0] } ?? [])).map { NumberText.fixed($0, digits: digits(row, column)) }
        .joined(separator: " ± ")
    case .missing: "–"
    }
  }

  private func writeFootnote(hasBest: Bool, to page: inout PageWriter) {
    let inRows = rows.contains { $0.better != nil }
    let inColumns = columns.contains { $0.better != nil }
    let place = inRows && inColumns ? "row or column" : (inRows ? "row" : "column")
    let legend = hasBest ? "Bold: best of its \(place)." : ""
    let notes = [footnote, legend].filter { !$0.isEmpty }
    if !notes.isEmpty { page.element("p", ["class": "footnote"], text: notes.joined(separator: " ")) }
  }
}
