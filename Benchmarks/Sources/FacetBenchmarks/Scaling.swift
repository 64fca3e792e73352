import Foundation
import TerminalOutput

/// A training step's seconds at growing sizes of one quantity.
struct ScalingCurve: Encodable {
  struct Point: Encodable {
    let size: Int
    /// Median of the rounds.
    let seconds: Double
    /// Fastest and slowest round.
    let spread: [Double]
  }

  let name: String
  /// The exponent that the operations imply.
  let expected: Double
  /// Slope of log time against log size between the two largest sizes: median over the rounds, each of which has both.
  let exponent: Double
  /// Smallest and largest slope of a round.
  let spread: [Double]
  /// The exponent of what grows: with p expected, p times the slope of log(time beyond the smallest size's) against log(size^p
  /// beyond the smallest's). What every step costs whatever the size, which flattens `exponent`, is out of it. Nil where p is 0 or a
  /// time does not grow.
  let growing: Double?
  let points: [Point]

  /// Times by size, each a number a round.
  init(_ axis: ScalingAxis, _ times: [[Double]]) {
    (name, expected) = (axis.rawValue, axis.expected)
    points = zip(axis.sizes, times).map { size, times in
      Point(size: size, seconds: times.median, spread: [times.min()!, times.max()!])
    }
    let growth = log(Double(axis.sizes.last!) / Double(axis.sizes.dropLast().last!))
    let slopes = zip(times.dropLast().last!, times.last!).map { log($1 / $0) / growth }
    exponent = slopes.median
    spread = [slopes.min()!, slopes.max()!]
    let medians = times.map(\.median)
    let powers = axis.sizes.map { pow(Double($0), axis.expected) }
    func beyondFirst(_ values: [Double]) -> (before: Double, last: Double) {
      (values.dropLast().last! - values[0], values.last! - values[0])
    }
    let (time, size) = (beyondFirst(medians), beyondFirst(powers))
    let grows = size.before > 0 && time.before > 0 && time.last > 0
    growing = grows ? expected * log(time.last / time.before) / log(size.last / size.before) : nil
  }

  /// Lets the steps of all sizes take turns, `rounds` times after one that is not timed, every other round backward.
  static func measured(_ axis: ScalingAxis, rounds: Int) throws -> ScalingCurve {
    let progress = ProgressReporter(label: axis.rawValue, total: rounds, unit: "rounds")
    let steps = try axis.sizes.map { try FacetStep(axis.step($0)) }
    for step in steps { _ = try step.step() }
    var times = [[Double]](repeating: [], count: steps.count)
    for round in 0..<rounds {
      let order = Array(steps.indices)
      for index in round % 2 == 0 ? order : order.reversed() { times[index].append(try steps[index].step()) }
      progress.update(completed: round + 1)
    }
    progress.finish()
    return ScalingCurve(axis, times)
  }
}

/// What `--scaling` measured: the content of scaling.json.
struct ScalingResults: Encodable {
  let machine: Machine
  let peaks: MachinePeaks
  let rounds: Int
  let curves: [ScalingCurve]

  var table: String {
    var table = TextTable(["step against", "expected", "measured", "spread", "of what grows", "size: seconds"])
    for curve in curves {
      let times = curve.points.map { "\($0.size): \(Results.seconds($0.seconds))" }
      table.addRow([
        curve.name, String(format: "%.0f", curve.expected), String(format: "%.2f", curve.exponent),
        curve.spread.map { String(format: "%.2f", $0) }.joined(separator: ".."),
        curve.growing.map { String(format: "%.2f", $0) } ?? "-", times.joined(separator: ", "),
      ])
    }
    return table.text() + "\n" + peaks.text
  }
}
