/// The two sides of benchmarks of training steps.
struct TrainingPairs {
  /// How PyTorch runs a network.
  enum Mode: String {
    /// Eager, images laid out as PyTorch does by default.
    case `default`
    /// Eager, channels last.
    case channelsLast = "channels_last"
    /// torch.compile, channels last.
    case compiled
  }

  private let setup: Setup
  private let note: Note

  init(_ setup: Setup, _ note: @escaping Note) {
    self.setup = setup
    self.note = note
  }

  /// The same network in Facet and in PyTorch. Throws when the two do not have equally many parameters.
  func pair(_ workload: Workload, _ mode: Mode) throws -> (any Contender, any Contender) {
    let backbone = workload.network.backbone.rawValue
    // First, so that a GPU that is not there is found before Python is.
    let facet = try FacetStep(workload, setup)
    let peer = try PythonPeer(
      "train_step.py",
      [
        "--network", backbone, "--mode", mode.rawValue, "--threads", "\(setup.threads)", "--batch", "\(setup.batch)",
        "--size", "\(setup.inputSize)", "--classes", "\(setup.identities)",
      ] + (workload.device.isCUDA ? ["--device", "cuda", "--fused"] : [])
        + (workload.step(setup).isLowPrecision ? ["--amp"] : []),
      setup)
    let count = peer.greeting.parameters ?? 0
    guard count == facet.parameterCount else {
      throw BenchmarkError.differentNetworks(name: backbone, facet: facet.parameterCount, peer: count)
    }
    note("\(count) parameters on both sides, head included")
    return (facet, peer)
  }

  /// Two ways of Facet's own.
  func pair(_ first: Workload, _ second: Workload) throws -> (any Contender, any Contender) {
    (try FacetStep(first, setup), try FacetStep(second, setup))
  }
}
