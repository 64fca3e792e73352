import AtomicFiles
import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Foundation
import TerminalOutput
import Torch

/// Trains a recipe into a folder: `recipe.json`, `last.safetensors` (checkpoint), `best.safetensors` and
/// `model.safetensors` (models), `log.jsonl`, TensorBoard events, `damaged.json` when photos could not be read.
public final class Trainer {
  public struct Options: Sendable {
    public var device = Device.cpu
    /// Continue from the folder's `last.safetensors`, which must be there; see ``Trainer/holdsCheckpoint(_:)``.
    public var resume = false
    /// Threads that read photos.
    public var workers = 2
    /// Whether to write TensorBoard events.
    public var tensorBoard = true
    /// Whether to show progress on the terminal.
    public var progress = true
    /// Scalars are logged every so many steps.
    public var logEvery = 10
    /// Whether to stop, asked between photos while they are read and between steps. Once true it stays so.
    public var isInterrupted: @Sendable () -> Bool = { InterruptFlag.isRaised }

    public init() {}
  }

  /// What a training gave.
  public struct Outcome: Sendable {
    /// The final model's file; nil when the run was interrupted.
    public let model: String?
    public let steps: Int
    /// Mean loss terms of the last epoch.
    public let terms: [String: Double]
    public let damaged: [DamagedPhoto]
    public let seconds: Double
    /// Of the whole process, reading the photos included.
    public let peakMemory: PeakMemory
  }

  public let recipe: Recipe
  public let directory: String

  private let options: Options
  private let validation: Validation?
  private let criterion: String
  private let recipeText: String
  private var info: ModelInfo
  private let state: TrainingState
  private let store: PhotoStore
  /// Held until the run is over.
  private var lock: FolderLock?
  /// Photos of people who are to be told apart, and photos of others.
  private let known: [Int]
  private let unlabeled: [Int]
  private let damaged: [DamagedPhoto]
  /// Whether it was to stop before all photos were looked at.
  private let isCutOff: Bool
  private let batchesPerEpoch: Int
  private let stepsPerEpoch: Int
  private let schedule: Schedule
  private var loggers: [any TrainingLogger] = []
  private var lastCheckpoint = ProcessInfo.processInfo.systemUptime
  private var started = Date()
  private var firstStep = 0

