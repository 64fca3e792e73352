import ExplainableChannels
import FaceEvaluation
import FaceImages
import Foundation

/// What a report on one model needs.
public struct EvaluatedModel {
  /// A short name for legends and columns.
  public var name: String
  public var evaluation: Evaluation
  public var figures: [ChannelFigure]
  /// Steps and values of logged scalars, by name; empty when no log lies beside the model.
  public var curves: [String: [(step: Double, value: Double)]]
  /// The recipe as JSON; empty when unknown.
  public var recipe: String

  public init(
    name: String, evaluation: Evaluation, figures: [ChannelFigure], curves: [String: [(step: Double, value: Double)]],
    recipe: String
  ) {
    self.name = name
    self.evaluation = evaluation
    self.figures = figures
    self.curves = curves
    self.recipe = recipe
  }
}

/// The report of an evaluation: recipe, curves, ROC, metrics, and the strongest channels over faces. The first model is the
/// baseline of the others.
public enum EvaluationReport {
  public static func make(_ models: [EvaluatedModel], title: String, subtitle: String) throws -> Report {
    var sections: [ReportSection] = []
    sections += models.compactMap(damaged)
    if let cards = summary(models) { sections.append(cards) }
    if models.contains(where: { !$0.evaluation.verification.isEmpty }) {
      sections.append(ReportSection("Verification", blocks: verification(models)))
    }
    let templates = TemplateTables.blocks(models)
    if !templates.isEmpty { sections.append(ReportSection("Templates", blocks: templates)) }
    if let channels = channels(models) { sections.append(channels) }
    sections += try models.compactMap(sheet)
    if let training = training(models) { sections.append(training) }
    sections.append(ReportSection("Recipes", blocks: models.flatMap(recipe)))
    return Report(title: title, subtitle: subtitle, sections: sections)
  }

  private static func damaged(_ model: EvaluatedModel) -> ReportSection? {
    let photos = model.evaluation.damaged
    guard !photos.isEmpty else { return nil }
    return ReportSection("Left out: \(model.name)") {
      Callout.leftOut(photos, consequence: consequence(model.evaluation))
    }
  }

  /// What measuring lost with photos that could not be read.
  private static func consequence(_ evaluation: Evaluation) -> String {
    if let templates = evaluation.templates {
      return "; \(templates.lostInWords ?? "every template has others")"
    }
    guard let pairs = evaluation.verification.map(\.pairsLeftOut).max() else { return "" }
    return ", and with \(evaluation.damaged.count == 1 ? "it" : "them") up to \(pairs) pairs of a protocol"
  }

  /// The last model's headline numbers against the first's.
  private static func summary(_ models: [EvaluatedModel]) -> ReportSection? {
    guard let last = models.last else { return nil }
    let baseline = models.count > 1 ? models[0] : nil
    func metric(
      _ name: String, digits: Int, unit: String = "", better: BetterDirection, note: String = "",
      _ value: (Evaluation) -> Double?
    ) -> Metric? {
      guard let number = value(last.evaluation) else { return nil }
      return Metric(
        name, value: number, unit: unit, digits: digits, baseline: baseline.flatMap { value($0.evaluation) },
        baselineName: baseline?.name ?? "", better: better, note: note)
    }
    var cards: [Metric?] = last.evaluation.verification.map { result in
      metric(
        "\(result.name), \(result.viewName)", digits: 1, unit: "%", better: .higher,
        note: result.boundReason == nil ? "" : "best threshold for these very pairs: an upper bound"
      ) {
        $0.result(result.name, result.view).map { $0.accuracy * 100 }
      }
    }
    cards.append(metric("Part purity, moved", digits: 2, better: .higher) { $0.channels?.moved?.purity.mean?.mean })
    cards.append(metric("Instability, moved", digits: 2, better: .lower) { $0.channels?.moved?.instability?.mean })
    cards.append(metric("Concentration, moved", digits: 2, better: .higher) { $0.channels?.moved?.concentration?.mean })
    cards.append(
      metric("Parts covered, moved", digits: 0, better: .higher) {
        $0.channels?.moved.map { Double($0.purity.covered) }
      })
    return ReportSection(models.count > 1 ? "\(last.name) against \(models[0].name)" : "In short") {
      MetricCards(cards.compactMap { $0 })
    }
  }

