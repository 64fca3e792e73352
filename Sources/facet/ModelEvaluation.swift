import ArgumentParsing
import FaceEvaluation
import FaceNetworks
import TerminalOutput
import Torch

extension MeasuredDataOptions {
  /// Opens a model file and measures it on these photos, and says how much memory the process has taken.
  func evaluate(
    _ model: String, on device: Device, workers: Int, flip: Bool = false, isBeforeMask: Bool = false,
    pooling: TemplatePooling = TemplatePooling()
  ) throws -> Evaluation {
    var evaluation = try measure(
      model, on: device, workers: workers, flip: flip, isBeforeMask: isBeforeMask, pooling: pooling)
    let isUnmasked = isBeforeMask && evaluation.info.network.maskTarget && evaluation.channels != nil
    evaluation.data = named(evaluation.data) + (isUnmasked ? ", channels before their mask" : "")
    evaluation.peakMemory = try .now(on: device)
    return evaluation
  }

  private func measure(
    _ model: String, on device: Device, workers: Int, flip: Bool, isBeforeMask: Bool, pooling: TemplatePooling
  ) throws -> Evaluation {
    let opened = try FaceModel(contentsOf: model, on: device)
    var scan = NetworkScan(opened, on: device)
    scan.workers = workers
    scan.isBeforeMask = isBeforeMask
    if let (ijb, photos) = try openIJB() {
      let bar = ProgressReporter(label: ijb.name, total: ijb.count, unit: "photos")
      let result = try scan.evaluate(ijb, photos: photos, pooling: pooling, progress: { bar.update(completed: $0) })
      bar.finish()
      return Evaluation(model: model, info: opened.info, templates: result)
    }
    let data = try open(side: opened.info.input.storedSide)
    return try scan.evaluate(name: model, sets: data.sets, annotated: data.annotated, moved: moved, flip: flip)
  }
}

/// Ctrl-C in work of many steps.
enum Interruption {
  /// Says that the same command goes on with it. Throws `ExitCode.interrupted`.
  static func stop() throws -> Never {
    CommandOutput.current.printError("interrupted; the same command goes on from there")
    throw ExitCode.interrupted
  }

  /// Stops when Ctrl-C was pressed.
  static func check() throws {
    if InterruptFlag.isRaised { try stop() }
  }

  /// Work that leaves nothing unless it ends, and calls ``checkAbandoned()`` between its steps. Throws
  /// `ExitCode.interrupted` when Ctrl-C was pressed, or what `work` throws.
  static func abandoning<Result>(_ work: () throws -> Result) throws -> Result {
    InterruptFlag.install()
    do {
      return try work()
    } catch let code as ExitCode where code == .interrupted {
      CommandOutput.current.printError("interrupted; nothing was written")
      throw code
    }
  }

  /// Throws `ExitCode.interrupted` when Ctrl-C was pressed. Any thread may call it.
  static func checkAbandoned() throws {
    if InterruptFlag.isRaised { throw ExitCode.interrupted }
  }
}
