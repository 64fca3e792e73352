import Foundation
import TerminalOutput

/// Shows a run's progress and its latest scalars on the terminal.
public final class ConsoleLogger: TrainingLogger {
  private let progress: ProgressReporter
  private var shown: [(name: String, value: Double)] = []

  /// Shows the scalars through `progress`, whose units must be steps. `progress` may be shared.
  public init(progress: ProgressReporter) { self.progress = progress }

  /// Shows the progress of `totalSteps` steps, of which `firstStep` were done by the run that is being resumed.
  public convenience init(
    label: String, totalSteps: Int, firstStep: Int = 0, destination: TerminalDestination = .standardError
  ) {
    self.init(
      progress: ProgressReporter(label: label, total: totalSteps, completed: firstStep, destination: destination))
  }

  /// Shows these scalars and, where they are still the latest of their names, those of earlier steps.
  public func log(step: Int, scalars: [(name: String, value: Double)]) {
    for scalar in scalars {
      if let index = shown.firstIndex(where: { $0.name == scalar.name }) {
        shown[index] = scalar
      } else {
        shown.append(scalar)
      }
    }
    let suffix = shown.map { "\($0.name) \(formatScalar($0.value))" }.joined(separator: "  ")
    progress.update(completed: step, suffix: suffix)
  }

  public func logText(step: Int, name: String, text: String) { progress.note("\(name): \(text)") }

  /// Nothing to do: all is shown at once.
  public func flush() {}

  public func close() { progress.finish() }
}

/// Four digits: "2.345", "1.2e-05", "nan".
private func formatScalar(_ value: Double) -> String {
  value.isFinite ? String(format: "%.4g", value) : "\(value)"
}
