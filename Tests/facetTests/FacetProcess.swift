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
struct FacetResult {
  let code: Int32
  let output: String
  let errors: String
  var all: String { output + errors }
}

/// A run of the `facet` program that was built with the tests.
final class FacetProcess {
  private let process = Process()
  private let folder: TemporaryFolder
  private let done = DispatchSemaphore(value: 0)

  /// Starts it. Its words go to files, which no amount of them can block.
  init(_ arguments: [String], in directory: String? = nil, setting variables: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    process.executableURL = try Program.built("facet")
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    var environment = ProcessInfo.processInfo.environment
    environment["OMP_NUM_THREADS"] = "1"
    environment.merge(variables) { $1 }
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.write("out")))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: folder.write("err")))
    process.terminationHandler = { [done] _ in done.signal() }
    // A test's thread may have signals blocked, and a child begins with what its parent's thread blocks.
    var (signals, before) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  var isRunning: Bool { process.isRunning }

  /// Waits for its end; one that hangs is killed and is an issue.
  func wait(seconds: Double = 120) throws -> FacetResult {
    if done.wait(timeout: .now() + seconds) == .timedOut {
      Issue.record("facet \(process.arguments ?? []) did not end within \(seconds) s")
      send(SIGKILL)
      done.wait()
    }
    let signaled = process.terminationReason == .uncaughtSignal
    return FacetResult(
      code: signaled ? -process.terminationStatus : process.terminationStatus,
      output: try String(contentsOfFile: folder.path + "/out", encoding: .utf8),
      errors: try String(contentsOfFile: folder.path + "/err", encoding: .utf8))
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
