import ArgumentParsing
import AtomicFiles
import FaceTraining
import Foundation
import TerminalOutput

/// Trains and measures runs in processes of their own, several at a time. What they say goes to NAME.log beside the
/// run's folder.
final class ChildRuns {
  private let photos: MeasuredDataOptions
  private let flip: Bool
  private let device: DeviceOptions
  private let jobs: Int
  private var active: [Child] = []
  private var failures: [String] = []
  private var done = 0
  private let start = Date()

  /// A run and the process that works on it.
  private struct Child {
    let run: TrainingRun
    let isTraining: Bool
    let process: Process
    /// Where what it says begins in the log, which earlier processes wrote to as well.
    let start: UInt64
    var shown = Date()
  }

  init(photos: MeasuredDataOptions, flip: Bool, device: DeviceOptions, jobs: Int) {
    (self.photos, self.flip, self.device, self.jobs) = (photos, flip, device, jobs)
  }

  /// Works through the runs; one that fails keeps no other from being made. Throws `CommandFailure` that names those that failed, or
  /// `ExitCode.interrupted` after Ctrl-C, once every process has ended.
  func run(_ runs: [TrainingRun]) throws {
    var waiting = runs[...]
    var isStopping = false
    while !active.isEmpty || (!waiting.isEmpty && !isStopping) {
      while active.count < jobs, !isStopping, let next = waiting.popFirst() {
        begin(next) { !(try next.isTrained()) }
      }
      Thread.sleep(forTimeInterval: 0.1)
      if InterruptFlag.isRaised, !isStopping {
        isStopping = true
        for child in active { interrupt(child.process) }
      }
      lookAfter(total: runs.count, isStopping: isStopping)
    }
    guard failures.isEmpty else { throw CommandFailure(failures.joined(separator: "; ")) }
    if isStopping { try Interruption.stop() }
  }

  /// Children lead process groups of their own, so that Ctrl-C reaches only this process, which passes it on.
  private func interrupt(_ process: Process) {
    guard process.isRunning, getpgid(process.processIdentifier) != getpgrp() else { return }
    // Where this was started in the background of a script, interrupts are ignored, and so they are by children.
    process.terminate()
  }

  private func lookAfter(total: Int, isStopping: Bool) {
    for child in active where !child.process.isRunning {
      active.removeAll { $0.process === child.process }
      end(child, total: total, isStopping: isStopping)
    }
    for index in active.indices where Date().timeIntervalSince(active[index].shown) > 30 {
      active[index].shown = Date()
      say("\(active[index].run.name): \(lastLine(active[index].run))")
    }
  }

  private func end(_ child: Child, total: Int, isStopping: Bool) {
    let isFine = child.process.terminationReason == .exit && child.process.terminationStatus == 0
    if !isFine {
      if isStopping { return }
      fail("\(child.run.name) failed: \(reason(child)) (\(log(child.run)) has more)")
    } else if child.isTraining {
      if !isStopping { begin(child.run) { false } }
    } else {
      done += 1
      say("\(child.run.name): done, \(done) of \(total) in \(formatDuration(Date().timeIntervalSince(start)))")
    }
  }

  /// Starts a process for the run. What keeps it from that is a failure of this run, beside others that are at work.
  private func begin(_ run: TrainingRun, isTraining: () throws -> Bool) {
    do {
      try start(run, training: try isTraining())
    } catch {
      // Who was interrupted while it waited has not failed.
      if !InterruptFlag.isRaised { fail("\(run.name) failed: \(errorMessage(error))") }
    }
  }

  /// Says it at once, too: the others may take hours.
  private func fail(_ failure: String) {
    failures.append(failure)
    say(failure)
  }

  private func start(_ run: TrainingRun, training: Bool) throws {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = training ? try trainingArguments(run) : evaluationArguments(run)
    process.standardInput = FileHandle.nullDevice
    let (log, start) = try openLog(run)
    process.standardOutput = log
    process.standardError = log
    process.environment = ProcessInfo.processInfo.environment.merging(
      [ParentWatch.variable: "\(getpid())", "TERM": "dumb"]) { $1 }
    try process.run()
    active.append(Child(run: run, isTraining: training, process: process, start: start))
    say("\(run.name): \(training ? "training" : "measuring")")
  }

  private func trainingArguments(_ run: TrainingRun) throws -> [String] {
    try FileManager.default.createDirectory(atPath: run.directory, withIntermediateDirectories: true)
    // `run(_:)` says so once all have ended.
    try LocalRuns.makeWay(for: run) { if InterruptFlag.isRaised { throw ExitCode.interrupted } }
    let recipe = run.directory + "/recipe.json"
    try writeAtomically(Data(RecipeFile.text(run.recipe).utf8), to: recipe)
    let resumption = Trainer.holdsCheckpoint(run.directory) ? ["--resume"] : []
    return ["train", "--recipe=\(recipe)", "--output=\(run.directory)"] + resumption + deviceArguments
  }

  private func evaluationArguments(_ run: TrainingRun) -> [String] {
    var arguments = ["evaluate", "--json=\(run.evaluation)"] + deviceArguments + (flip ? ["--flip"] : [])
    if let data = photos.data { arguments.append("--data=\(data)") }
    if let folds = photos.folds { arguments += ["--folds", folds.argumentDescription] }
    if let pairs = photos.pairs { arguments.append("--pairs=\(pairs)") }
    // Names may begin with a hyphen.
    return arguments + [
      "--center-crop", "\(photos.centerCrop)", "--identities", "\(photos.identities)", "--", run.model,
    ]
  }

  private var deviceArguments: [String] {
    let share = max(1, ProcessInfo.processInfo.activeProcessorCount / jobs)
    return ["--device", device.device, "--threads", "\(device.threads > 0 ? device.threads : share)"]
  }

  private func log(_ run: TrainingRun) -> String { run.directory + ".log" }

  private func openLog(_ run: TrainingRun) throws -> (handle: FileHandle, end: UInt64) {
    let path = log(run)
    if !FileManager.default.fileExists(atPath: path) { try writeAtomically(Data(), to: path) }
    guard let handle = FileHandle(forWritingAtPath: path) else {
      throw CommandFailure("\(path) cannot be written")
    }
    return (handle, try handle.seekToEnd())
  }

  private func lines(_ run: TrainingRun, from start: UInt64 = 0) -> [Substring] {
    let bytes = FileManager.default.contents(atPath: log(run)) ?? Data()
    return String(decoding: bytes.dropFirst(Int(start)), as: UTF8.self).split(whereSeparator: \.isNewline)
  }

  private func lastLine(_ run: TrainingRun) -> String { lines(run).last.map(String.init) ?? "nothing yet" }

  /// Why it failed, which a hint to the help may follow; a process that was killed says nothing of it.
  private func reason(_ child: Child) -> String {
    if child.process.terminationReason == .uncaughtSignal {
      return "ended by signal \(child.process.terminationStatus)"
    }
    let said = lines(child.run, from: child.start)
    let error = said.last { $0.hasPrefix("error: ") }?.dropFirst("error: ".count)
    return (error ?? said.last).map(String.init) ?? "exit status \(child.process.terminationStatus)"
  }

  private func say(_ line: String) { CommandOutput.current.printError(line) }
}
