import FaceImages
import Foundation

/// The photos of a dataset as JPEG files of one size, for what InsightFace keeps them in.
struct PackedPhotos: Sendable {
  let dataset: any FaceDataset
  /// Side of the squares that photos are stretched to, in pixels; nil leaves them as they are.
  let side: Int?
  /// JPEG quality, 1 to 100.
  let quality: Int

  /// Photos a round: read and compressed side by side, then taken in order.
  private static let round = 256

  /// Throws `DatasetError` for a side or quality that makes no photos.
  init(_ dataset: any FaceDataset, side: Int?, quality: Int) throws {
    guard side.map({ (8...4096).contains($0) }) ?? true, (1...100).contains(quality) else {
      throw DatasetError(
        .invalidRequest, path: dataset.name,
        problem: "cannot write photos of \(side ?? 0) pixels at quality \(quality)",
        remedy: "choose 8 to 4096 pixels and quality 1 to 100")
    }
    (self.dataset, self.side, self.quality) = (dataset, side, quality)
  }

  /// Reads and compresses the photos `indices` with several threads, and calls `body` for each in order, with its place in
  /// the list and its JPEG file, or why there is none. Throws what `body` throws.
  func forEach(_ indices: [Int], threads: Int, _ body: (Int, Result<Data, any Error>) throws -> Void) throws {
    for start in stride(from: 0, to: indices.count, by: PackedPhotos.round) {
      let round = Array(indices[start..<min(start + PackedPhotos.round, indices.count)])
      for (place, picture) in pictures(round, threads: threads).enumerated() { try body(start + place, picture) }
    }
  }

  private func pictures(_ indices: [Int], threads: Int) -> [Result<Data, any Error>] {
    let state = SharedWork()
    let results = Results(count: indices.count)
    DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
      while let place = state.next(below: indices.count) {
        results.set(place, Result { try picture(indices[place]) })
      }
    }
    return results.all
  }

  private func picture(_ index: Int) throws -> Data {
    // What is stored as it should be is not compressed a second time.
    if side == nil, let stored = dataset as? any StoredPictures {
      return try stored.withPicture(at: index) { bytes in
        _ = try Image.size(of: bytes, name: dataset.source(at: index))
        return Data(bytes)
      }
    }
    let image = try dataset.image(at: index, minimumSide: side)
    return try (side.map { image.resized(width: $0, height: $0) } ?? image).jpegData(quality: quality)
  }
}

/// A dataset whose photos are whole image files in memory.
protocol StoredPictures: FaceDataset {
  func withPicture<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result
}

extension StoredPictures {
  /// Decodes photo `index`. A picture may have as many pixels as its bytes explain: a header alone is quickly written.
  func decoded(at index: Int, minimumSide: Int?) throws -> Image {
    try withPicture(at: index) { bytes in
      try Image(
        decoding: bytes, name: source(at: index), minimumSide: minimumSide,
        maximumPixels: max(1 << 20, min(100_000_000, 512 * bytes.count)))
    }
  }
}

extension RecordDataset: StoredPictures {}

/// What threads write, each at places of its own.
private final class Results: @unchecked Sendable {
  private let lock = NSLock()
  private var values: [Result<Data, any Error>]

  init(count: Int) { values = Array(repeating: .success(Data()), count: count) }

  var all: [Result<Data, any Error>] { lock.withLock { values } }

  func set(_ place: Int, _ value: Result<Data, any Error>) { lock.withLock { values[place] = value } }
}
