import Foundation

/// Writes event files that TensorBoard shows: `tensorboard --logdir <folder>`.
///
/// Every logger writes a file of its own in the folder, as TensorBoard expects of every process. Values are stored
/// in single precision, which is what the format has.
public final class TensorBoardLogger: TrainingLogger {
  /// The event file.
  public var path: String { file.path }

  private let file: LogFile
  private let now: () -> Date

  /// Begins an event file and creates its folder where needed.
  ///
  /// - Parameters:
  ///   - directory: the run's folder.
  ///   - resumingAtStep: the step a resumed run goes on from; TensorBoard then forgets what earlier files in the
  ///     folder say of later steps.
  ///   - now: the wall clock.
  /// - Throws: ``LoggerError`` when the folder or the file cannot be made.
  public init(directory: String, resumingAtStep: Int? = nil, now: @escaping () -> Date = { Date() }) throws {
    self.now = now
    do {
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    } catch {
      throw LoggerError(path: directory, reason: "the folder cannot be made: \(error.localizedDescription)")
    }
    let time = now().timeIntervalSince1970
    file = try LogFile(path: unusedName(in: directory, time: time))
    try append(TensorBoardEvent.version(time: time))
    if let resumingAtStep { try append(TensorBoardEvent.sessionStart(time: time, step: resumingAtStep + 1)) }
  }

  deinit { close() }

  public func log(step: Int, scalars: [(name: String, value: Double)]) throws {
    guard !scalars.isEmpty else { return }
    try append(TensorBoardEvent.scalars(scalars, time: now().timeIntervalSince1970, step: step))
  }

  public func logText(step: Int, name: String, text: String) throws {
    try append(TensorBoardEvent.text(name: name, text, time: now().timeIntervalSince1970, step: step))
  }

  public func flush() throws { try file.synchronize() }

  public func close() { file.close() }

  private func append(_ event: [UInt8]) throws { try file.append(Data(TFRecord.framed(event))) }
}

/// A name of TensorFlow's pattern. Readers sort by it, so a later file must not sort before an earlier one.
private func unusedName(in directory: String, time: Double) -> String {
  let process = ProcessInfo.processInfo
  let start = String(format: "%010d", Int(time))
  for number in 0... {
    let name = "events.out.tfevents.\(start).\(String(format: "%05d", number)).\(process.hostName)"
    let path = (directory as NSString).appendingPathComponent("\(name).\(process.processIdentifier)")
    if !FileManager.default.fileExists(atPath: path) { return path }
  }
  preconditionFailure("a folder cannot hold that many files")
}
