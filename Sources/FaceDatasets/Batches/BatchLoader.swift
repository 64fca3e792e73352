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
/// depends on the order given and nothing else. Dropping the loader ends its threads.
public final class BatchLoader: Sendable {
  private let queue: BatchQueue
  /// How much is read ahead at most, two batches at least: with many cores, twice as many large batches would fill the memory.
  private static let bytesAhead = 1 << 30

  /// `order`: indices into the store's dataset. `from`: the first batch to read. `dropLast` leaves out a last batch that
  /// is not full. With no workers, batches are read when they are asked for. `pinned` photos lie in page-locked memory, from
  /// which a GPU takes them while the CPU goes on.
  public init(
    _ store: PhotoStore, order: [Int], batchSize: Int, from: Int = 0, dropLast: Bool, workers: Int, pinned: Bool = false
  ) {
    precondition(batchSize > 0, "a batch holds at least one photo")
    let end = dropLast ? order.count / batchSize : (order.count + batchSize - 1) / batchSize
    let most = max(2, BatchLoader.bytesAhead / max(1, batchSize * store.byteCount))
    let workers = max(0, min(workers, most))
    let queue = BatchQueue(
      store, order, batchSize: batchSize, batches: from..<max(from, end), ahead: min(2 * workers, most), pinned: pinned)
    self.queue = queue
    // The threads know the queue and not the loader, so that they do not keep it alive.
    for _ in 0..<workers {
      let thread = Thread { queue.work() }
      thread.stackSize = 4 << 20
      thread.start()
    }
  }

  deinit { close() }

  /// The next batch, or nil after the last and once the loader is closed.
  public func next() throws -> FaceBatch? { try queue.next() }

  /// Stops the threads once they have finished what they are reading.
  public func close() { queue.close() }
}

/// What a loader and its threads share.
private final class BatchQueue: @unchecked Sendable {
  private let store: PhotoStore
  private let order: [Int]
  private let batchSize: Int
  private let end: Int
  private let ahead: Int
  private let pinned: Bool
  private let condition = NSCondition()
  private var ready: [Int: Result<FaceBatch, any Error>] = [:]
  private var toRead: Int
  private var toGive: Int
  private var isClosed = false

  init(_ store: PhotoStore, _ order: [Int], batchSize: Int, batches: Range<Int>, ahead: Int, pinned: Bool) {
    self.store = store
    self.order = order
    self.batchSize = batchSize
    self.ahead = ahead
    self.pinned = pinned
    end = batches.upperBound
    toRead = batches.lowerBound
    toGive = batches.lowerBound
  }

  func next() throws -> FaceBatch? {
    guard let (batch, result) = take() else { return nil }
    return try result?.get() ?? read(batch)
  }

  func close() {
    condition.withLock {
      isClosed = true
      ready = [:]
      condition.broadcast()
    }
  }

  /// A thread's life.
  func work() {
    while let batch = claim() {
      let result = Result { try read(batch) }
      condition.withLock {
        if !isClosed { ready[batch] = result }
        condition.broadcast()
      }
    }
  }

  /// Waits for the next batch; nil after the last. Its result is nil when nobody reads ahead.
  private func take() -> (batch: Int, result: Result<FaceBatch, any Error>?)? {
    condition.lock()
    defer { condition.unlock() }
    let batch = toGive
    while ahead > 0, batch < end, !isClosed, ready[batch] == nil { condition.wait() }
    guard batch < end, !isClosed else { return nil }
    toGive += 1
    condition.broadcast()
    return (batch, ready.removeValue(forKey: batch))
  }

  /// Waits until another batch may be read; nil when there is none.
  private func claim() -> Int? {
    condition.lock()
    defer { condition.unlock() }
    while !isClosed, toRead < end, toRead >= toGive + ahead { condition.wait() }
    guard !isClosed, toRead < end else { return nil }
    toRead += 1
    return toRead - 1
  }

  private func read(_ batch: Int) throws -> FaceBatch {
    let wanted = Array(order[(batch * batchSize)..<min(order.count, (batch + 1) * batchSize)])
    let (photos, indices, damaged) = try store.batch(wanted)
    return FaceBatch(
      photos: pinned ? try photos.pinned() : photos, labels: indices.map { store.dataset.label(at: $0) },
      indices: indices, damaged: damaged)
  }
}
