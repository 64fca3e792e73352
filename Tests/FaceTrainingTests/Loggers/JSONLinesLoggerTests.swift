import Foundation
import Testing

@testable import FaceTraining

@Suite struct JSONLinesLoggerTests {
  private let old = """
    {"step":10,"wall_time":1.0,"scalars":{"loss":3.0}}
    {"step":20,"wall_time":2.0,"scalars":{"loss":2.0}}
    {"step":20,"wall_time":2.0,"texts":{"note":"x"}}
    {"step":30,"wall_time":3.0,"scalars":{"loss":1.0}}
    {"step":40,"wall_time":4.0,"scal
    """

  @Test func linesAreWrittenAtOnceAndWhole() throws {
    let folder = try LogFolder()
    let logger = try JSONLinesLogger(path: folder.path + "/log.jsonl", now: noon)
    try logger.log(step: 10, scalars: [("loss", 2.5), ("rate", 1e-5), ("bad", .nan), ("worse", -.infinity)])
    try logger.logText(step: 10, name: "no\"te", text: "a\\b\n\té\u{1}")
    #expect(
      try folder.text("log.jsonl") == """
        {"step":10,"wall_time":1700000000.250000,"scalars":{"loss":2.5,"rate":1e-05,"bad":null,"worse":null}}
        {"step":10,"wall_time":1700000000.250000,"texts":{"no\\"te":"a\\\\b\\n\\té\\u0001"}}

        """)
    for line in try folder.text("log.jsonl").split(separator: "\n") {
      #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
    }
  }

  @Test func resumingCutsLaterSteps() throws {
    let folder = try LogFolder()
    try folder.write(old, to: "log")
    let logger = try JSONLinesLogger(path: folder.path + "/log", resumingAtStep: 20, now: noon)
    try logger.log(step: 30, scalars: [])
    logger.close()
    let lines = try folder.text("log").split(separator: "\n")
    #expect(lines.dropLast() == old.split(separator: "\n").prefix(3))
    #expect(lines.last == "{\"step\":30,\"wall_time\":1700000000.250000,\"scalars\":{}}")
  }

  @Test(arguments: [(0, 0), (10, 1), (19, 1), (29, 3), (30, 4), (99, 4)])
  func resumingKeepsWholeLinesUpToTheStep(_ step: Int, _ kept: Int) throws {
    let folder = try LogFolder()
    try folder.write(old, to: "log")
    try JSONLinesLogger(path: folder.path + "/log", resumingAtStep: step).close()
    #expect(try folder.text("log") == old.split(separator: "\n").prefix(kept).map { $0 + "\n" }.joined())
  }

  /// A run that was killed between an epoch's line and its checkpoint logs that epoch again.
  @Test(arguments: [(true, 1), (false, 2)]) func anEpochIsLoggedOnce(endsEpoch: Bool, kept: Int) throws {
    let folder = try LogFolder()
    let lines = [
      #"{"step":20,"wall_time":2.0,"scalars":{"loss":2.0,"bad":null}}"#,
      #"{"step":20,"wall_time":2.5,"scalars":{"epoch/loss":null,"epoch/score":0.5}}"#,
    ]
    try folder.write(lines.joined(separator: "\n") + "\n", to: "log")
    try JSONLinesLogger(path: folder.path + "/log", resumingAtStep: 20, endsEpoch: endsEpoch).close()
    #expect(try folder.text("log") == lines.prefix(kept).map { $0 + "\n" }.joined())
  }

  @Test func appendingDropsOnlyAnUnfinishedLine() throws {
    let folder = try LogFolder()
    try folder.write(old, to: "log")
    try JSONLinesLogger(path: folder.path + "/log").close()
    #expect(try folder.text("log") == old.split(separator: "\n").prefix(4).map { $0 + "\n" }.joined())
  }

  @Test func resumingWithoutAFileBeginsOne() throws {
    let folder = try LogFolder()
    try JSONLinesLogger(path: folder.path + "/log", resumingAtStep: 5).close()
    #expect(try folder.text("log") == "")
  }

  @Test func otherFilesAreLeftAlone() throws {
    let folder = try LogFolder()
    let text = "{\"step\":1}\nname,value\n"
    try folder.write(text, to: "table.csv")
    let path = folder.path + "/table.csv"
    #expect(
      throws: LoggerError(
        path: path, reason: "line 2 is no log line with a step; move the file away to begin a new log")
    ) { try JSONLinesLogger(path: path, resumingAtStep: 5) }
    #expect(try folder.text("table.csv") == text)
  }

  @Test func errorsNameTheFile() throws {
    let folder = try LogFolder()
    #expect(throws: LoggerError.self) { try JSONLinesLogger(path: folder.path) }
    let missing = folder.path + "/none/log"
    let error = #expect(throws: LoggerError.self) { try JSONLinesLogger(path: missing) }
    #expect(error?.description.hasPrefix("cannot log to '\(missing)': it cannot be created") == true)
  }

  @Test func aClosedLogSaysSo() throws {
    let folder = try LogFolder()
    let logger = try JSONLinesLogger(path: folder.path + "/log")
    try logger.flush()
    logger.close()
    logger.close()
    #expect(throws: LoggerError(path: folder.path + "/log", reason: "the log was closed before")) {
      try logger.log(step: 1, scalars: [])
    }
  }
}
