import FaceEvaluation
import FaceNetworks
import FaceReports
import Foundation
import Torch

/// Gathers what a report shows: figures from the models, curves from the logs beside them.
enum ReportAssembly {
  static func write(
    _ evaluations: [Evaluation], photos: MeasuredDataOptions, device: Device, title: String, isBeforeMask: Bool = false,
    to path: String
  ) throws {
    var models = try evaluations.map { evaluation -> EvaluatedModel in
      let model = try FaceModel(contentsOf: evaluation.model, on: device)
      var scan = NetworkScan(model, on: device)
      scan.isBeforeMask = isBeforeMask
      var figures: [ChannelFigure] = []
      if let report = evaluation.channels, let annotated = try photos.open(side: model.info.input.storedSide).annotated
      {
        figures = try scan.channelFigures(report, store: scan.store(annotated), faces: 6, channels: 12)
      }
      return EvaluatedModel(
        name: model.info.name, evaluation: evaluation, figures: figures, curves: curves(beside: evaluation.model),
        recipe: model.recipe)
    }
    // Seeds of one recipe, and copies, have one name.
    if Set(models.map(\.name)).count < models.count {
      for (index, file) in PathNames.distinct(evaluations.map(\.model)).enumerated() {
        models[index].name += " (\(file))"
      }
    }
    let subtitle = evaluations.first.map { "Measured on \($0.data)" } ?? ""
    try EvaluationReport.make(models, title: title, subtitle: subtitle).write(to: path)
  }

  /// Scalars of the log.jsonl in the model's folder; none when there is no such file.
  static func curves(beside model: String) -> [String: [(step: Double, value: Double)]] {
    struct Line: Decodable {
      let step: Double
      let scalars: [String: Double?]?
    }
    let folder = URL(fileURLWithPath: model).deletingLastPathComponent()
    guard let text = try? String(contentsOf: folder.appendingPathComponent("log.jsonl"), encoding: .utf8) else {
      return [:]
    }
    var curves: [String: [(step: Double, value: Double)]] = [:]
    for line in text.split(separator: "\n") {
      guard let entry = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else { continue }
      for (name, value) in entry.scalars ?? [:] {
        if let value { curves[name, default: []].append((entry.step, value)) }
      }
    }
    return curves
  }
}
