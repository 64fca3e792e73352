import Foundation

/// Shows how far long work has come. Safe to use from any thread.
///
/// On a terminal one line is rewritten at most ten times a second: a bar, the count, the rate, the time left and a
/// free text. Elsewhere a plain line is printed at most every `lineInterval` seconds, and one at the end.
public final class ProgressReporter: @unchecked Sendable {
  private let lock = NSLock()
  private let label: String
  private let total: Int?
  private let unit: String
  private let interval: Double
  private let destination: TerminalDestination
  private let clock: @Sendable () -> Double
  private let start: Double

  // Guarded by `lock`.
  private var completed: Int
  private var suffix = ""
  private var meter: RateMeter
  private var lastShown: Double
  private var isFinished = false

  /// Starts the clock.
  ///
  /// - Parameters:
  ///   - label: what is being done: "train".
  ///   - total: how many units there are in all, or nil when nobody knows.
  ///   - unit: what is counted, in the plural: "images".
  ///   - completed: what was done before, by a run that is being resumed; it does not count for the rate.
  ///   - lineInterval: seconds between plain lines.
  ///   - destination: where to show it.
  ///   - clock: seconds that never go back.
  public init(
    label: String, total: Int?, unit: String = "steps", completed: Int = 0, lineInterval: Double = 10,
    destination: TerminalDestination = .standardError,
    clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
  ) {
    self.label = label
    self.total = total
    self.unit = unit
    self.completed = completed
    self.destination = destination
    self.clock = clock
    interval = destination.isTerminal ? 0.1 : lineInterval
    start = clock()
    lastShown = destination.isTerminal ? -.infinity : start
    meter = RateMeter(time: start, count: completed)
  }

  /// Says how many units are done in all, and keeps the free text unless there is a new one.
  public func update(completed: Int, suffix: String? = nil) {
    lock.withLock { advance(to: completed, suffix: suffix) }
  }

  /// Says that `count` more units are done.
  public func advance(by count: Int = 1, suffix: String? = nil) {
    lock.withLock { advance(to: completed + count, suffix: suffix) }
  }

  /// Prints a line of its own without hurting the bar.
  public func note(_ line: String) {
    lock.withLock {
      destination.write((destination.isTerminal ? clearLine : "") + line + "\n")
      if destination.isTerminal && !isFinished { draw(at: clock()) }
    }
  }

  /// Prints the last state and ends the line. Whatever comes later is ignored; a second call does nothing.
  public func finish(suffix: String? = nil) {
    lock.withLock {
      guard !isFinished else { return }
      isFinished = true
      self.suffix = suffix ?? self.suffix
      let line = summary(at: clock())
      destination.write(destination.isTerminal ? clearLine + line + "\n" : line + "\n")
    }
  }

  private func advance(to count: Int, suffix: String?) {
    guard !isFinished else { return }
    let now = clock()
    completed = count
    self.suffix = suffix ?? self.suffix
    meter.record(time: now, count: count)
    guard now - lastShown >= interval else { return }
    draw(at: now)
  }

  private func draw(at now: Double) {
    lastShown = now
    let rate = meter.rate(time: now, count: completed)
    if destination.isTerminal {
      // The last column stays free: some terminals wrap when it is written.
      destination.write(clearLine + prefix(of: line(rate, withBar: true), fitting: destination.width() - 1))
    } else {
      destination.write(line(rate, withBar: false) + "\n")
    }
  }

  private func line(_ rate: Double, withBar: Bool) -> String {
    var parts = [label]
    if let total, total > 0 {
      let fraction = min(1, max(0, Double(completed) / Double(total)))
      if withBar { parts.append(bar(fraction)) }
      parts.append("\(Int((fraction * 100).rounded(.down)))%")
    }
    parts.append(count)
    if rate > 0 { parts.append(formatRate(rate) + " \(unit)/s") }
    if let total, rate > 0, completed < total {
      parts.append("eta " + formatDuration(Double(total - completed) / rate))
    }
    return (parts + (suffix.isEmpty ? [] : [suffix])).joined(separator: "  ")
  }

  private func summary(at now: Double) -> String {
    let elapsed = max(0, now - start)
    let overall = meter.overallRate(elapsed: elapsed, count: completed)
    var parts = [label, "\(count) \(unit)", "in " + formatDuration(elapsed)]
    if overall > 0 { parts.append(formatRate(overall) + " \(unit)/s") }
    return (parts + (suffix.isEmpty ? [] : [suffix])).joined(separator: "  ")
  }

  private var count: String { total.map { "\(completed)/\($0)" } ?? "\(completed)" }
}

private let clearLine = "\r\u{1B}[2K"

private func bar(_ fraction: Double) -> String {
  let cells = 20
  let full = Int((fraction * Double(cells)).rounded(.down))
  return "[" + String(repeating: "#", count: full) + String(repeating: ".", count: cells - full) + "]"
}
