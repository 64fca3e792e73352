import ArgumentParsing
import FaceEvaluation
import FaceTraining
import Foundation
import TerminalOutput
import Torch

/// Trains and measures the runs of a comparison in this process, as far as they are not done.
struct LocalRuns {
  let photos: MeasuredDataOptions
  let flip: Bool
  let device: Device
  let workers: Int

  /// Whether there is nothing left to do. Throws when what is there is something else.
  func isDone(_ run: TrainingRun) throws -> Bool { try run.isTrained() && stored(run) != nil }

  /// The evaluations of all runs, made where they are not there. One that fails keeps no other from being made; throws what it threw,
  /// or `CommandFailure` that names those that failed, once all have been tried. Throws `ExitCode.interrupted` after Ctrl-C at once.
  func evaluations(of runs: [TrainingRun]) throws -> [Evaluation] {
    var failures: [(run: String, error: any Error)] = []
    var evaluations: [Evaluation] = []
    for run in runs {
      do {
        evaluations.append(try evaluation(of: run))
      } catch let interruption as ExitCode {
        throw interruption
      } catch {
        failures.append((run.name, error))
        if run.name != runs.last?.name {
          CommandOutput.current.printError("\(run.name) failed: \(errorMessage(error))")
        }
      }
    }
    if failures.count == 1 { throw failures[0].error }
    guard failures.isEmpty else {
      throw CommandFailure(failures.map { "\($0.run) failed: \(errorMessage($0.error))" }.joined(separator: "; "))
    }
    return evaluations
  }

  /// The run's evaluation, after training and measuring where that is not done. Throws `ExitCode.interrupted` after
  /// Ctrl-C.
  private func evaluation(of run: TrainingRun) throws -> Evaluation {
    if !(try run.isTrained()) { try train(run) }
    if let evaluation = try stored(run) { return evaluation }
    try Interruption.check()
    CommandOutput.current.printError("\(run.name): measuring")
    let evaluation = try photos.evaluate(run.model, on: device, workers: workers, flip: flip)
    // The form of `facet evaluate --json`.
    try writeJSON([evaluation], to: run.evaluation)
    try Interruption.check()
    return evaluation
  }

  private func train(_ run: TrainingRun) throws {
    try Interruption.check()
    CommandOutput.current.printError("\(run.name): training")
    var options = Trainer.Options()
    options.device = device
    options.workers = workers
    try LocalRuns.makeWay(for: run, whileWaiting: Interruption.check)
    options.resume = Trainer.holdsCheckpoint(run.directory)
    let dataset = try run.recipe.data.open(seed: run.recipe.seed)
    let trainer = try Trainer(run.recipe, dataset: dataset, directory: run.directory, options: options)
    if try trainer.run().model == nil { try Interruption.stop() }
  }

  /// Makes way for a training in the run's folder: waits for what a comparison that was killed left at work there, which ends with a
  /// checkpoint to go on from, and takes away what was measured of a model that is gone. `whileWaiting` may throw.
  static func makeWay(for run: TrainingRun, whileWaiting: () throws -> Void) throws {
    if OutputCheck.isFolder(run.directory) {
      _ = try FolderLock(run.directory, patience: 60, whileWaiting: whileWaiting)
    }
    guard FileManager.default.fileExists(atPath: run.evaluation) else { return }
    try FileManager.default.removeItem(atPath: run.evaluation)
  }

  /// The evaluation that lies in the run's folder; nil when there is none. One of other photos is an error.
  private func stored(_ run: TrainingRun) throws -> Evaluation? {
    guard let bytes = FileManager.default.contents(atPath: run.evaluation) else { return nil }
    guard var found = try? decodeJSON([Evaluation].self, from: bytes), found.count == 1 else {
      throw CommandFailure("\(run.evaluation) is no evaluation of one model; move it away to measure again")
    }
    let data = try photos.open(side: run.recipe.input.storedSide)
    guard found[0].isMeasured(on: data.sets, annotated: data.annotated, flip: flip, named: photos.named) else {
      throw CommandFailure(
        "\(run.evaluation) was measured on other photos or in another way (\(found[0].data)); move it away to measure "
          + "again, or choose another --output")
    }
    // The folder may have been moved since.
    found[0].model = run.model
    return found[0]
  }
}
