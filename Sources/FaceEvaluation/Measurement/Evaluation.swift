import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Torch

/// What is known of a model after an evaluation: written as JSON, shown as tables and reports.
public struct Evaluation: Codable, Sendable {
  public var model: String
  public var info: ModelInfo
  /// The photos it was measured on, in words.
  public var data: String
  public var verification: [VerificationResult]
  /// How far its verification is from the first model's of the same run, for each protocol and view; nil for the first, and where
  /// nobody knows whom pairs show.
  public var leads: [VerificationLead]?
  /// Nil when the model has no target layer or nobody annotated the photos.
  public var channels: ExplainabilityReport?
  /// Nil unless it was measured on IJB.
  public var templates: TemplateResult?
  /// Photos left out because they could not be read, each once.
  public var damaged: [DamagedPhoto]
  /// Of the process when it was done, models measured before it included; nil in files from before it was measured.
  public var peakMemory: PeakMemory?

  public init(
    model: String, info: ModelInfo, data: String, verification: [VerificationResult], channels: ExplainabilityReport?,
    damaged: [DamagedPhoto]
  ) {
    self.model = model
    self.info = info
    self.data = data
    self.verification = verification
    self.channels = channels
    self.damaged = damaged
  }

  /// A model measured on templates.
  public init(model: String, info: ModelInfo, templates: TemplateResult) {
    self.init(
      model: model, info: info, data: templates.name, verification: [], channels: nil, damaged: templates.damaged)
    self.templates = templates
  }

  /// The result of a protocol in a view, or nil when it was not measured.
  public func result(_ name: String, _ view: String) -> VerificationResult? {
    verification.first { $0.name == name && $0.view == view }
  }

  /// Its leads over a model that was measured on the same pairs; nil without any.
  public func leads(over other: Evaluation) -> [VerificationLead]? {
    let leads = verification.compactMap { result in
      other.result(result.name, result.view).flatMap { result.lead(over: $0) }
    }
    return leads.isEmpty ? nil : leads
  }

  /// Whether these are the photos, pairs and way of measuring that gave this evaluation, as far as it tells. `named`: what the
  /// photos are called where they were cut.
  public func isMeasured(
    on sets: [VerificationSet], annotated: (any FaceDataset)?, flip: Bool, named: (String) -> String = { $0 }
  ) -> Bool {
    let samePairs = verification.allSatisfy { result in
      let set = sets.first { $0.name == result.name }
      let flipped = flip || set?.convention == .insightFace
      return result.flip == flipped && set?.pairs.count == result.metrics.pairs + result.pairsLeftOut
    }
    let samePhotos = channels.map { report in
      let images = report.asCropped.images
      return (images...(images + damaged.count)).contains(annotated?.count ?? 0)
    }
    return samePairs && samePhotos ?? true && data == named(Evaluation.describe(sets, annotated))
  }

  /// What was measured, in words.
  static func describe(_ sets: [VerificationSet], _ annotated: (any FaceDataset)?) -> String {
    let protocols = sets.map { "\($0.name) (\($0.dataset.name))" }
    return (protocols + (annotated.map { ["channels on \($0.name)"] } ?? [])).joined(separator: ", ")
  }
}

extension NetworkScan {
  /// Verifies every set and measures the channels on `annotated`, each as cropped and moved.
  public func evaluate(
    name: String, sets: [VerificationSet], annotated: (any FaceDataset)?, moved: MovedFaces = MovedFaces(),
    flip: Bool = false
  ) throws -> Evaluation {
    let views: [PhotoView] = [.asCropped, .moved(moved)]
    var results: [VerificationResult] = []
    for set in sets {
      let store = self.store(set.dataset)
      // InsightFace's pairs are aligned: they are measured as they are.
      let views = set.convention == .insightFace ? [.asCropped] : views
      for view in views { results.append(try verify(set, store: store, view: view, flip: flip).withIntervals()) }
    }
    var report: ExplainabilityReport?
    var damaged = results.flatMap(\.damaged)
    if let annotated, model.network.targetChannels > 0 {
      let store = self.store(annotated)
      let measured = try explainability(store, Array(0..<annotated.count), moved: moved)
      (report, damaged) = (measured.report, damaged + measured.damaged)
    }
    return Evaluation(
      model: name, info: model.info, data: Evaluation.describe(sets, annotated), verification: results,
      channels: report, damaged: NetworkScan.once(damaged))
  }

  /// Each damaged photo once: views and protocols share photos.
  static func once(_ damaged: [DamagedPhoto]) -> [DamagedPhoto] {
    var seen: Set<String> = []
    return damaged.filter { seen.insert($0.source).inserted }
  }
}