  /// Opens the data, builds the network and, when asked, loads the checkpoint. Nothing is lost: a folder with a training
  /// in it is refused unless it is resumed, and one without is refused when it is. Ctrl-C while the photos are read
  /// leaves the folder as it is, and ``run()`` with nothing to do.
  ///
  /// - Parameter validation: What `best.safetensors` goes by; without it the lowest identity loss of an epoch.
  public init(
    _ recipe: Recipe, dataset: any FaceDataset, directory: String, options: Options = Options(),
    validation: Validation? = nil
  ) throws {
    try recipe.validate()
    Runtime.keepLargeBlocks()
    self.recipe = recipe
    self.directory = directory
    self.options = options
    self.validation = validation
    criterion = validation?.criterion ?? "the lowest identity loss"
    recipeText = try RecipeFile.text(recipe)
    guard dataset.identityCount >= 2 else { throw TrainingError.tooFewIdentities(dataset.identityCount) }
    try Trainer.prepare(directory, resume: options.resume)
    lock = try FolderLock(directory)
    removeUnfinishedFiles(in: directory)
    // What can be wrong with the recipe or the checkpoint shows before minutes of reading photos.
    state = try TrainingState(recipe, identities: dataset.identityCount, on: options.device)
    let source = try options.resume || recipe.from.isEmpty ? nil : FineTuning.source(recipe, on: options.device)
    if options.resume {
      try Checkpoint.read(
        into: state, recipe: recipeText, identities: dataset.identityCount, criterion: criterion,
        from: Trainer.checkpoint(in: directory))
    }
    let network = state.network
    let adoption = try source.map { try network.adopt($0.network) }
    let labeled = (0..<dataset.count).count { dataset.label(at: $0) >= 0 }
    guard labeled >= recipe.training.batch else {
      throw TrainingError.tooFewPhotos(photos: labeled, batch: recipe.training.batch)
    }
    guard recipe.data.unlabeled == 0 || labeled < dataset.count else {
      throw TrainingError.nobodyUnlabeled(minimumPhotos: recipe.data.minimumPhotos)
    }
    store = PhotoStore(dataset, side: recipe.input.storedSide, memoryLimit: recipe.training.cacheMegabytes << 20)
    let usable: [Int]
    (usable, damaged) = Trainer.read(store, options)
    isCutOff = options.isInterrupted()
    known = usable.filter { dataset.label(at: $0) >= 0 }
    unlabeled = usable.filter { dataset.label(at: $0) < 0 }
    batchesPerEpoch = known.count / recipe.training.batch
    stepsPerEpoch = (batchesPerEpoch + recipe.training.accumulate - 1) / recipe.training.accumulate
    schedule = recipe.training.makeSchedule(stepsPerEpoch: max(1, stepsPerEpoch))
    let training = ModelInfo.Training(
      data: dataset.name, identities: dataset.identityCount,
      photos: usable.count { dataset.original(of: $0) == $0 }, epochs: 0, steps: 0)
    info = ModelInfo(
      name: recipe.name, network: recipe.builtNetwork, input: recipe.input,
      channelLoss: recipe.channelLoss.kind.rawValue, training: training)
    if !recipe.from.isEmpty { info.origin = "fine-tuned from \(recipe.from)" }
    // Of photos that nobody has looked at nothing can be said.
    if isCutOff { return }
    guard stepsPerEpoch > 0 else {
      throw TrainingError.tooFewPhotos(photos: known.count, batch: recipe.training.batch)
    }
    guard recipe.data.unlabeled == 0 || !unlabeled.isEmpty else {
      throw TrainingError.nobodyUnlabeled(minimumPhotos: recipe.data.minimumPhotos)
    }
    if let was = state.photos, was != usable.count {
      throw TrainingError.otherData(path: Trainer.checkpoint(in: directory), was: was, now: usable.count)
    }
    let order = DataOrder.digest(of: usable, in: dataset)
    if let was = state.dataOrder, was != order {
      throw TrainingError.otherOrder(path: Trainer.checkpoint(in: directory))
    }
    guard state.isWithin(epochs: recipe.training.epochs, of: stepsPerEpoch) else {
      throw TrainingError.notACheckpoint(path: Trainer.checkpoint(in: directory))
    }
    (state.photos, state.dataOrder) = (usable.count, order)
    if adoption == .insertedTarget {
      try FineTuning.settle(state.network, on: store, usable, recipe, options.device)
    }
    try writeAtomically(Data(recipeText.utf8), to: path("recipe.json"))
    if options.resume { try restoreBest() }
    try? FileManager.default.removeItem(atPath: path("diverged.json"))
    if damaged.isEmpty {
      try? FileManager.default.removeItem(atPath: path("damaged.json"))
    } else {
      try writeJSON(damaged, to: path("damaged.json"))
    }
  }

  /// Throws what is wrong with a recipe and shows only once its network is built, such as a `network.targetLayer` that is no layer.
  public static func check(_ recipe: Recipe) throws { _ = try TrainingState(recipe, identities: 2, on: .cpu) }

  private func path(_ name: String) -> String { directory + "/" + name }

  private static func checkpoint(in directory: String) -> String { directory + "/last.safetensors" }

  /// The files that a run writes into its folder, TensorBoard's events apart.
  public static let fileNames =
    ["model", "best", "last"].map { $0 + ".safetensors" } + [
      "recipe.json", "log.jsonl", "damaged.json", "diverged.json", ".lock",
    ]

  /// Whether a training left a checkpoint in the folder, from which another with the same recipe can go on.
  public static func holdsCheckpoint(_ directory: String) -> Bool {
    FileManager.default.fileExists(atPath: checkpoint(in: directory))
  }

