import ExplainableChannels

/// Several methods, each trained with the same seeds, measure by measure.
public struct SeedComparison: Codable, Sendable, Equatable {
  /// One measure in one view.
  public struct Row: Codable, Sendable, Equatable {
    /// "CFP-FF accuracy, moved".
    public let name: String
    /// The name in ``Measure/all``.
    public let measure: String
    /// The protocol; empty for the channels.
    public let subject: String
    public let view: String
    public let higherIsBetter: Bool
    public let contrast: Measure.Contrast
    public let unit: Measure.Unit
    public let isMain: Bool
    /// One for each method, in their order.
    public let results: [Result]
  }

  /// What one method reached in a row.
  public struct Result: Codable, Sendable, Equatable {
    public let method: String
    public let summary: SeedSummary
    /// Nil for the baseline itself.
    public let againstBaseline: PairedContrast?
    /// The mean lead over the baseline with its 95 % interval over the people who were verified, these networks held fixed; nil for
    /// the baseline, and for measures and photos without one.
    public let lead: Estimate?
  }

  /// The methods' names, the baseline among them.
  public let methods: [String]
  public let baseline: String
  public let seeds: [UInt64]
  public let rows: [Row]

  /// - Parameters:
  ///   - methods: names and evaluations, one for each of `seeds`, in their order.
  ///   - baseline: the method that the others are set against. Traps when it is none of `methods`.
  public init(_ methods: [(name: String, evaluations: [Evaluation])], seeds: [UInt64], baseline: String) {
    precondition(methods.contains { $0.name == baseline }, "the baseline is none of the methods")
    let names = methods.map(\.name)
    self.methods = names
    self.seeds = seeds
    self.baseline = baseline
    let leads = SeedComparison.leads(methods, baseline)
    rows = Measure.all.flatMap { measure in
      let readings = methods.map { method in method.evaluations.map { measure.readings(of: $0) } }
      return SeedComparison.places(readings).map { place in
        SeedComparison.row(measure, place, names, readings, baseline) {
          leads[$0]?[place].flatMap { measure.lead?($0) }
        }
      }
    }
  }

  /// By method, and by protocol and view.
  private static func leads(_ methods: [(name: String, evaluations: [Evaluation])], _ baseline: String)
    -> [String: [Place: VerificationLead]]
  {
    let others = methods.first { $0.name == baseline }?.evaluations ?? []
    return Dictionary(methods.filter { $0.name != baseline }.map { ($0.name, leads($0.evaluations, over: others)) }) {
      first, _ in first
    }
  }

  private static func leads(_ evaluations: [Evaluation], over others: [Evaluation]) -> [Place: VerificationLead] {
    let places = Set((evaluations.first?.verification ?? []).map { Place(subject: $0.name, view: $0.view) })
    return places.reduce(into: [:]) { leads, place in
      let results = [evaluations, others].map { $0.map { $0.result(place.subject, place.view) } }
      // A seed that lacks one leaves no pair of means.
      guard results.allSatisfy({ !$0.contains { $0 == nil } }) else { return }
      leads[place] = VerificationLead(results[0].compactMap(\.self), over: results[1].compactMap(\.self))
    }
  }

  private struct Place: Hashable {
    let subject: String
    let view: String
  }

  /// The protocols and views that anything was read in, each once, in the order of the evaluations.
  private static func places(_ readings: [[[Measure.Reading]]]) -> [Place] {
    var seen: Set<Place> = []
    return readings.joined().joined().map { Place(subject: $0.subject, view: $0.view) }
      .filter { seen.insert($0).inserted }
  }

  private static func row(
    _ measure: Measure, _ place: Place, _ names: [String], _ readings: [[[Measure.Reading]]], _ baseline: String,
    lead: (String) -> Estimate?
  ) -> Row {
    let summaries = readings.map { runs in
      SeedSummary(runs.map { run in run.first { $0.subject == place.subject && $0.view == place.view }?.value })
    }
    let reference = summaries[names.firstIndex(of: baseline)!]
    let results = zip(names, summaries).map { name, summary in
      Result(
        method: name, summary: summary,
        againstBaseline: name == baseline ? nil : summary.paired(with: reference, as: measure.contrast),
        lead: lead(name))
    }
    return Row(
      name: Measure.title(measure.name, place.subject, place.view), measure: measure.name, subject: place.subject,
      view: place.view, higherIsBetter: measure.higherIsBetter, contrast: measure.contrast, unit: measure.unit,
      isMain: measure.isMain, results: results)
  }
}
