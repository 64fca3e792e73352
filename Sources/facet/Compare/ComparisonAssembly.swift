import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceNetworks
import FaceReports
import FaceTraining
import Foundation
import Torch

/// Gathers what the page of a comparison shows: figures from the models of the first seed, curves from all logs.
struct ComparisonAssembly {
  let plan: TrainingPlan
  let photos: MeasuredDataOptions
  let device: Device
  let workers: Int

  func write(_ comparison: SeedComparison, evaluations: [(method: String, evaluation: Evaluation)], to path: String)
    throws
  {
    let firsts = plan.methods.map { method in evaluations.first { $0.method == method.name }!.evaluation }
    let parts = partsToShow(firsts)
    let methods = try zip(plan.methods, firsts).map { recipe, evaluation in
      ComparedMethod(
        name: recipe.name, parts: try figures(evaluation, parts), curves: curves(plan.runs(of: recipe.name)),
        recipe: try RecipeFile.text(recipe))
    }
    let report = try ComparisonReport.make(
      comparison, methods: methods, title: "Facet comparison",
      subtitle: firsts.first.map { "Measured on \($0.data)" } ?? "",
      note: "Networks of seed \(plan.seeds[0]).")
    try report.write(to: path)
  }

  /// The parts that a channel of any method peaks on at least half of the time; all parts when there is none.
  private func partsToShow(_ evaluations: [Evaluation]) -> [FacePart] {
    let found = Set(evaluations.compactMap(scores).flatMap { $0.parts(purity: 0.5) })
    return FacePart.allCases.filter { found.isEmpty || found.contains($0) }
  }

  /// Purity where faces move is what is hard to come by.
  private func scores(_ evaluation: Evaluation) -> ExplainabilityScores? {
    evaluation.channels.map { $0.moved ?? $0.asCropped }
  }

  private func figures(_ evaluation: Evaluation, _ parts: [FacePart]) throws -> [PartFigure] {
    guard let scores = scores(evaluation) else { return [] }
    let model = try FaceModel(contentsOf: evaluation.model, on: device)
    guard let annotated = try photos.open(side: model.info.input.storedSide).annotated else { return [] }
    var scan = NetworkScan(model, on: device)
    scan.workers = workers
    return try scan.partFigures(scores, parts: parts, store: scan.store(annotated), faces: 6)
  }

  /// Means over the runs of each logged scalar, at the steps that all of them logged.
  private func curves(_ runs: [TrainingRun]) -> [String: [(step: Double, value: Double)]] {
    let logs = runs.map { ReportAssembly.curves(beside: $0.model) }
    guard let first = logs.first else { return [:] }
    return first.reduce(into: [:]) { means, entry in
      let others = logs.map { log in Dictionary(log[entry.key] ?? []) { $1 } }
      means[entry.key] = entry.value.compactMap { point in
        let values = others.compactMap { $0[point.step] }
        guard values.count == logs.count else { return nil }
        return (point.step, values.reduce(0, +) / Double(values.count))
      }
    }
  }
}
