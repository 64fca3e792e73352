import FaceEvaluation

/// IJB's results of several models as tables.
enum TemplateTables {
  /// None when no model was measured on templates.
  static func blocks(_ models: [EvaluatedModel]) -> [any ReportBlock] {
    let results = models.compactMap { model in model.evaluation.templates.map { (model.name, $0) } }
    guard let first = results.first?.1 else { return [] }
    var blocks: [any ReportBlock] = [verification(results, first)]
    if results.contains(where: { $0.1.identification != nil }) { blocks.append(identification(results)) }
    return blocks
  }

  private static func percent(_ value: Double?) -> TableCell { value.map { .number($0 * 100) } ?? .missing }

  private static func verification(_ results: [(String, TemplateResult)], _ first: TemplateResult) -> DataTable {
    let rates = first.verification.tarAtFAR.map {
      DataTable.Column.number("TAR at FAR \($0.falseAcceptRate)", digits: 2)
    }
    return DataTable(
      title: "Same person or not (1:1)",
      columns: [.text("Benchmark"), .text("Model"), .number("AUC", digits: 2)] + rates,
      rows: results.map { name, result in
        DataTable.Row(
          [.text(result.name), .text(name), percent(result.verification.auc)]
            + result.verification.tarAtFAR.map { percent($0.trueAcceptRate) })
      },
      footnote: "Percent. \(first.templates) templates of \(first.photos) photos; \(first.pooling.title).")
  }

  private static func identification(_ results: [(String, TemplateResult)]) -> DataTable {
    let columns: [DataTable.Column] =
      [.text("Gallery"), .text("Model")] + [1, 5, 10].map { .number("Rank \($0)", digits: 2) }
      + Identification.falsePositiveRates.map { .number("TPIR at FPIR \($0)", digits: 2) }
    let rows = results.flatMap { name, result in
      (result.identification ?? []).map { row in
        DataTable.Row(
          [.text("\(result.name), \(row.gallery)"), .text(name)] + [1, 5, 10].map { percent(row.rate(atRank: $0)) }
            + row.tpirAtFPIR.map { percent($0.trueAcceptRate) })
      }
    }
    return DataTable(
      title: "Who is it (1:N)", columns: columns, rows: rows,
      footnote:
        "Percent. Ranks: of probes whose person is in the gallery. TPIR: of these, those whose own person scores "
        + "above a threshold that the given share of the other probes reaches.")
  }
}