  private static func verification(_ models: [EvaluatedModel]) -> [any ReportBlock] {
    let results = models.flatMap { model in model.evaluation.verification.map { (model.name, $0) } }
    let rows = results.map { name, result -> DataTable.Row in
      let metrics = result.metrics
      func cell(_ value: Double?) -> TableCell { value.map { .number($0) } ?? .missing }
      let rates = [1e-1, 1e-2, 1e-3].map { rate in
        cell(metrics.tarAtFAR.first { $0.falseAcceptRate == rate }?.trueAcceptRate.map { $0 * 100 })
      }
      return DataTable.Row(
        [
          .text("\(result.name), \(result.viewName)"), .text(name),
          cell(metrics.crossValidation.map { $0.meanAccuracy * 100 }),
          cell(metrics.crossValidation.map { $0.standardDeviation * 100 }), .number(metrics.inSampleBestAccuracy * 100),
          .number(metrics.auc * 100), .number(metrics.eer * 100),
        ] + rates)
    }
    let columns: [DataTable.Column] =
      [.text("Protocol"), .text("Model"), .number("Accuracy", digits: 2), .number("± folds", digits: 2)]
      + [.number("Best", digits: 2), .number("AUC", digits: 2), .number("EER", digits: 2)]
      + ["10 %", "1 %", "0.1 %"].map { .number("TAR at FAR \($0)", digits: 2) }
    let note =
      "Percent. Accuracy: the threshold is chosen on the other folds. Best: the threshold that suits these very pairs. "
      + "Moved: every face turned, scaled and shifted at random (20 degrees, 15 %, 10 %)."
    let bounds = orderedNames(results.compactMap { $0.1.boundReason.map { reason in "No accuracy: \(reason)." } })
    var blocks: [any ReportBlock] = [
      DataTable(
        title: "Same person or not", columns: columns, rows: rows, footnote: ([note] + bounds).joined(separator: " "))
    ]
    blocks += [intervals(results), leads(models)].compactMap(\.self)
    for name in orderedNames(results.map(\.1.name)) {
      let curves = results.filter { $0.1.name == name }.map { model, result in
        Series(
          "\(model), \(result.viewName)",
          points: result.metrics.roc.map { .init($0.falseAcceptRate, $0.trueAcceptRate) },
          style: result.view == "moved" ? .dashed : .solid)
      }
      blocks.append(ROCChart(title: "\(name): receiver operating characteristic", curves: curves))
    }
    if let (model, result) = results.last {
      blocks.append(
        Histogram(
          title: "\(result.name), \(result.viewName): cosines, \(model)",
          distributions: [
            .init("same person", values: result.sameScores), .init("different people", values: result.differentScores),
          ],
          xTitle: "cosine", references: [ReferenceLine(result.metrics.inSampleBestThreshold, label: "best threshold")]))
    }
    return blocks
  }

  private static func intervals(_ results: [(String, VerificationResult)]) -> DataTable? {
    let rows = results.compactMap { name, result -> DataTable.Row? in
      guard let intervals = result.intervals else { return nil }
      let numbers = [intervals.accuracy, intervals.inSampleBestAccuracy, intervals.auc, intervals.eer]
      return DataTable.Row(
        [.text("\(result.name), \(result.viewName)"), .text(name), .text("\(intervals.people)")]
          + numbers.map { .text($0?.range { NumberText.fixed($0 * 100, digits: 2) } ?? "–") })
    }
    guard !rows.isEmpty else { return nil }
    return DataTable(
      title: "95 % over people",
      columns: ["Protocol", "Model", "People", "Accuracy", "Best", "AUC", "EER"].map { .text($0) }, rows: rows,
      footnote:
        "Percent. Between which the numbers lie when as many people are drawn anew from these, all their photos with them; the network is "
        + "held fixed, and so are the folds' thresholds.")
  }

  /// Against the first model.
  private static func leads(_ models: [EvaluatedModel]) -> DataTable? {
    func change(_ value: Double) -> String { NumberText.change(value * 100, digits: 2) }
    let rows = models.dropFirst().flatMap { model in
      (model.evaluation.leads ?? []).map { lead -> DataTable.Row in
        let numbers = [lead.accuracy, lead.inSampleBestAccuracy, lead.auc, lead.eer].map { estimate in
          estimate.map { change($0.mean) + ($0.range(change).map { " (\($0))" } ?? "") } ?? "–"
        }
        return DataTable.Row([.text("\(lead.name), \(lead.viewName)"), .text(model.name)] + numbers.map { .text($0) })
      }
    }
    guard let first = models.first, !rows.isEmpty else { return nil }
    return DataTable(
      title: "Less \(first.name)",
      columns: ["Protocol", "Model", "Accuracy", "Best", "AUC", "EER"].map { .text($0) }, rows: rows,
      footnote: "Points of percent, and 95 % over people, drawn alike for both.")
  }

