import ExplainableChannels

/// A number by which networks are compared.
public struct Measure: Sendable {
  /// How two methods are set against each other.
  public enum Contrast: String, Codable, Sendable {
    case difference, ratio
  }

  /// How the number is written.
  public enum Unit: String, Codable, Sendable {
    /// A share as percent with one decimal.
    case percent
    /// Three decimals.
    case number
    /// A count of few things, whose mean has one decimal.
    case count
  }

  /// What the number is read from.
  enum Source: Sendable {
    case verification(@Sendable (VerificationMetrics) -> Double?)
    case channels(@Sendable (ExplainabilityScores) -> Double?)
  }

  public let name: String
  public let higherIsBetter: Bool
  public let contrast: Contrast
  public let unit: Unit
  /// Whether it is among the few that are drawn.
  public let isMain: Bool
  let source: Source
  /// Which of a lead's numbers is this one's; nil where no interval over people is known.
  let lead: (@Sendable (VerificationLead) -> Estimate?)?

  init(
    _ name: String, _ source: Source, higherIsBetter: Bool = true, _ contrast: Contrast, _ unit: Unit = .number,
    isMain: Bool = false, lead: (@Sendable (VerificationLead) -> Estimate?)? = nil
  ) {
    self.name = name
    self.higherIsBetter = higherIsBetter
    self.contrast = contrast
    self.unit = unit
    self.isMain = isMain
    self.source = source
    self.lead = lead
  }

  /// Whether it is about the channels of the target layer.
  public var isOfChannels: Bool {
    if case .channels = source { true } else { false }
  }
}

extension Measure {
  /// All measures, in the order of tables. A new one is a line here.
  public static let all: [Measure] =
    [
      Measure(
        "accuracy", .verification { $0.inSampleBestAccuracy }, .difference, .percent, lead: { $0.inSampleBestAccuracy }),
      Measure(
        "accuracy, cross-validated", .verification { $0.crossValidation?.meanAccuracy }, .difference, .percent,
        isMain: true, lead: { $0.accuracy }),
      Measure("AUC", .verification { $0.auc }, .difference, .percent, lead: { $0.auc }),
      Measure(
        "EER", .verification { $0.eer }, higherIsBetter: false, .difference, .percent, lead: { $0.eer }),
      Measure("location instability", .channels { $0.instability?.mean }, higherIsBetter: false, .ratio, isMain: true),
      Measure(
        "location instability, Zhang", .channels { $0.diagonalInstability?.mean }, higherIsBetter: false, .ratio),
      Measure("part purity", .channels { $0.purity.mean?.mean }, .ratio, isMain: true),
      Measure("part purity, silence a miss", .channels { $0.purity.meanCountingSilence }, .ratio),
      Measure("part purity, five parts", .channels { $0.fivePartPurity.mean?.mean }, .ratio),
      Measure("parts covered", .channels { Double($0.purity.covered) }, .difference, .count, isMain: true),
      Measure("active share", .channels { $0.activeShare }, .difference, .percent),
      Measure("dead channels", .channels { Double($0.deadChannels.count) }, higherIsBetter: false, .difference, .count),
      Measure("concentration", .channels { $0.concentration?.mean }, .ratio, isMain: true),
      Measure("purity against true masks", .channels { $0.maskPurity?.mean?.mean }, .ratio),
      Measure("energy in the part's true mask", .channels { $0.maskConcentration }, .ratio),
    ] + ofRegionsPeaksAndGroups

  private static var ofRegionsPeaksAndGroups: [Measure] {
    ExplainabilityMeasure.ofRegionsPeaksAndGroups.compactMap { measure in
      measure.higherIsBetter.map { better in
        Measure(
          measure.name, .channels(measure.value), higherIsBetter: better,
          measure.digits == 0 || measure.isSigned ? .difference : .ratio, measure.digits == 0 ? .count : .number)
      }
    }
  }

  /// The one accuracy to quote: cross-validated where the pairs allow it, else with the best threshold.
  public static let quotedAccuracy = Measure(
    "accuracy", .verification { $0.crossValidation?.meanAccuracy ?? $0.inSampleBestAccuracy }, .difference, .percent)
}

extension Measure {
  /// A measure's value in one view.
  public struct Reading: Sendable {
    public let measure: Measure
    /// The protocol's name; empty for the channels.
    public let subject: String
    /// "as cropped" or "moved".
    public let view: String
    public let value: Double

    /// "CFP-FF accuracy, moved".
    public var title: String { Measure.title(measure.name, subject, view) }
  }

  static func title(_ name: String, _ subject: String, _ view: String) -> String {
    (subject.isEmpty ? "" : subject + " ") + "\(name), \(view)"
  }

  /// What an evaluation says of this measure, a reading for each protocol and view; none where it was not measured.
  public func readings(of evaluation: Evaluation) -> [Reading] {
    switch source {
    case .verification(let value):
      return evaluation.verification.compactMap { result in
        value(result.metrics).map { Reading(measure: self, subject: result.name, view: result.view, value: $0) }
      }
    case .channels(let value):
      return (evaluation.channels?.views ?? []).compactMap { view, scores in
        value(scores).map { Reading(measure: self, subject: "", view: view, value: $0) }
      }
    }
  }
}
