import ArgumentParsing
import Foundation
import Torch

/// Where tensors are worked on.
struct DeviceOptions: ParsableArguments {
  @Option(help: "cpu, cuda, cuda:N, or auto: a GPU when there is one.")
  var device = "auto"
  @Option(help: "Threads of one operation; 0 takes all cores, or OMP_NUM_THREADS of them.")
  var threads = 0

  mutating func validate() throws {
    guard Device.isName(device) else { throw UsageError("--device \(device) is none of cpu, cuda, cuda:N and auto") }
    guard (0...1024).contains(threads) else { throw UsageError("--threads \(threads) is not between 0 and 1024") }
  }

  /// Opens the device. Must come before any tensor is made.
  func open() throws -> Device {
    let device = try Device.named(self.device)
    // Nobody who has a GPU waits for a CPU without knowing why.
    if self.device == "auto", case .unusable(let reason) = Runtime.cuda {
      CommandOutput.current.printError("this machine's GPU is not used: \(reason)")
    }
    if threads > 0 {
      Runtime.threads = threads
    } else if ProcessInfo.processInfo.environment["OMP_NUM_THREADS"] == nil {
      Runtime.threads = ProcessInfo.processInfo.activeProcessorCount
    }
    return device
  }

  /// Threads that read photos beside the work.
  var workers: Int { max(1, ProcessInfo.processInfo.activeProcessorCount) }
}