  private static func orderedNames(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  private static func channels(_ models: [EvaluatedModel]) -> ReportSection? {
    let measured = models.compactMap { model in model.evaluation.channels.map { (model.name, $0) } }
    guard !measured.isEmpty else { return nil }
    func row(
      _ title: String, _ better: BetterDirection?, digits: Int = 3, _ value: (ExplainabilityScores) -> Double?
    ) -> [DataTable.Row] {
      let views = [
        ("as cropped", measured.map { Optional($0.1.asCropped) }), ("moved", measured.map { $0.1.moved }),
      ]
      return views.map { view, scores in
        DataTable.Row(
          [.text("\(title), \(view)")] + scores.map { cell($0.flatMap(value)) }, digits: digits, better: better)
      }
    }
    func cell(_ value: Double?) -> TableCell { value.map { .number($0) } ?? .missing }
    var rows = row("Location instability", .lower) { $0.instability?.mean }
    rows += row("Part purity, nine parts", .higher) { $0.purity.mean?.mean }
    rows += row("Part purity, five parts", .higher) { $0.fivePartPurity.mean?.mean }
    rows += row("Parts covered", .higher, digits: 0) { Double($0.purity.covered) }
    rows += row("Concentration", .higher) { $0.concentration?.mean }
    if measured.contains(where: { $0.1.asCropped.maskPurity != nil }) {
      rows += row("Purity against true masks", .higher) { $0.maskPurity?.mean?.mean }
      rows += row("Energy inside the part's true mask", .higher) { $0.maskConcentration }
    }
    for measure in ExplainabilityMeasure.ofRegionsPeaksAndGroups
    where measured.contains(where: { measure.value($0.1.asCropped) != nil }) {
      let better = measure.higherIsBetter.map { $0 ? BetterDirection.higher : .lower }
      rows += row(measure.name.prefix(1).uppercased() + measure.name.dropFirst(), better, digits: measure.digits) {
        measure.value($0)
      }
    }
    rows += row("Dead channels", .lower, digits: 0) { Double($0.deadChannels.count) }
    let table = DataTable(
      title: "What the channels detect", columns: [.text("Measure")] + measured.map { .number($0.0, digits: 3) },
      rows: rows,
      footnote: "Mean over channels. Each measure is defined in docs/metrics.md.")
    return ReportSection("Channels", blocks: [table])
  }

  private static func sheet(_ model: EvaluatedModel) throws -> ReportSection? {
    guard !model.figures.isEmpty else { return nil }
    let rows = try model.figures.map { figure -> ImageGrid.Row in
      let part = figure.summary.part?.title ?? "no part"
      let images = try figure.faces.map { face in
        ReportImage(
          try ChannelSheet.overlay(face, side: 112).jpegData(quality: 82), format: .jpeg,
          alt: "channel \(figure.summary.index) (\(part)) over a face")
      }
      return ImageGrid.Row(
        "Channel \(figure.summary.index): \(part)",
        facts: [
          .init("purity", ChannelSheet.percent(figure.summary.purity)),
          .init("active", ChannelSheet.percent(figure.summary.activeShare)),
        ],
        images: images)
    }
    return ReportSection("Strongest channels: \(model.name)") {
      ImageGrid(
        rows,
        caption:
          "The purest channel of each part, then the second purest of each, and so on. The same faces in every row, every second "
          + "one moved. Bright: active. Purity is measured on moved faces.")
    }
  }

  private static func training(_ models: [EvaluatedModel]) -> ReportSection? {
    let names = ["identity", "match", "equivariance"].filter { name in models.contains { $0.curves[name] != nil } }
    guard !names.isEmpty else { return nil }
    return ReportSection("Training") {
      for name in names {
        LineChart(
          title: "Loss: \(name)",
          series: models.compactMap { model in
            model.curves[name].map { Series(model.name, points: $0.map { .init($0.step, $0.value) }) }
          }, xAxis: Axis("step"), yAxis: Axis("loss"), smoothing: 0.6)
      }
    }
  }

  private static func recipe(_ model: EvaluatedModel) -> [any ReportBlock] {
    let info = model.evaluation.info
    var entries: [Definitions.Entry] = [
      .init("model", model.evaluation.model),
      .init("backbone", "\(info.network.backbone.rawValue), width \(info.network.width)"),
      .init("input", "\(info.input.size) x \(info.input.size)"), .init("channel loss", info.channelLoss),
      .init("measured on", model.evaluation.data),
    ]
    if let training = info.training {
      entries.append(
        .init(
          "trained on",
          "\(training.data): \(training.photos) photos of \(training.identities) people, \(training.epochs) epochs"))
    }
    var blocks: [any ReportBlock] = [Definitions(title: model.name, entries)]
    if !model.recipe.isEmpty {
      blocks.append(Details("Recipe of \(model.name)", blocks: [CodeBlock(model.recipe, title: "recipe.json")]))
    }
    return blocks
  }
}