  /// Makes the folder, or sees that the one to resume from is there.
  private static func prepare(_ directory: String, resume: Bool) throws {
    guard resume == holdsCheckpoint(directory) else {
      throw resume
        ? TrainingError.nothingToResume(directory: directory) : TrainingError.occupied(directory: directory)
    }
    let models = ["model", "best"].map { "\(directory)/\($0).safetensors" }
    guard resume || !models.contains(where: FileManager.default.fileExists) else {
      throw TrainingError.holdsModel(directory: directory)
    }
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw TrainingError.unusable(directory: directory, reason: "it is no folder and cannot be made one")
    }
  }

  /// The photos that can be read, and those that cannot, as far as it comes before it is to stop.
  private static func read(_ store: PhotoStore, _ options: Options) -> (usable: [Int], damaged: [DamagedPhoto]) {
    let originals = store.dataset.originals
    let bar = options.progress ? ProgressReporter(label: "read", total: originals.count, unit: "photos") : nil
    let damaged = store.preload(
      originals, threads: options.workers, progress: { bar?.update(completed: $0) }, isStopped: options.isInterrupted)
    bar?.finish(suffix: damaged.isEmpty ? nil : "\(damaged.count) damaged photos are left out")
    let bad = Set(damaged.map(\.index))
    return ((0..<store.dataset.count).filter { !bad.contains(store.dataset.original(of: $0)) }, damaged)
  }

  /// Trains to the end, to Ctrl-C (a checkpoint is left, once there was a step) or to an error.
  public func run() throws -> Outcome {
    let start = Date()
    defer { lock = nil }
    if isCutOff { return try outcome(model: nil, start) }
    (started, firstStep) = (start, state.step)
    try openLoggers()
    defer { for logger in loggers { logger.close() } }
    lastCheckpoint = ProcessInfo.processInfo.systemUptime
    while state.epoch < recipe.training.epochs {
      guard try runEpoch() else { return try outcome(model: nil, start) }
      try endEpoch()
    }
    let model = path("model.safetensors")
    // A run that was done before keeps its model as it is, with the catalog and the threshold that it may have got since.
    if state.step > firstStep || !FileManager.default.fileExists(atPath: model) {
      try self.model().write(to: model)
    }
    return try outcome(model: model, start)
  }

  private func outcome(model: String?, _ start: Date) throws -> Outcome {
    Outcome(
      model: model, steps: state.step, terms: state.means.values, damaged: damaged,
      seconds: Date().timeIntervalSince(start), peakMemory: try .now(on: options.device))
  }

  private func openLoggers() throws {
    // A run that was killed before its first checkpoint has logged steps that come again, from the first.
    let resumed = FileManager.default.fileExists(atPath: path("log.jsonl")) ? state.step : nil
    let endsEpoch = state.step == (state.epoch + 1) * stepsPerEpoch
    loggers = [try JSONLinesLogger(path: path("log.jsonl"), resumingAtStep: resumed, endsEpoch: endsEpoch)]
    if options.tensorBoard { loggers.append(try TensorBoardLogger(directory: directory, resumingAtStep: resumed)) }
    if options.progress {
      let total = recipe.training.epochs * stepsPerEpoch
      loggers.append(ConsoleLogger(label: "train", totalSteps: total, firstStep: state.step))
    }
  }

  /// One epoch from where the run stands. False when it was interrupted.
  private func runEpoch() throws -> Bool {
    let first = state.step - state.epoch * stepsPerEpoch
    if first == 0 { state.means = Means() }
    let loader = BatchLoader(
      store, order: order(), batchSize: recipe.training.batch + recipe.data.unlabeled,
      from: first * recipe.training.accumulate, dropLast: true,
      workers: options.workers, pinned: options.device.isCUDA)
    defer { loader.close() }
    state.setTraining(true)
    var meter = (time: Date(), photos: 0)
    while true {
      // All batches of a step before its first pass, which moves running statistics: a checkpoint is between steps.
      let batches = try Trainer.next(recipe.training.accumulate, of: loader)
      if batches.isEmpty { return true }
      if let lost = batches.flatMap(\.damaged).first {
        try checkpoint()
        throw TrainingError.photoLost(source: lost.source, reason: lost.reason)
      }
      var values = try step(batches)
      state.means.add(values, weight: Double(batches.count))
      meter.photos += batches.reduce(0) { $0 + $1.indices.count }
      if state.step % options.logEvery == 0 || state.step == recipe.training.epochs * stepsPerEpoch {
        values["rate"] = schedule(state.step - 1)
        values["photos/s"] = Double(meter.photos) / max(1e-9, Date().timeIntervalSince(meter.time))
        try log(values)
        meter = (Date(), 0)
      }
      if state.step == firstStep + Trainer.stepsToTime { try noteLongRun() }
      let interrupted = options.isInterrupted()
      if interrupted || ProcessInfo.processInfo.systemUptime - lastCheckpoint > recipe.training.checkpointSeconds {
        try checkpoint()
      }
      if interrupted { return false }
    }
  }

  /// The photos of this epoch: those of each batch, then the unlabeled ones that join it.
  private func order() -> [Int] {
    var random = SeededRandom(seed: recipe.seed, stream: "order", state.epoch)
    let order = random.permutation(known.count).map { known[$0] }
    let guests = recipe.data.unlabeled
    guard guests > 0 else { return order }
    var others = SeededRandom(seed: recipe.seed, stream: "unlabeled", state.epoch)
    let drawn = others.permutation(unlabeled.count).map { unlabeled[$0] }
    let batch = recipe.training.batch
    return (0..<(order.count / batch)).flatMap { number in
      order[(number * batch)..<((number + 1) * batch)]
        + (0..<guests).map { drawn[(number * guests + $0) % drawn.count] }
    }
  }

  /// As many batches as there are, up to `count`.
  private static func next(_ count: Int, of loader: BatchLoader) throws -> [FaceBatch] {
    var batches: [FaceBatch] = []
    while batches.count < count, let batch = try loader.next() { batches.append(batch) }
    return batches
  }

  /// Steps after which the pace of a run is known well enough.
  private static let stepsToTime = 10

  /// Says how long it will take, before somebody waits for it, when that is long.
  private func noteLongRun() throws {
    let pace = Date().timeIntervalSince(started) / Double(state.step - firstStep)
    let left = pace * Double(recipe.training.epochs * stepsPerEpoch - state.step)
    let rate = Double(recipe.training.batch * recipe.training.accumulate) / pace
    guard let text = Trainer.longRunNote(photosPerSecond: rate, secondsLeft: left, on: options.device) else { return }
    for logger in loggers where logger is ConsoleLogger {
      try logger.logText(step: state.step, name: "note", text: text)
    }
  }

  /// What to say of a training that takes more than half an hour; nil for a shorter one.
  static func longRunNote(photosPerSecond: Double, secondsLeft: Double, on device: Device) -> String? {
    guard secondsLeft > 1800 else { return nil }
    let rate = String(format: "%.1f", photosPerSecond)
    return "\(rate) photos/s on \(device): this takes about \(formatDuration(secondsLeft)). "
      + "A smaller network (network.width, iresnet10), input.size 64 or a GPU is faster; Ctrl-C keeps a checkpoint."
  }

  private func endEpoch() throws {
    state.setTraining(false)
    let means = state.means.values
    let score = try validation?.score(state.network, state.epoch + 1) ?? -(means["identity"] ?? 0)
    var values = means.reduce(into: [String: Double]()) { $0["epoch/\($1.key)"] = $1.value }
    values["epoch/score"] = score
    let peak = try PeakMemory.now(on: options.device)
    values["epoch/peak MiB"] = Double(peak.resident >> 20)
    values["epoch/peak GPU MiB"] = peak.device.map { Double($0 >> 20) }
    for logger in loggers where !(logger is ConsoleLogger) {
      try logger.log(step: state.step, scalars: Trainer.sorted(values))
    }
    state.epoch += 1
    // What is no number is never the best.
    let isBest = score.isFinite && (state.best.map { score > $0.score } ?? true)
    if isBest { state.best = (score, state.epoch) }
    // The checkpoint first: what a run repeats on a GPU comes out a little different, and the best of a run that was cut off would
    // be of no epoch of the resumed one.
    try checkpoint()
    if isBest { try model().write(to: best) }
  }

  private var best: String { path("best.safetensors") }

  /// The best model of a run that was cut off between the checkpoint of its epoch and the model itself.
  private func restoreBest() throws {
    guard let epoch = state.best?.epoch, epoch == state.epoch, state.step == epoch * stepsPerEpoch else { return }
    let kept = try? FaceModel(contentsOf: best)
    if kept?.info.training?.epochs != epoch { try model().write(to: best) }
  }

  /// One step of the optimizer on the mean of the batches' losses: the means of all loss terms.
  private func step(_ batches: [FaceBatch]) throws -> [String: Double] {
    Runtime.seed(SeededRandom.value(seed: recipe.seed, stream: "dropout", state.step))
    // Those of a batch that have none come last.
    let labels = batches.map { $0.labels.filter { $0 >= 0 } }
    try recipe.head.choose(labels.flatMap(\.self), in: state.optimizer.sampled, seed: recipe.seed, step: state.step)
    var random = SeededRandom(seed: recipe.seed, stream: "augmentation", state.step)
    var lossValues: [LossValues] = []
    let batchesBefore = Trainer.batches(
      before: state.step, inEpochOf: stepsPerEpoch, each: recipe.training.accumulate, batchesPerEpoch)
    try state.optimizer.collectGradients(ofMean: batches.count) { index in
      let images = try recipe.augmentation.apply(
        batches[index].photos.to(options.device), recipe.input, using: &random)
      let terms = try losses(
        images, Tensor(labels[index], [labels[index].count]).to(options.device),
        pass: batchesBefore + index)
      let total = try LossTerm.total(terms)
      lossValues.append(try LossValues(terms, total: total))
      return total
    }
    let norm = try state.optimizer.clipGradients(to: recipe.training.clip)
    var values = try means(lossValues, batches)
    values["gradient"] = norm
    guard norm.isFinite else { throw try diverged(values, batches) }
    try state.optimizer.step(learningRate: schedule(state.step))
    state.step += 1
    return values
  }

  /// Batches before a step since training began: the last step of an epoch may have fewer than the others.
  static func batches(before step: Int, inEpochOf steps: Int, each accumulated: Int, _ batchesPerEpoch: Int) -> Int {
    step / steps * batchesPerEpoch + step % steps * accumulated
  }

  /// The means of the terms over a step's batches. Throws when the loss of one left all bounds.
  private func means(_ lossValues: [LossValues], _ batches: [FaceBatch]) throws -> [String: Double] {
    var means = Means()
    for (batch, lossValues) in zip(batches, lossValues) {
      let values = try lossValues.read()
      guard values["loss"]!.magnitude < 1e5 else { throw try diverged(values, [batch]) }
      means.add(values)
    }
    return means.values
  }

  /// labels: [L], those of the first L images. `pass`: batches before this one since training began.
  private func losses(_ images: Tensor, _ labels: Tensor, pass number: Int) throws -> [LossTerm] {
    let lowPrecision = recipe.training.precision == .bfloat16
    let (network, device) = (state.network, options.device)
    let output = try withAutocast(.bfloat16, on: device, enabled: lowPrecision) { try network(images) }
    let embeddings = try output.embedding[0..<labels.size(0)]
    var terms = [LossTerm("identity", weight: 1, value: try state.head.loss(embeddings, labels))]
    guard let channelLoss = state.channelLoss, let target = output.unmasked, let features = output.features else {
      return terms
    }
    /// A second pass moves no running statistics.
    func again(_ body: () throws -> Tensor) throws -> Tensor {
      try network.withoutTracking { try withAutocast(.bfloat16, on: device, enabled: lowPrecision, body) }
    }
    let pass = ChannelPass(
      images: images, labels: labels, features: features, target: target, step: number,
      featuresOf: { moved in try again { try network.features(moved) } },
      identityLoss: { [head = state.head] features, labels in
        let embeddings = try again { try network.embedding(features: features) }
        // AdaFace's head has running statistics, too.
        head.setTraining(false)
        defer { head.setTraining(true) }
        return try head.loss(embeddings, labels)
      },
      random: SeededRandom(seed: recipe.seed, stream: "channel loss", number))
    terms += try channelLoss.terms(pass)
    return terms
  }

  private func diverged(_ values: [String: Double], _ batches: [FaceBatch]) throws -> TrainingError {
    let sources = batches.flatMap(\.indices).map { store.dataset.source(at: $0) }
    struct Record: Encodable {
      let step: Int
      let terms: [String: Double]
      let batch: [String]
    }
    try writeJSON(Record(step: state.step, terms: values, batch: sources), to: path("diverged.json"))
    let last = path("last.safetensors")
    return .diverged(
      step: state.step, terms: values, batch: sources,
      checkpoint: FileManager.default.fileExists(atPath: last) ? last : nil)
  }

  private func log(_ values: [String: Double]) throws {
    let scalars = Trainer.sorted(values)
    for logger in loggers { try logger.log(step: state.step, scalars: scalars) }
  }

  /// The loss first, then by name.
  private static func sorted(_ values: [String: Double]) -> [(name: String, value: Double)] {
    values.sorted { ($0.key != "loss" ? 1 : 0, $0.key) < ($1.key != "loss" ? 1 : 0, $1.key) }.map { ($0.key, $0.value) }
  }

  private func checkpoint() throws {
    for logger in loggers { try logger.flush() }
    try Checkpoint.write(
      state, info: currentInfo, recipe: recipeText, criterion: criterion, to: path("last.safetensors"))
    lastCheckpoint = ProcessInfo.processInfo.systemUptime
  }

  private var currentInfo: ModelInfo {
    var info = info
    info.training?.steps = state.step
    info.training?.epochs = state.epoch
    return info
  }

  private func model() -> FaceModel { FaceModel(info: currentInfo, network: state.network, recipe: recipeText) }
}
