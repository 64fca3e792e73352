import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a run of the `facet` program left.
typealias FacetResult = Program.Result

/// A run of the `facet` program that was built with the tests.
final class FacetProcess {
  private let running: RunningProgram
  private let arguments: [String]

  init(_ arguments: [String], in directory: String? = nil, setting variables: [String: String] = [:]) throws {
    self.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["OMP_NUM_THREADS"] = "1"
    environment.merge(variables) { $1 }
    running = try RunningProgram(Program.built("facet"), arguments, in: directory, environment: environment)
  }

  func send(_ signal: Int32) { running.send(signal) }

  var isRunning: Bool { running.isRunning }

  /// Waits for its end; one that hangs is killed and is an issue.
  func wait(seconds: Double = 120) throws -> FacetResult {
    if !running.ends(within: seconds) {
      Issue.record("facet \(arguments) did not end within \(seconds) s")
      send(SIGKILL)
    }
    return try running.wait()
  }
}

/// Runs `facet` to its end.
func facet(_ arguments: String..., in directory: String? = nil) throws -> FacetResult {
  try FacetProcess(arguments, in: directory).wait()
}

/// Expects a failure that a person can read: the exit code, one line with these words, no trace.
func expectFailure(
  _ result: FacetResult, code: Int32 = 1, _ words: String..., location: SourceLocation = #_sourceLocation
) {
  #expect(result.code == code, "\(result.all)", sourceLocation: location)
  let lines = result.errors.split(separator: "\n").filter { $0.hasPrefix("error: ") }
  #expect(lines.count == 1, "\(result.all)", sourceLocation: location)
  for word in words { #expect(lines.first?.contains(word) == true, "\(result.all)", sourceLocation: location) }
  for trace in ["Fatal error", "Stack dump", "Exception raised", ".cpp", ".swift:", "c10::", "Error Domain"] {
    #expect(!result.all.contains(trace), "\(result.all)", sourceLocation: location)
  }
}
