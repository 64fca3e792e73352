import Foundation
import Torch

/// Feeds a parser changed files, one after the other, and watches that it ends, does not crash and takes no more memory
/// than a file explains. Every file is on disk while it is read: after a crash it is what was read last.
public final class Fuzzer: @unchecked Sendable {
  public struct Result: Sendable, Codable {
    public var format: String
    public var executions = 0
    /// Files that were read in spite of the changes.
    public var accepted = 0
    public var slowestSeconds = 0.0
    /// Largest growth of the process's memory within one execution, less ten times the file, in bytes.
    public var excessMemory = 0
  }

  public struct Failure: Error, CustomStringConvertible, Sendable {
    public let description: String
  }

  /// Growth of the process's memory that one execution may cause besides ten times its file: allocators take it in pieces.
  static let slack = 32 << 20
  private static let longestSeconds = 20.0

  private let target: FuzzTarget
  private let seed: UInt64
  private let folder: String
  private let lock = NSLock()
  private var started: Date?
  /// The most memory that the process had had after the execution before, in bytes.
  private var peak: Int?

  /// `folder` holds the file that is read; it must exist.
  public init(_ target: FuzzTarget, seed: UInt64, folder: String) throws {
    self.target = target
    self.seed = seed
    self.folder = folder
    for file in target.beside.map(\.name) + [target.file] where file.contains("/") {
      let folder = URL(fileURLWithPath: folder + "/" + file).deletingLastPathComponent()
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    for file in target.beside { try file.data.write(to: URL(fileURLWithPath: folder + "/" + file.name)) }
  }

  private var path: String { folder + "/" + target.file }

  /// Reads the seeds unchanged. Throws what the parser throws: a seed that is refused fuzzes little.
  public func readSeeds() throws {
    for seed in target.seeds {
      try seed.write(to: URL(fileURLWithPath: path))
      try target.read(path)
    }
  }

  /// Runs the cases `range`. Throws ``Failure`` for one that takes too much memory; one that hangs ends the process.
  public func run(_ range: Range<Int>, until deadline: Date = .distantFuture) throws -> Result {
    var result = Result(format: target.name)
    let watch = startWatch()
    defer { watch.cancel() }
    for number in range {
      if number % 64 == 0, Date() > deadline { break }
      var mutator = Mutator(seeds: target.seeds, seed: seed, stream: target.name, case: number)
      try execute(mutator.next(), number, &result)
    }
    return result
  }

  private func execute(_ data: Data, _ number: Int, _ result: inout Result) throws {
    overwrite(data)
    // Not getrusage's: a program inherits that from whoever started it.
    let before = try peak ?? PeakMemory.now(on: .cpu).resident
    let start = Date()
    lock.withLock { started = start }
    let isAccepted = (try? target.read(path)) != nil
    lock.withLock { started = nil }
    result.executions += 1
    result.accepted += isAccepted ? 1 : 0
    result.slowestSeconds = max(result.slowestSeconds, Date().timeIntervalSince(start))
    let after = try PeakMemory.now(on: .cpu).resident
    peak = after
    let excess = after - before - 10 * data.count
    result.excessMemory = max(result.excessMemory, excess)
    guard excess <= Fuzzer.slack else {
      throw Failure(
        description: "\(target.name), seed \(seed), case \(number): \(excess) bytes beyond ten times the file \(path)")
    }
  }

  /// Plain calls: Foundation's ways of writing a file take longer than most parsers.
  private func overwrite(_ data: Data) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    precondition(descriptor >= 0, "cannot write \(path)")
    data.withUnsafeBytes { bytes in
      precondition(write(descriptor, bytes.baseAddress, bytes.count) == bytes.count, "cannot write \(path)")
    }
    close(descriptor)
  }

  private func startWatch() -> DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler { [self] in
      guard let started = lock.withLock({ started }), Date().timeIntervalSince(started) > Fuzzer.longestSeconds else {
        return
      }
      fatalError("\(target.name), seed \(seed): hangs on \(path)")
    }
    timer.resume()
    return timer
  }
}
