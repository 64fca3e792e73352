import FaceTraining
import Foundation
import TerminalOutput
import Testing

private final class Lines: @unchecked Sendable {
  private let lock = NSLock()
  private var lines: [String] = []
  var all: [String] { lock.withLock { lines } }
  func add(_ line: String) { lock.withLock { lines.append(line) } }
}

@Suite struct ConsoleLoggerTests {
  @Test func theLatestScalarsAreShown() {
    let lines = Lines()
    let reporter = ProgressReporter(
      label: "train", total: 40, completed: 10, lineInterval: 0,
      destination: TerminalDestination(isTerminal: false, width: { 80 }, write: { lines.add($0) }), clock: { 0 })
    let logger: any TrainingLogger = ConsoleLogger(progress: reporter)
    try? logger.log(step: 20, scalars: [("loss", 2.34567), ("rate", 1e-5)])
    try? logger.logText(step: 20, name: "note", text: "saved")
    try? logger.log(step: 30, scalars: [("loss", .nan)])
    logger.close()
    logger.close()
    #expect(
      lines.all == [
        "train  50%  20/40  loss 2.346  rate 1e-05\n",
        "note: saved\n",
        "train  75%  30/40  loss nan  rate 1e-05\n",
        "train  30/40 steps  in 0:00  loss nan  rate 1e-05\n",
      ])
  }
}
