import FaceDatasets
import Foundation
import Testing
import Torch

@Suite(.timeLimit(.minutes(1))) struct BatchLoaderTests {
  private struct Seen: Equatable {
    var indices: [Int]
    var labels: [Int]
    var firsts: [UInt8]
  }

  private func batches(
    _ photos: NumberedPhotos, order: [Int], size: Int = 5, from: Int = 0, dropLast: Bool = false, workers: Int
  ) throws -> [Seen] {
    let loader = BatchLoader(
      PhotoStore(photos, side: 4, memoryLimit: 0), order: order, batchSize: size, from: from, dropLast: dropLast,
      workers: workers)
    var seen: [Seen] = []
    while let batch = try loader.next() {
      let bytes = try batch.photos.bytes()
      let firsts = batch.indices.indices.map { bytes[$0 * 48] }
      seen.append(Seen(indices: batch.indices, labels: batch.labels, firsts: firsts))
    }
    #expect(try loader.next() == nil, "the end stays the end")
    return seen
  }

  @Test func batchesDependOnTheOrderAlone() throws {
    var random = SeededRandom(seed: 3)
    let order = random.permutation(24)
    // The first photos take longest, so that threads finish out of order.
    let photos = NumberedPhotos(delay: { $0 % 3 == 0 ? 0.004 : 0 })
    let alone = try batches(photos, order: order, workers: 0)
    #expect(alone.flatMap(\.indices) == order)
    #expect(alone.flatMap(\.labels) == order.map { $0 % 4 })
    #expect(alone.flatMap(\.firsts) == order.map(UInt8.init))
    for workers in [1, 2, 5] { #expect(try batches(photos, order: order, workers: workers) == alone) }
  }

  @Test(arguments: [0, 2]) func theLastBatchIsShortOrDropped(workers: Int) throws {
    let order = Array(0..<24)
    #expect(try batches(NumberedPhotos(), order: order, workers: workers).map(\.indices.count) == [5, 5, 5, 5, 4])
    #expect(
      try batches(NumberedPhotos(), order: order, dropLast: true, workers: workers).map(\.indices.count)
        == [5, 5, 5, 5])
  }

  @Test(arguments: [0, 2]) func anEpochCanBeginInItsMiddle(workers: Int) throws {
    let order = Array(0..<24)
    let all = try batches(NumberedPhotos(), order: order, workers: workers)
    #expect(try batches(NumberedPhotos(), order: order, from: 3, workers: workers) == Array(all[3...]))
    #expect(try batches(NumberedPhotos(), order: order, from: 5, workers: workers).isEmpty)
    #expect(try batches(NumberedPhotos(), order: [], workers: workers).isEmpty)
  }

  @Test(arguments: [0, 2]) func damagedPhotosAreNamedInTheirBatch(workers: Int) throws {
    let store = PhotoStore(NumberedPhotos(damaged: [6, 7]), side: 4)
    let loader = BatchLoader(store, order: Array(0..<12), batchSize: 4, dropLast: false, workers: workers)
    var damaged: [[Int]] = []
    while let batch = try loader.next() { damaged.append(batch.damaged.map(\.index)) }
    #expect(damaged == [[], [6, 7], []])
  }

  @Test func threadsDoNotReadTooFarAhead() throws {
    let photos = NumberedPhotos()
    let loader = BatchLoader(
      PhotoStore(photos, side: 4), order: Array(0..<24), batchSize: 1, dropLast: false, workers: 2)
    _ = try loader.next()
    Thread.sleep(forTimeInterval: 0.1)
    #expect(photos.log.total <= 5, "one given, four ahead")
  }

  @Test func aDroppedLoaderEndsItsThreads() throws {
    let photos = NumberedPhotos(delay: { _ in 0.002 })
    weak var dropped: BatchLoader?
    weak var held: PhotoStore?
    do {
      let store = PhotoStore(photos, side: 4, memoryLimit: 0)
      let loader = BatchLoader(store, order: Array(0..<24), batchSize: 1, dropLast: false, workers: 3)
      (dropped, held) = (loader, store)
      _ = try loader.next()
    }
    for _ in 0..<500 where dropped != nil || held != nil { Thread.sleep(forTimeInterval: 0.01) }
    #expect(dropped == nil, "a thread still holds the loader")
    #expect(held == nil, "a thread that waits holds what it reads from")
    Thread.sleep(forTimeInterval: 0.02)
    let read = photos.log.total
    Thread.sleep(forTimeInterval: 0.03)
    #expect(photos.log.total == read)
    #expect(read < 24)
  }

  @Test(arguments: [0, 2]) func aClosedLoaderGivesNothing(workers: Int) throws {
    let loader = BatchLoader(
      PhotoStore(NumberedPhotos(), side: 4), order: Array(0..<24), batchSize: 2, dropLast: false, workers: workers)
    _ = try loader.next()
    loader.close()
    #expect(try loader.next() == nil)
    loader.close()
  }

  @Test func manyLoadersAtOnceGetAlong() async throws {
    let store = PhotoStore(NumberedPhotos(), side: 4, memoryLimit: 500)
    let sums = try await withThrowingTaskGroup(of: Int.self) { group in
      for seed in 0..<4 {
        group.addTask {
          var random = SeededRandom(seed: UInt64(seed))
          let loader = BatchLoader(store, order: random.permutation(24), batchSize: 3, dropLast: false, workers: 2)
          var sum = 0
          while let batch = try loader.next() { sum += batch.indices.reduce(0, +) }
          return sum
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(sums == [276, 276, 276, 276])
  }
}
