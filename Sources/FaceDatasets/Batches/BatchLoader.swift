import Foundation
import Torch

/// One batch of photos with their identities.
public struct FaceBatch: Sendable {
  /// Bytes [B, side, side, 3].
  public let photos: Tensor
  public let labels: [Int]
  /// Indices into the dataset.
  public let indices: [Int]
  /// Photos that belonged here and could not be read.
  public let damaged: [DamagedPhoto]
}

/// Reads batches ahead of their use with threads of its own. Batches come in order, and which photo is in which batch
/// depends on the order given and nothing else.
public final class BatchLoader: @unchecked Sendable {
  private let store: PhotoStore
  private let order: [Int]
  private let batchSize: Int
  private let end: Int
  private let ahead: Int
  private let condition = NSCondition()
  private var ready: [Int: Result<FaceBatch, any Error>] = [:]
  private var toRead: Int
  private var toGive: Int
  private var isClosed = false

  /// `order`: indices into the store's dataset. `from`: the first batch to read. `dropLast` leaves out a last batch that
  /// is not full. With no workers, batches are read when they are asked for.
  public init(_ store: PhotoStore, order: [Int], batchSize: Int, from: Int = 0, dropLast: Bool, workers: Int) {
    precondition(batchSize > 0, "a batch holds at least one photo")
    self.store = store
    self.order = order
    self.batchSize = batchSize
    end = dropLast ? order.count / batchSize : (order.count + batchSize - 1) / batchSize
    toRead = from
    toGive = from
    ahead = 2 * workers
    for _ in 0..<workers {
      let thread = Thread { [weak self] in BatchLoader.work { self } }
      thread.stackSize = 4 << 20
      thread.start()
    }
  }

  deinit { close() }

  /// The next batch, or nil after the last.
  public func next() throws -> FaceBatch? {
    guard toGive < end else { return nil }
    defer { toGive += 1 }
    guard ahead > 0 else { return try read(toGive) }
    condition.lock()
    defer { condition.unlock() }
    while ready[toGive] == nil { condition.wait() }
    let result = ready.removeValue(forKey: toGive)!
    condition.broadcast()
    return try result.get()
  }

  /// Stops the threads once they have finished what they are reading.
  public func close() {
    condition.withLock {
      isClosed = true
      condition.broadcast()
    }
  }

  /// A thread's life. It holds the loader only while it reads, so that dropping the loader ends it.
  private static func work(_ loader: () -> BatchLoader?) {
    while true {
      guard let self = loader(), let batch = self.claim() else { return }
      if batch < 0 { continue }
      let result = Result { try self.read(batch) }
      self.condition.withLock {
        self.ready[batch] = result
        self.condition.broadcast()
      }
    }
  }

  /// The next batch to read; -1 when it is too early for another; nil when there is none.
  private func claim() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    if isClosed || toRead >= end { return nil }
    if toRead >= toGive + ahead {
      _ = condition.wait(until: Date(timeIntervalSinceNow: 0.05))
      return -1
    }
    toRead += 1
    return toRead - 1
  }

  private func read(_ batch: Int) throws -> FaceBatch {
    let wanted = Array(order[(batch * batchSize)..<min(order.count, (batch + 1) * batchSize)])
    let (photos, indices, damaged) = try store.batch(wanted)
    return FaceBatch(
      photos: photos, labels: indices.map { store.dataset.label(at: $0) }, indices: indices, damaged: damaged)
  }
}
