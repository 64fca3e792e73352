import Foundation
import Torch

/// Where and with what a run was measured.
struct Machine: Encodable {
  let cores: Int
  /// The processor's name.
  let cpu: String
  /// The vector instructions LibTorch uses.
  let instructions: String
  let libtorch: String
  let threads: Int
  /// Images a step.
  let batch: Int
  /// Processes that wanted a core over the minute before the run; nil when the system does not say.
  let load: Double?
  /// What idle OpenMP threads do, by OMP_WAIT_POLICY; nil for the library's own choice.
  let waitPolicy: String?
  let date: Date

  init(threads: Int, batch: Int) {
    cores = ProcessInfo.processInfo.activeProcessorCount
    cpu = Machine.processorName() ?? "unknown"
    instructions = Runtime.cpuCapability
    libtorch = Runtime.version
    self.threads = threads
    self.batch = batch
    var average = 0.0
    load = getloadavg(&average, 1) == 1 ? average : nil
    waitPolicy = ProcessInfo.processInfo.environment["OMP_WAIT_POLICY"]
    date = Date()
  }

  /// What makes the numbers doubtful.
  var warnings: [String] {
    var warnings: [String] = []
    if let load, load > 0.5 {
      let text = String(format: "%.1f", load)
      warnings.append("other work ran in the last minute (load \(text) on \(cores) cores); measure on a quiet machine")
    }
    if threads > cores { warnings.append("\(threads) threads share \(cores) cores") }
    if waitPolicy == nil {
      warnings.append("OMP_WAIT_POLICY is not set; scripts/bench.sh sets it alike for both sides")
    }
    return warnings
  }

  private static func processorName() -> String? {
    if let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
      let line = text.split(separator: "\n").first(where: { $0.hasPrefix("model name") }),
      let name = line.split(separator: ":", maxSplits: 1).last
    {
      return name.trimmingCharacters(in: .whitespaces)
    }
    #if canImport(Darwin)
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0 else { return nil }
      var bytes = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &bytes, &size, nil, 0) == 0 else { return nil }
      return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    #else
      return nil
    #endif
  }
}
