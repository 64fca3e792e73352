import ArgumentParsing
import TerminalOutput

/// A row of the results. The raw values are the names in the table, in the JSON and after `--only`.
enum Benchmark: String, CaseIterable, ExpressibleByArgument {
  case iresnet18
  case iresnet18ChannelsLast = "iresnet18-channels-last"
  case mobilefacenet
  case mobilefacenetChannelsLast = "mobilefacenet-channels-last"
  case iresnet18Compiled = "iresnet18-compiled"
  case mobilefacenetCompiled = "mobilefacenet-compiled"
  case iresnet50AMP = "iresnet50-amp"
  case iresnet50AMPCompiled = "iresnet50-amp-compiled"
  case iresnet50Recomputed = "iresnet50-recomputed"
  case ecloss
  case halfEquivariance = "ecloss-equivariance-0.5"
  case quarterEquivariance = "ecloss-equivariance-0.25"
  case fullECLoss = "full-ecloss"
  case smallECLoss = "facet-small-ecloss"
  case smallMoved = "facet-small-ecloss-equivariance"
  case records
  case recordsInProcess = "records-in-process"
  case forwardOneIResNet18 = "forward-1-iresnet18"
  case forwardManyIResNet18 = "forward-32-iresnet18"
  case forwardOneMobileFaceNet = "forward-1-mobilefacenet"
  case forwardManyMobileFaceNet = "forward-32-mobilefacenet"
  case forwardOneSmall = "forward-1-facet-small"
  case forwardManySmall = "forward-32-facet-small"
  case embedFolder = "embed-folder"
  case jpegPillow = "jpeg-pillow"
  case jpegOpenCV = "jpeg-opencv"
  case jpegTorchvision = "jpeg-torchvision"
  case verifyColdStart = "verify-cold-start"

  /// The ratio that must not be exceeded, and the one wished for; nil where there is none.
  private var bounds: (bar: Double?, aim: Double?) {
    switch self {
    case .iresnet18: (0.87, 0.75)
    case .iresnet18ChannelsLast: (0.98, 0.90)
    case .mobilefacenet: (0.80, 0.65)
    case .mobilefacenetChannelsLast: (0.95, 0.80)
    case .ecloss: (1.15, nil)
    case .fullECLoss: (1.08, 1.04)
    // 1.3 and 1.8 times as many photos a second; as many, and 1.15 times.
    case .iresnet50AMP: (1 / 1.3, 1 / 1.8)
    case .iresnet50AMPCompiled: (1, 1 / 1.15)
    case .iresnet18Compiled, .mobilefacenetCompiled, .iresnet50Recomputed, .halfEquivariance, .quarterEquivariance,
      .smallECLoss, .smallMoved, .jpegTorchvision:
      (nil, nil)
    case .forwardOneIResNet18, .forwardManyIResNet18, .forwardOneMobileFaceNet, .forwardManyMobileFaceNet,
      .forwardOneSmall, .forwardManySmall:
      (1.0, 0.85)
    // One and a half times as many photos a second.
    case .records: (1 / 1.5, nil)
    case .recordsInProcess: (nil, nil)
    case .embedFolder, .jpegPillow: (0.5, 0.35)
    case .jpegOpenCV: (0.8, 0.6)
    case .verifyColdStart: (0.2, 0.1)
    }
  }

  var needsGPU: Bool { self == .iresnet50AMP || self == .iresnet50AMPCompiled }

  /// Timed steps of each side; short steps take more of them to steady the median.
  private var defaultRounds: Int {
    switch self {
    case .iresnet18, .iresnet18ChannelsLast, .iresnet18Compiled, .iresnet50Recomputed, .ecloss, .halfEquivariance,
      .quarterEquivariance, .fullECLoss, .embedFolder:
      5
    default: 9
    }
  }

