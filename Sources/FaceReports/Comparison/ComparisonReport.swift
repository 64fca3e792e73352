import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceImages

/// What a page on several methods shows of one of them.
public struct ComparedMethod: Sendable {
  public var name: String
  /// The best channel of each part, over the same faces for all methods; empty without a target layer or annotations.
  public var parts: [PartFigure]
  /// Steps and mean values over the seeds of logged scalars, by name; empty without logs.
  public var curves: [String: [(step: Double, value: Double)]]
  /// The recipe as JSON.
  public var recipe: String

  public init(
    name: String, parts: [PartFigure], curves: [String: [(step: Double, value: Double)]], recipe: String
  ) {
    (self.name, self.parts, self.curves, self.recipe) = (name, parts, curves, recipe)
  }
}

/// The page of a comparison over seeds: numbers, charts, curves, and the methods side by side on the same faces.
public enum ComparisonReport {
  /// `methods` are those of the comparison, in its order; `note` says which runs the pictures show.
  public static func make(
    _ comparison: SeedComparison, methods: [ComparedMethod], title: String, subtitle: String, note: String
  ) throws -> Report {
    // In the order of charts and tables, so that a method has one color and one place throughout.
    let methods = ordered(methods, comparison.baseline, by: \.name)
    var sections = [
      ReportSection("Numbers") { numbers(comparison) },
      ReportSection("Main measures") {
        Paragraph(
          "A dot is a seed; bar and line are the mean and its standard deviation; the dashed line is the mean of "
            + "\(comparison.baseline).")
        charts(comparison)
      },
    ]
    if comparison.methods.count > 1 {
      sections.insert(ReportSection("Against \(comparison.baseline)") { contrasts(comparison) }, at: 1)
    }
    let pictures = try faces(methods, note: note)
    if !pictures.isEmpty { sections.append(ReportSection("The same faces", blocks: pictures)) }
    let curves = curves(methods)
    if !curves.isEmpty { sections.append(ReportSection("Training", blocks: curves)) }
    sections.append(
      ReportSection("Recipes") {
        for method in methods {
          Details(method.name, blocks: [CodeBlock(method.recipe, title: "recipe.json")])
        }
      })
    return Report(title: title, subtitle: subtitle, sections: sections)
  }

  /// The baseline first: charts and tables are read from there.
  private static func ordered<Item>(_ items: [Item], _ baseline: String, by name: (Item) -> String) -> [Item] {
    items.filter { name($0) == baseline } + items.filter { name($0) != baseline }
  }

  private static func title(_ row: SeedComparison.Row) -> String { row.name + (row.unit == .percent ? ", %" : "") }

  private static func numbers(_ comparison: SeedComparison) -> DataTable {
    let rows = comparison.rows.map { row in
      let cells = ordered(row.results, comparison.baseline, by: \.method).map { result -> TableCell in
        let deviation = result.summary.standardDeviation.map { $0 * row.unit.factor }
        return result.summary.mean.map { .mean($0 * row.unit.factor, deviation: deviation) } ?? .missing
      }
      return DataTable.Row(
        [.text(title(row))] + cells, digits: row.unit.digits, better: row.higherIsBetter ? .higher : .lower)
    }
    let names = ordered(comparison.methods, comparison.baseline) { $0 }
    let seeds = comparison.seeds.map(String.init).joined(separator: ", ")
    return DataTable(
      title: comparison.seeds.count == 1 ? "Seed \(seeds)" : "Mean and standard deviation over seeds \(seeds)",
      columns: [.text("Measure")] + names.map { .number($0, digits: 3) }, rows: rows,
      footnote:
        "Accuracy: with the threshold that suits these very pairs best; cross-validated: chosen on the other folds. "
        + "Moved: every face turned, scaled and shifted at random. Each measure is defined in docs/metrics.md.")
  }

  private static func contrasts(_ comparison: SeedComparison) -> DataTable {
    let others = comparison.methods.filter { $0 != comparison.baseline }
    let rows = comparison.rows.map { row in
      let cells = others.flatMap { name -> [TableCell] in
        guard let result = row.results.first(where: { $0.method == name }), let against = result.againstBaseline
        else { return [.missing, .missing, .missing] }
        let seeds = against.bySeed.count { $0 != nil }
        let ahead = seeds > 0 ? "\(against.wins(higherIsBetter: row.higherIsBetter)) of \(seeds)" : "-"
        return [.text(row.text(result)), .text(row.bySeed(against)), .text(ahead)]
      }
      return DataTable.Row([.text(title(row))] + cells)
    }
    let columns = others.flatMap { [DataTable.Column.text($0), .text("by seed"), .text("ahead")] }
    return DataTable(
      title: "Difference (+, -) or ratio (x) to \(comparison.baseline), seed by seed",
      columns: [.text("Measure")] + columns,
      rows: rows,
      footnote:
        "Ratios are of the means over seeds. In brackets: 95 % over the people who were verified, drawn anew, with these networks. "
        + "Ahead: on how many seeds the method is the better one.")
  }

  /// A chart for each main measure and protocol, its views as groups.
  private static func charts(_ comparison: SeedComparison) -> [any ReportBlock] {
    var titles: [String] = []
    var groups: [String: [SeedChart.Group]] = [:]
    var rows: [String: SeedComparison.Row] = [:]
    for row in comparison.rows where row.isMain {
      let title = (row.subject.isEmpty ? "" : row.subject + " ") + row.measure + (row.unit == .percent ? ", %" : "")
      if rows.updateValue(row, forKey: title) == nil { titles.append(title) }
      let methods = ordered(row.results, comparison.baseline, by: \.method).map { result in
        let factor = row.unit.factor
        return SeedChart.Method(
          result.method, values: result.summary.values.map { $0.map { $0 * factor } },
          mean: result.summary.mean.map { $0 * factor }, deviation: result.summary.standardDeviation.map { $0 * factor }
        )
      }
      groups[title, default: []].append(SeedChart.Group(row.view, methods: methods))
    }
    return titles.map { title in
      SeedChart(
        title: title.prefix(1).uppercased() + title.dropFirst(), groups: groups[title]!,
        digits: rows[title]!.unit.digits,
        caption: rows[title]!.higherIsBetter ? "Higher is better." : "Lower is better.")
    }
  }

  private static func curves(_ methods: [ComparedMethod]) -> [any ReportBlock] {
    ["identity", "match", "equivariance"].compactMap { name in
      let series = methods.enumerated().compactMap { place, method in
        method.curves[name].map { curve in
          Series(method.name, points: curve.map { .init($0.step, $0.value) }, color: place)
        }
      }
      guard !series.isEmpty else { return nil }
      return LineChart(
        title: "Loss: \(name), mean over seeds", series: series, xAxis: Axis("step"), yAxis: Axis("loss"),
        smoothing: 0.6)
    }
  }
}
