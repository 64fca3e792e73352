import Foundation

/// Other programs that a test runs.
public enum Program {
  /// What a program left.
  public struct Result: Sendable {
    /// Its exit code, or the signal that ended it, negated.
    public let code: Int32
    public let output: String
    public let errors: String
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
    let words = try TemporaryFolder()
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    // Files take any number of words; a pipe that nobody reads would block.
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: words.write("out")))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: words.write("err")))
    let done = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in done.signal() }
    try process.run()
    done.wait()
    let isSignaled = process.terminationReason == .uncaughtSignal
    return Result(
      code: isSignaled ? -process.terminationStatus : process.terminationStatus,
      output: try String(contentsOfFile: words.path + "/out", encoding: .utf8),
      errors: try String(contentsOfFile: words.path + "/err", encoding: .utf8))
  }
}