  /// Builds both sides and lets them step in turn. Throws `BenchmarkError.missing` where a peer is not installed.
  func run(_ setup: Setup, rounds: Int?) throws -> Row {
    let count = rounds ?? defaultRounds
    let progress = ProgressReporter(label: rawValue, total: count, unit: "rounds")
    let (facet, peer) = try contenders(setup, progress)
    let times = try Duel(facet, peer).run(rounds: count) { done, facet, peer in
      progress.update(completed: done, suffix: "\(Results.seconds(facet)) against \(Results.seconds(peer))")
    }
    try (facet as? FacetReading)?.compare(with: peer)
    progress.finish()
    let memory = try Benchmark.memory(facet, peer)
    return Row(name: rawValue, times: times, memory: memory, bar: bounds.bar, aim: bounds.aim)
  }

  /// Of rows whose sides both can tell: those of training.
  private static func memory(_ facet: any Contender, _ peer: any Contender) throws -> Row.Memory? {
    guard let facet = facet as? any MemoryMeasuring, let peer = peer as? any MemoryMeasuring else { return nil }
    return Row.Memory(facet: try facet.peakMemory(), peer: try peer.peakMemory())
  }

  private func contenders(_ setup: Setup, _ progress: ProgressReporter) throws -> (any Contender, any Contender) {
    let note: Note = { progress.note("\(rawValue): \($0)") }
    let (training, inference) = (TrainingPairs(setup, note), InferencePairs(name: rawValue, setup, note))
    switch self {
    case .iresnet18: return try training.pair(.iresnet18, .default)
    case .iresnet18ChannelsLast: return try training.pair(.iresnet18, .channelsLast)
    case .iresnet18Compiled: return try training.pair(.iresnet18, .compiled)
    case .mobilefacenet: return try training.pair(.mobilefacenet, .default)
    case .mobilefacenetChannelsLast: return try training.pair(.mobilefacenet, .channelsLast)
    case .mobilefacenetCompiled: return try training.pair(.mobilefacenet, .compiled)
    case .iresnet50AMP: return try training.pair(.iresnet50AMP, .channelsLast)
    case .iresnet50AMPCompiled: return try training.pair(.iresnet50AMP, .compiled)
    case .iresnet50Recomputed: return try training.pair(.iresnet50Recomputed, .iresnet50)
    case .ecloss: return try training.pair(.ecloss, .unexplained)
    case .halfEquivariance: return try training.pair(.halfEquivariance, .ecloss)
    case .quarterEquivariance: return try training.pair(.quarterEquivariance, .ecloss)
    case .fullECLoss: return try training.pair(.fullECLoss, .full)
    case .smallECLoss: return try training.pair(.smallECLoss, .small)
    case .smallMoved: return try training.pair(.smallMoved, .small)
    case .records: return try readers(setup, note, workers: 1)
    case .recordsInProcess: return try readers(setup, note, workers: 0)
    case .forwardOneIResNet18: return try inference.forward(.iresnet18, batch: 1, repeats: 8)
    case .forwardManyIResNet18: return try inference.forward(.iresnet18, batch: 32, repeats: 1)
    case .forwardOneMobileFaceNet: return try inference.forward(.mobilefacenet, batch: 1, repeats: 16)
    case .forwardManyMobileFaceNet: return try inference.forward(.mobilefacenet, batch: 32, repeats: 1)
    case .forwardOneSmall: return try inference.forwardDefaultModel(batch: 1, repeats: 100)
    case .forwardManySmall: return try inference.forwardDefaultModel(batch: 32, repeats: 8)
    case .embedFolder: return try inference.embedFolder(.iresnet18)
    case .jpegPillow: return try inference.decodeJPEG("pillow", difference: 0.02)
    case .jpegOpenCV: return try inference.decodeJPEG("opencv", difference: 0.05)
    case .jpegTorchvision: return try inference.decodeJPEG("torchvision", difference: 0.02)
    case .verifyColdStart: return try inference.coldStart()
    }
  }

  /// The same records read by Facet and by Python.
  private func readers(_ setup: Setup, _ note: Note, workers: Int) throws -> (any Contender, any Contender) {
    let records = try PackedRecords(lfw: setup.lfw)
    note("\(records.source), all of them in each step, on one thread")
    return (try FacetReading(records), try PythonReading(records, setup, workers: workers))
  }
}

/// Says something about a benchmark to who watches it.
typealias Note = (String) -> Void
