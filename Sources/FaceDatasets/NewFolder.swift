import AtomicFiles
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Makes folders that appear under their names when all is in them.
public enum NewFolder {
  /// A folder's name without slashes at its end, behind which whatever is added would lie inside of it.
  static func name(_ folder: String) -> String {
    var name = folder[...]
    while name.last == "/", name.startIndex < name.index(before: name.endIndex) { name.removeLast() }
    return String(name)
  }

  /// Calls `fill` with the folder's name while it is unfinished. `folder` must not be there, or be empty. What killed processes left
  /// unfinished of this folder is removed. Throws `FileWriteError`, or what `fill` throws, and then nothing is left.
  public static func make<Result>(_ folder: String, _ fill: (String) throws -> Result) throws -> Result {
    let folder = name(folder)
    try checkCanWrite(intoFolder: folder)
    let files = FileManager.default
    let beginning = folder + ".unfinished-"
    UnfinishedFiles.removeLeft(beginning) { try? files.removeItem(atPath: $0) }
    return try UnfinishedFiles.making(
      beginning, shownAs: folder, make: { try opened($0, of: folder) }, remove: { try? files.removeItem(atPath: $0) },
      body: { unfinished, _ in
        let result = try fill(unfinished)
        // An empty folder makes way, one with something in it does not.
        if (try? files.contentsOfDirectory(atPath: folder))?.isEmpty == true { rmdir(folder) }
        try written(folder) { try files.moveItem(atPath: unfinished, toPath: folder) }
        return result
      })
  }

  /// Makes a folder and opens it; nil where it was gone before.
  private static func opened(_ unfinished: String, of folder: String) throws -> Int32? {
    try written(folder) {
      try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
    }
    let descriptor = open(unfinished, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0 { return descriptor }
    guard errno != ENOENT else { return nil }
    let reason = String(cString: strerror(errno))
    rmdir(unfinished)
    throw FileWriteError(path: folder, reason: reason)
  }

  private static func written(_ folder: String, _ work: () throws -> Void) throws {
    do { try work() } catch {
      throw FileWriteError(
        path: folder, reason: (error as NSError).localizedFailureReason ?? "\(error.localizedDescription)")
    }
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
