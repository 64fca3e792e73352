import Foundation

/// A side that is a program, from its start to its end.
final class CommandRun: Contender {
  private let program: String
  private let arguments: [String]

  init(_ program: String, _ arguments: [String]) {
    self.program = program
    self.arguments = arguments
  }

  func step() throws -> Double {
    try ContinuousClock().measure { _ = try output() } / .seconds(1)
  }

  /// Runs the program. Returns what it printed; its standard error is passed on.
  func output(_ more: [String] = []) throws -> String {
    let process = Process()
    let pipe = Pipe()
    let isPath = program.contains("/")
    process.executableURL = URL(fileURLWithPath: isPath ? program : "/usr/bin/env")
    process.arguments = (isPath ? [] : [program]) + arguments + more
    process.standardOutput = pipe
    do {
      try process.run()
    } catch {
      throw BenchmarkError.missing(program)
    }
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchmarkError.commandFailed(program: program, status: process.terminationStatus)
    }
    return text
  }
}
