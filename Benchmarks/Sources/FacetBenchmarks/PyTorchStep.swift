import Foundation
import Torch

/// A training step in PyTorch: a Python process that steps when asked and waits in between.
final class PyTorchStep: Contender {
  /// How PyTorch lays images out in memory.
  enum MemoryFormat: String {
    case `default`
    case channelsLast = "channels_last"
  }

  /// What the peer says about itself; more is ignored.
  private struct Greeting: Decodable {
    let torch: String
    let threads: Int
  }

  private let process: PythonProcess

  /// Starts the peer and waits until its network stands.
  init(_ network: String, _ format: MemoryFormat, _ setup: Setup) throws {
    process = try PythonProcess(
      setup.python,
      [
        setup.peerScript, "--network", network, "--memory-format", format.rawValue, "--threads", "\(setup.threads)",
        "--batch", "\(setup.batch)", "--size", "\(setup.inputSize)", "--classes", "\(setup.identities)",
      ])
    let line = try process.readLine()
    guard line.hasPrefix("ready "),
      let greeting = try? JSONDecoder().decode(Greeting.self, from: Data(line.dropFirst(6).utf8))
    else { throw BenchmarkError.unexpected(line: line, wanted: "ready {...}") }
    guard greeting.torch.prefix(while: { $0 != "+" }) == Runtime.version.prefix(while: { $0 != "+" }) else {
      throw BenchmarkError.otherVersion(peer: greeting.torch, facet: Runtime.version)
    }
  }

  func step() throws -> Double {
    try process.writeLine("step")
    let line = try process.readLine()
    guard let seconds = Double(line), seconds > 0 else {
      throw BenchmarkError.unexpected(line: line, wanted: "seconds")
    }
    return seconds
  }

  /// Parameters of PyTorch's network and head, by the modules beside the peer's script.
  static func parameterCount(of network: String, _ setup: Setup) throws -> Int {
    let program = """
      import os, sys
      sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
      from train_step import CosFace, build
      modules = build(sys.argv[2]), CosFace(512, int(sys.argv[3]))
      print(sum(p.numel() for m in modules for p in m.parameters()))
      """
    let process = try PythonProcess(setup.python, ["-c", program, setup.peerScript, network, "\(setup.identities)"])
    let line = try process.readLine()
    guard let count = Int(line) else { throw BenchmarkError.unexpected(line: line, wanted: "a number of parameters") }
    return count
  }
}

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
