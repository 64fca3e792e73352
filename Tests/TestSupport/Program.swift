import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Other programs that a test runs.
public enum Program {
  /// What a program left.
  public struct Result: Sendable {
    /// Its exit code, or the signal that ended it, negated.
    public let code: Int32
    public let output: String
    public let errors: String
    public var all: String { output + errors }
  }

  public struct NotFound: Error, CustomStringConvertible {
    let name: String
    let places: [String]
    public var description: String { "there is no \(name) in \(places.joined(separator: ", ")); build it first" }
  }

  /// A program of this package that was built with the tests: beside the test bundle, where its products are.
  public static func built(_ name: String) throws -> URL {
    var places = [URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()]
    places += Bundle.allBundles.map(\.bundleURL).filter { $0.pathExtension == "xctest" }
      .map { $0.deletingLastPathComponent() }
    if let running = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
      places.append(URL(fileURLWithPath: running).deletingLastPathComponent())
    }
    let found = places.map { $0.appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    guard let found else { throw NotFound(name: name, places: places.map(\.path)) }
    return found
  }

  /// Runs a program to its end. Throws when there is no such program.
  public static func run(_ program: URL, _ arguments: [String], in folder: String? = nil) throws -> Result {
    try RunningProgram(program, arguments, in: folder).wait()
  }
}

/// A program that a test has started.
public final class RunningProgram {
  private let process = Process()
  private let words: TemporaryFolder
  private let done = DispatchSemaphore(value: 0)

  /// Starts it. Its words go to files, which no amount of them can block; a pipe that nobody reads would. Throws when there is
  /// no such program.
  public init(
    _ program: URL, _ arguments: [String], in folder: String? = nil, environment: [String: String]? = nil
  ) throws {
    words = try TemporaryFolder()
    process.executableURL = program
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    if let environment { process.environment = environment }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: words.write("out")))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: words.write("err")))
    process.terminationHandler = { [done] _ in done.signal() }
    // A test's thread may have signals blocked, and a child begins with what its parent's thread blocks.
    var (signals, before) = (sigset_t(), sigset_t())
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_UNBLOCK, &signals, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try process.run()
  }

  public func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  public var isRunning: Bool { process.isRunning }

  /// Whether it ends within that time.
  public func ends(within seconds: Double) -> Bool {
    guard done.wait(timeout: .now() + seconds) == .success else { return false }
    // Whoever waits next finds it ended too.
    done.signal()
    return true
  }

  /// Waits for its end.
  public func wait() throws -> Program.Result {
    done.wait()
    let isSignaled = process.terminationReason == .uncaughtSignal
    return Program.Result(
      code: isSignaled ? -process.terminationStatus : process.terminationStatus,
      output: try String(contentsOfFile: words.path + "/out", encoding: .utf8),
      errors: try String(contentsOfFile: words.path + "/err", encoding: .utf8))
  }
}
