import AtomicFiles
import Foundation

/// Writes the pairs of a protocol as InsightFace's `.bin`, which Python's `pickle` and arcface_torch read.
public struct BinPacking: Sendable {
  public struct Outcome: Sendable {
    public let pairs: Int
    /// Photos that could not be read; their pairs are left out.
    public let damaged: [DamagedPhoto]
  }

  private let set: VerificationSet
  private let photos: PackedPhotos

  /// - Parameters:
  ///   - side: Side of the squares that photos are stretched to, in pixels; nil leaves them as they are.
  ///   - quality: JPEG quality, 1 to 100.
  /// - Throws: `DatasetError` for a side or quality that makes no photos.
  public init(_ set: VerificationSet, side: Int? = 112, quality: Int = 95) throws {
    self.set = set
    photos = try PackedPhotos(set.dataset, side: side, quality: quality)
  }

  /// Writes the file with several threads, pairs by fold, since InsightFace cuts folds in the order of the file. Throws
  /// `FileWriteError`, or `DatasetError` when no pair can be read.
  public func write(to path: String, threads: Int, progress: (Int) -> Void = { _ in }) throws -> Outcome {
    let pairs = set.pairs.enumerated().sorted { ($0.element.fold, $0.offset) < ($1.element.fold, $1.offset) }
      .map(\.element)
    var answers: [Bool] = []
    var damaged: [Int: DamagedPhoto] = [:]
    try writeAtomically(to: path) { file in
      // Protocol 3, a tuple of two lists.
      try file.append(Data([0x80, 3, 0x5d, 0x28]))
      var first: Data?
      try photos.forEach(pairs.flatMap { [$0.first, $0.second] }, threads: threads) { place, picture in
        let (pair, isFirst) = (pairs[place / 2], place % 2 == 0)
        let jpeg = try? picture.get()
        if case .failure(let error) = picture {
          let index = isFirst ? pair.first : pair.second
          damaged[index] = DamagedPhoto(index: index, source: set.dataset.source(at: index), error: error)
        }
        if isFirst {
          first = jpeg
        } else if let first, let jpeg {
          try file.append(BinPacking.bytes(first) + BinPacking.bytes(jpeg))
          answers.append(pair.same)
        }
        progress(place + 1)
      }
      guard !answers.isEmpty else {
        throw DatasetError(
          .empty, path: set.dataset.name, problem: "none of the \(pairs.count) pairs of \(set.name) can be read",
          remedy: "look at one photo: \(damaged.values.min { $0.index < $1.index }?.reason ?? "there is none")")
      }
      try file.append(Data([0x65, 0x5d, 0x28] + answers.map { $0 ? 0x88 : 0x89 } + [0x65, 0x86, 0x2e]))
    }
    return Outcome(pairs: answers.count, damaged: damaged.values.sorted { $0.index < $1.index })
  }

  /// Python's bytes: their length in 4 bytes before them.
  private static func bytes(_ data: Data) -> Data {
    Data([0x42]) + withUnsafeBytes(of: UInt32(data.count).littleEndian) { Data($0) } + data
  }
}
