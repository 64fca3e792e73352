import FaceDatasets
import Foundation
import Torch

/// A `.rec` to read, packed for the benchmark and deleted after it.
final class PackedRecords {
  /// Photos that are packed at most.
  static let most = 3000
  static let batch = 128

  let path: String
  /// What was packed, in words.
  let source: String

  /// Packs the first photos of LFW at `lfw` as `facet pack --center-crop 0.6` does: 112 x 112, quality 95. Without LFW,
  /// procedural faces.
  init(lfw: String) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("facet-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    path = folder.path + "/train.rec"
    var dataset: any FaceDataset
    if FileManager.default.fileExists(atPath: lfw) {
      let photos = try LFW(root: lfw)
      let first = (0..<min(photos.count, PackedRecords.most)).map { photos.files.path(at: $0) }
      dataset = try CenterCropped(ImageList(name: "lfw", paths: first), fraction: 0.6)
    } else {
      dataset = try ProceduralFaces(identities: 100, photosPerIdentity: 5, imageSize: 112, seed: 0)
    }
    source = "\(dataset.count) photos of \(dataset.name)"
    _ = try RecordPacking(dataset).write(to: path, threads: ProcessInfo.processInfo.activeProcessorCount)
  }

  deinit {
    try? FileManager.default.removeItem(at: URL(fileURLWithPath: path).deletingLastPathComponent())
  }
}

/// Facet reads on one thread: records at random, decoded, as network input [B, 3, 112, 112] in [-1, 1]. Steps are timed in
/// processor seconds, which is what a core is worth whatever else runs on the machine.
final class FacetReading: Contender {
  private let records: PackedRecords
  private let store: PhotoStore
  private var round: UInt64 = 0
  /// The mean of all numbers of the last step.
  private(set) var mean = 0.0

  init(_ records: PackedRecords) throws {
    self.records = records
    store = PhotoStore(try RecordDataset(records.path), side: 112, memoryLimit: 0)
  }

  /// What the process has had of all processors so far.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  var count: Int { store.dataset.count }

  func step() throws -> Double {
    round += 1
    var random = SeededRandom(seed: round, stream: "record order")
    let order = (0..<count).map { (random.next(), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
    var batches: [Tensor] = []
    let threads = Runtime.threads
    Runtime.threads = 1
    defer { Runtime.threads = threads }
    let start = FacetReading.processorSeconds
    do {
      // Without workers everything is done by this thread.
      let loader = BatchLoader(store, order: order, batchSize: PackedRecords.batch, dropLast: false, workers: 0)
      while let batch = try loader.next() {
        let whole = batch.indices.map { _ in AffineMap.identity }
        batches.append(try Tensor.networkInput(batch.photos, through: whole, size: 112))
      }
    }
    let time = FacetReading.processorSeconds - start
    let sum = try batches.reduce(0) { try $0 + $1.to(.float64).sum().item() }
    mean = sum / Double(batches.reduce(0) { $0 + $1.count })
    return time
  }
}

extension FacetReading {
  /// Throws unless the other side read the same photos to the same numbers. Decoders round differently, by far less than this.
  func compare(with peer: any Contender) throws {
    guard let peer = peer as? PythonReading, abs(peer.mean - mean) > 1e-3 else { return }
    throw BenchmarkError.differentPhotos(facet: mean, peer: peer.mean)
  }
}

/// Python reads in one worker of a DataLoader, or in its own process (`peers/read_records.py`).
final class PythonReading: Contender {
  private let process: PeerProcess
  private(set) var mean = 0.0

  init(_ records: PackedRecords, _ setup: Setup, workers: Int) throws {
    process = try PeerProcess(
      setup.python,
      [
        setup.peer("read_records.py"), "--records", records.path, "--batch", "\(PackedRecords.batch)", "--workers",
        "\(workers)",
      ])
    _ = try process.greeting()
  }

  func step() throws -> Double {
    try process.writeLine("step")
    let line = try process.readLine()
    let numbers = line.split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 2, numbers[0] > 0 else {
      throw BenchmarkError.unexpected(line: line, wanted: "seconds and a mean")
    }
    mean = numbers[1]
    return numbers[0]
  }
}
