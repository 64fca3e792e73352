import Foundation

/// A Python process to talk to in lines. What it prints on standard error is passed on. Ends when it is let go.
final class PythonProcess {
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()

  /// `python`: a path, or a name to be looked up in PATH.
  init(_ python: String, _ arguments: [String]) throws {
    let isPath = python.contains("/")
    process.executableURL = URL(fileURLWithPath: isPath ? python : "/usr/bin/env")
    process.arguments = (isPath ? [] : [python]) + arguments
    process.standardInput = input
    process.standardOutput = output
    var environment = ProcessInfo.processInfo.environment
    // Spinning threads of an idle peer would take the cores from Facet.
    environment["OMP_WAIT_POLICY"] = environment["OMP_WAIT_POLICY"] ?? "PASSIVE"
    process.environment = environment
    do {
      try process.run()
    } catch {
      throw BenchmarkError.noPython(python)
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

  private func ended() -> BenchmarkError {
    process.waitUntilExit()
    return .peerEnded(status: process.terminationStatus)
  }
}
