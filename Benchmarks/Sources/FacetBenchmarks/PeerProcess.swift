import Foundation

/// A process to talk to in lines. What it prints on standard error is passed on. Ends when it is let go.
final class PeerProcess {
  /// What its idle OpenMP threads do.
  enum IdleThreads {
    /// Sleep, unless OMP_WAIT_POLICY says otherwise: spinning threads of an idle side would take the cores from the other.
    case asTold
    /// What the library does by itself: spin for a while, then sleep.
    case asUsual
  }

  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()

  /// `program`: a path, or a name to be looked up in PATH.
  init(_ program: String, _ arguments: [String], idleThreads: IdleThreads = .asTold) throws {
    let isPath = program.contains("/")
    process.executableURL = URL(fileURLWithPath: isPath ? program : "/usr/bin/env")
    process.arguments = (isPath ? [] : [program]) + arguments
    process.standardInput = input
    process.standardOutput = output
    var environment = ProcessInfo.processInfo.environment
    switch idleThreads {
    case .asTold: environment["OMP_WAIT_POLICY"] = environment["OMP_WAIT_POLICY"] ?? "PASSIVE"
    case .asUsual: environment["OMP_WAIT_POLICY"] = nil
    }
    process.environment = environment
    do {
      try process.run()
    } catch {
      throw BenchmarkError.cannotStart(program)
    }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  func writeLine(_ text: String) throws {
    do {
      try input.fileHandleForWriting.write(contentsOf: Data("\(text)\n".utf8))
    } catch {
      throw ended()
    }
  }

  /// The next line, without its end. Waits for it.
  func readLine() throws -> String {
    while true {
      if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: buffer[..<end], as: UTF8.self)
        buffer = Data(buffer[buffer.index(after: end)...])
        return line
      }
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw ended() }
      buffer += more
    }
  }

  /// Waits until the side is ready. Returns what it tells of itself, in JSON. Throws ``BenchmarkError``, `.missing` where a package that
  /// it needs is not installed, `.unusable` where something else keeps it from running.
  func greeting() throws -> String {
    let line = try readLine()
    if let package = PythonPeer.missingPackage(line) { throw BenchmarkError.missing(package) }
    if line.hasPrefix("unusable ") { throw BenchmarkError.unusable(String(line.dropFirst(9))) }
    guard line.hasPrefix("ready ") else { throw BenchmarkError.unexpected(line: line, wanted: "ready {...}") }
    return String(line.dropFirst(6))
  }

  /// Asks for a step. Returns the seconds it says it took.
  func step() throws -> Double {
    try writeLine("step")
    let line = try readLine()
    guard let seconds = Double(line), seconds > 0 else {
      throw BenchmarkError.unexpected(line: line, wanted: "seconds")
    }
    return seconds
  }

  private func ended() -> BenchmarkError {
    process.waitUntilExit()
    return .peerEnded(status: process.terminationStatus)
  }
}
