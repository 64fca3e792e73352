import AtomicFiles
import Foundation

/// Makes folders that appear under their names when all is in them.
public enum NewFolder {
  /// A folder's name without slashes at its end, behind which whatever is added would lie inside of it.
  static func name(_ folder: String) -> String {
    var name = folder[...]
    while name.last == "/", name.startIndex < name.index(before: name.endIndex) { name.removeLast() }
    return String(name)
  }

  /// What a folder is called while a process fills it.
  static func unfinishedName(_ folder: String, process: Int32) -> String { "\(folder).unfinished-\(process)" }

  /// Removes what processes that have ended since left unfinished of this folder, and nothing of one that still fills it.
  private static func removeLeftovers(of folder: String) {
    let beginning = Disk.name(of: folder) + ".unfinished-"
    let parent = Disk.folder(of: folder).isEmpty ? "." : Disk.folder(of: folder)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] where name.hasPrefix(beginning) {
      guard hasEnded(process: name.dropFirst(beginning.count)) else { continue }
      try? FileManager.default.removeItem(atPath: Disk.join(parent, name))
    }
  }

  /// Calls `fill` with the folder's name while it is unfinished. `folder` must not be there, or be empty. Throws `FileWriteError`, or
  /// what `fill` throws, and then nothing is left.
  public static func make<Result>(_ folder: String, _ fill: (String) throws -> Result) throws -> Result {
    let folder = name(folder)
    try checkCanWrite(intoFolder: folder)
    removeLeftovers(of: folder)
    let files = FileManager.default
    let unfinished = unfinishedName(folder, process: ProcessInfo.processInfo.processIdentifier)
    try? files.removeItem(atPath: unfinished)
    var isDone = false
    defer { if !isDone { try? files.removeItem(atPath: unfinished) } }
    func written(_ work: () throws -> Void) throws {
      do { try work() } catch {
        throw FileWriteError(
          path: folder, reason: (error as NSError).localizedFailureReason ?? "\(error.localizedDescription)")
      }
    }
    try written { try files.createDirectory(atPath: unfinished, withIntermediateDirectories: true) }
    let result = try fill(unfinished)
    // An empty folder makes way, one with something in it does not.
    if (try? files.contentsOfDirectory(atPath: folder))?.isEmpty == true { rmdir(folder) }
    try written { try files.moveItem(atPath: unfinished, toPath: folder) }
    isDone = true
    return result
  }

  /// Calls `write` with each of `0..<count` and the folder's name while it is unfinished; what `write` returns is a photo that
  /// could not be read. Returns these in order. `progress` is called with the number done, from any thread. Throws the
  /// first error of either, or when no photo could be read, and then nothing is left.
  static func fill(
    _ folder: String, count: Int, threads: Int, progress: @Sendable (Int) throws -> Void,
    _ write: @Sendable (Int, String) throws -> DamagedPhoto?
  ) throws -> [DamagedPhoto] {
    try make(folder) { try fill($0, named: folder, count: count, threads: threads, progress: progress, write) }
  }

  private static func fill(
    _ unfinished: String, named folder: String, count: Int, threads: Int, progress: @Sendable (Int) throws -> Void,
    _ write: @Sendable (Int, String) throws -> DamagedPhoto?
  ) throws -> [DamagedPhoto] {
    let state = SharedWork()
    withoutActuallyEscaping(progress) { progress in
      withoutActuallyEscaping(write) { write in
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
          while let index = state.next(below: count) {
            do {
              if let damage = try write(index, unfinished) { state.add(damage) }
              try progress(state.finish())
            } catch {
              state.stop(error)
            }
          }
        }
      }
    }
    let damaged = state.damaged.sorted { $0.index < $1.index }
    var failure = state.failure
    if failure == nil, damaged.count == count, let first = damaged.first {
      failure = DatasetError(
        .empty, path: folder, problem: "none of \(count) photos could be read, the first because \(first.reason)",
        remedy: "check what they are read from")
    }
    if let failure { throw failure }
    return damaged
  }
}
