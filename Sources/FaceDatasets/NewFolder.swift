import Foundation

/// Fills a folder with several threads; it appears under its name when all is in it.
enum NewFolder {
  /// Calls `write` with each of `0..<count` and the folder's name while it is unfinished; what `write` returns is a photo that
  /// could not be read. Returns these in order. `progress` is called with the number done, from any thread. Throws the
  /// first error of `write`, or when no photo could be read, and then nothing is left.
  static func fill(
    _ folder: String, count: Int, threads: Int, progress: @Sendable (Int) -> Void,
    _ write: @Sendable (Int, String) throws -> DamagedPhoto?
  ) throws -> [DamagedPhoto] {
    let unfinished = folder + ".unfinished"
    try? FileManager.default.removeItem(atPath: unfinished)
    try FileManager.default.createDirectory(atPath: unfinished, withIntermediateDirectories: true)
    let state = SharedWork()
    withoutActuallyEscaping(progress) { progress in
      withoutActuallyEscaping(write) { write in
        DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
          while let index = state.next(below: count) {
            do {
              if let damage = try write(index, unfinished) { state.add(damage) }
            } catch {
              state.stop(error)
            }
            progress(state.finish())
          }
        }
      }
    }
    if let error = state.failure {
      try? FileManager.default.removeItem(atPath: unfinished)
      throw error
    }
    if count > 0, state.damaged.count == count {
      try? FileManager.default.removeItem(atPath: unfinished)
      throw DatasetError(
        .empty, path: folder,
        problem: "none of \(count) photos could be read, the first because \(state.damaged[0].reason)",
        remedy: "check what they are read from")
    }
    try FileManager.default.moveItem(atPath: unfinished, toPath: folder)
    return state.damaged.sorted { $0.index < $1.index }
  }
}
