import Foundation
import Testing

@testable import TerminalOutput

/// A clock that tests set and a destination that remembers.
private final class Bench: @unchecked Sendable {
  private let lock = NSLock()
  private var seconds = 1000.0
  private var written: [String] = []
  var width = 120

  var now: Double {
    get { lock.withLock { seconds } }
    set { lock.withLock { seconds = newValue } }
  }
  var writes: [String] { lock.withLock { written } }

  func reporter(
    total: Int?, isTerminal: Bool, completed: Int = 0, interval: Double = 10
  ) -> ProgressReporter {
    ProgressReporter(
      label: "train", total: total, unit: "images", completed: completed, lineInterval: interval,
      destination: TerminalDestination(
        isTerminal: isTerminal, width: { self.width },
        write: { text in self.lock.withLock { self.written.append(text) } }
      ), clock: { self.now })
  }
}

@Suite struct ProgressReporterTests {
  private let clear = "\r\u{1B}[2K"

  @Test func plainLinesKeepTheInterval() {
    let bench = Bench()
    let reporter = bench.reporter(total: 1000, isTerminal: false)
    for step in 1...25 {
      bench.now = 1000 + Double(step)
      reporter.update(completed: step * 10, suffix: "loss 2.5")
    }
    reporter.finish()
    #expect(
      bench.writes == [
        "train  10%  100/1000  10.0 images/s  eta 1:30  loss 2.5\n",
        "train  20%  200/1000  10.0 images/s  eta 1:20  loss 2.5\n",
        "train  250/1000 images  in 0:25  10.0 images/s  loss 2.5\n",
      ])
  }

  @Test func theTerminalLineIsRewritten() {
    let bench = Bench()
    let reporter = bench.reporter(total: 200, isTerminal: true)
    bench.now += 2
    reporter.advance(by: 100, suffix: "loss 1")
    bench.now += 0.05
    reporter.advance(by: 1)
    bench.now += 1.95
    reporter.advance(by: 99)
    reporter.finish(suffix: "done")
    #expect(
      bench.writes == [
        clear + "train  [##########..........]  50%  100/200  50.0 images/s  eta 0:02  loss 1",
        clear + "train  [####################]  100%  200/200  50.0 images/s  loss 1",
        clear + "train  200/200 images  in 0:04  50.0 images/s  done\n",
      ])
  }

  @Test func theLineFitsTheTerminal() {
    let bench = Bench()
    bench.width = 20
    bench.reporter(total: 10, isTerminal: true).update(completed: 1, suffix: "名前名前名前")
    #expect(bench.writes == [clear + "train  [##........."])
  }

  @Test func resumedWorkDoesNotCountForTheRate() {
    let bench = Bench()
    let reporter = bench.reporter(total: 1000, isTerminal: false, completed: 900)
    bench.now += 10
    reporter.update(completed: 950)
    #expect(bench.writes == ["train  95%  950/1000  5.0 images/s  eta 0:10\n"])
  }

  @Test func unknownTotalsHaveNoBar() {
    let bench = Bench()
    let reporter = bench.reporter(total: nil, isTerminal: true)
    bench.now += 1
    reporter.update(completed: 5)
    #expect(bench.writes == [clear + "train  5  5.0 images/s"])
  }

  @Test func oddCountsDoNoHarm() {
    let bench = Bench()
    let reporter = bench.reporter(total: 0, isTerminal: true)
    reporter.update(completed: 5)
    reporter.update(completed: -3)
    reporter.finish()
    #expect(bench.writes == [clear + "train  5/0", clear + "train  -3/0 images  in 0:00\n"])
  }

  @Test func notesStandAboveTheBar() {
    let bench = Bench()
    let reporter = bench.reporter(total: 10, isTerminal: true)
    reporter.note("saved")
    #expect(bench.writes == [clear + "saved\n", clear + "train  [....................]  0%  0/10"])
    let plain = Bench()
    plain.reporter(total: 10, isTerminal: false).note("saved")
    #expect(plain.writes == ["saved\n"])
  }

  @Test func nothingFollowsTheEnd() {
    let bench = Bench()
    let reporter = bench.reporter(total: 10, isTerminal: true)
    reporter.finish()
    reporter.update(completed: 10)
    reporter.finish()
    #expect(bench.writes.count == 1)
  }

  @Test func manyThreadsLoseNothing() {
    let bench = Bench()
    let reporter = bench.reporter(total: 4000, isTerminal: false)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in for _ in 0..<1000 { reporter.advance() } }
    reporter.finish()
    #expect(bench.writes == ["train  4000/4000 images  in 0:00\n"])
  }

  @Test func theRateForgetsASlowStart() {
    var meter = RateMeter(time: 0, count: 0)
    meter.record(time: 100, count: 10)
    for second in 101...160 { meter.record(time: Double(second), count: 10 + (second - 100) * 50) }
    #expect(meter.rate(time: 160, count: 3010) == 50)
    #expect(meter.overallRate(elapsed: 160, count: 3200) == 20)
  }

  @Test(arguments: [
    (0.0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (750, "12:30"), (3723, "1:02:03"), (183_845, "2d 3:04:05"),
    (-3, "0:00"), (.infinity, "?"), (.nan, "?"), (1e300, "?"),
  ])
  func durations(_ seconds: Double, _ text: String) {
    #expect(formatDuration(seconds) == text)
  }

  @Test(arguments: [(1234.4, "1234"), (56.66, "56.7"), (0.084, "0.084")])
  func rates(_ rate: Double, _ text: String) {
    #expect(formatRate(rate) == text)
  }
}
