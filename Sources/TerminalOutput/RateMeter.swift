import Foundation

/// Units a second over the last half minute, so that a slow start does not spoil the time left.
struct RateMeter {
  private let first: (time: Double, count: Int)
  private var samples: [(time: Double, count: Int)]
  private let window = 30.0

  init(time: Double, count: Int) {
    first = (time, count)
    samples = [first]
  }

  /// Keeps at most one sample a second.
  mutating func record(time: Double, count: Int) {
    guard let last = samples.last, time - last.time >= 1 else { return }
    samples.append((time, count))
    // One sample older than the window stays, or slow work would have nothing to compare with.
    while samples.count > 2, samples[1].time < time - window { samples.removeFirst() }
  }

  /// The rate at `time`, 0 when nothing can be said.
  func rate(time: Double, count: Int) -> Double {
    guard let oldest = samples.first, time > oldest.time else { return 0 }
    return max(0, Double(count - oldest.count) / (time - oldest.time))
  }

  /// The rate since the start, `elapsed` seconds ago; 0 when nothing can be said.
  func overallRate(elapsed: Double, count: Int) -> Double {
    elapsed > 0 ? max(0, Double(count - first.count) / elapsed) : 0
  }
}

/// A rate with about three digits: "1234", "56.7", "0.08".
func formatRate(_ rate: Double) -> String {
  String(format: rate >= 100 ? "%.0f" : rate >= 1 ? "%.1f" : "%.2g", rate)
}

/// Seconds as "0:07", "12:30", "1:02:03" or "2d 3:04:05".
public func formatDuration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e15 else { return "?" }
  let total = Int(max(0, seconds).rounded())
  let (days, hours, minutes) = (total / 86_400, total / 3600 % 24, total / 60 % 60)
  let tail = String(format: "%02d", total % 60)
  if days > 0 { return "\(days)d \(hours):" + String(format: "%02d", minutes) + ":" + tail }
  if hours > 0 { return "\(hours):" + String(format: "%02d", minutes) + ":" + tail }
  return "\(minutes):" + tail
}
