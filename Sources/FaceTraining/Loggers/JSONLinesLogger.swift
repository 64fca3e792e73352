import Foundation

/// A log with one JSON object a line, for `jq`, pandas and spreadsheets.
///
/// ```json
/// {"step":20,"wall_time":1700000000.25,"scalars":{"accuracy":0.5,"loss":null}}
/// {"step":20,"wall_time":1700000000.5,"texts":{"note":"..."}}
/// ```
///
/// Undefined and infinite values are null. A line is written whole and at once.
public final class JSONLinesLogger: TrainingLogger {
  private let file: LogFile
  private let now: () -> Date

  /// Opens a log for appending and creates it when there is none; its folder must exist.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - resumingAtStep: the step a resumed run goes on from: lines from the first later step on are cut off, since
  ///     they will be written again. Nil keeps every line. An unfinished last line, as a killed run leaves it, is
  ///     cut off in both cases.
  ///   - endsEpoch: whether that step is the last of an epoch that is yet to be ended: what an earlier run logged of it, scalars
  ///     that begin with `epoch/`, is cut off too.
  ///   - now: the wall clock.
  /// - Throws: ``LoggerError`` when the file cannot be opened or holds something else than such a log.
  public init(path: String, resumingAtStep: Int? = nil, endsEpoch: Bool = false, now: @escaping () -> Date = { Date() })
    throws
  {
    self.now = now
    file = try LogFile(path: path)
    let bytes = try file.contents()
    let end =
      try resumingAtStep.map { try endOfSteps(upTo: $0, beforeEpoch: endsEpoch, in: bytes) } ?? endOfWholeLines(bytes)
    if end < bytes.count { try file.truncate(to: end) }
  }

  deinit { close() }

  public func log(step: Int, scalars: [(name: String, value: Double)]) throws {
    try append(step: step, "scalars", scalars.map { ($0.name, $0.value.isFinite ? "\($0.value)" : "null") })
  }

  public func logText(step: Int, name: String, text: String) throws {
    try append(step: step, "texts", [(name, quoted(text))])
  }

  public func flush() throws { try file.synchronize() }

  public func close() { file.close() }

  private func append(step: Int, _ key: String, _ members: [(name: String, json: String)]) throws {
    let body = members.map { quoted($0.name) + ":" + $0.json }.joined(separator: ",")
    let time = String(format: "%.6f", now().timeIntervalSince1970)
    try file.append(Data("{\"step\":\(step),\"wall_time\":\(time),\"\(key)\":{\(body)}}\n".utf8))
  }

  /// Where the lines of steps up to `last` end, in bytes, or those of an epoch that ends there begin.
  private func endOfSteps(upTo last: Int, beforeEpoch: Bool, in bytes: Data) throws -> Int {
    var start = 0
    var line = 1
    while let end = bytes[start...].firstIndex(of: newline) {
      guard let found = try? JSONDecoder().decode(Line.self, from: bytes[start..<end]) else {
        throw LoggerError(
          path: file.path,
          reason: "line \(line) is no log line with a step; move the file away to begin a new log")
      }
      if found.step > last || beforeEpoch && found.step == last && found.isOfEpoch { break }
      (start, line) = (end + 1, line + 1)
    }
    return start
  }

  private func endOfWholeLines(_ bytes: Data) -> Int { bytes.lastIndex(of: newline).map { $0 + 1 } ?? 0 }
}

private let newline = UInt8(ascii: "\n")

private struct Line: Decodable {
  var step: Int
  var scalars: [String: Double?]?

  var isOfEpoch: Bool { scalars?.keys.contains { $0.hasPrefix("epoch/") } == true }
}

/// A JSON string; what RFC 8259 asks for is escaped, and nothing else.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20: result += String(format: "\\u%04x", scalar.value)
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
