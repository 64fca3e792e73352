import FaceDatasets
import FaceImages
import Foundation

/// Photos that can be told apart: every pixel of photo `i` is (i, 2 i, label). Some of them may be damaged.
struct NumberedPhotos: FaceDataset {
  var name = "numbered"
  var count = 24
  var identityCount = 4
  var damaged: Set<Int> = []
  /// Counts how often each photo was decoded.
  var log = ReadLog()
  /// Seconds that decoding photo `i` takes.
  var delay: @Sendable (Int) -> Double = { _ in 0 }

  func label(at index: Int) -> Int { index % identityCount }
  func source(at index: Int) -> String { "photo \(index)" }

  func image(at index: Int, minimumSide: Int?) throws -> Image {
    log.add(index)
    let seconds = delay(index)
    if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
    if damaged.contains(index) { throw NumberedPhotosError.damaged(index) }
    return Image(width: 10, height: 12, color: RGB(UInt8(index), UInt8(2 * index), UInt8(label(at: index))))
  }
}

enum NumberedPhotosError: Error { case damaged(Int) }

final class ReadLog: @unchecked Sendable {
  private let lock = NSLock()
  private var counts: [Int: Int] = [:]
  func add(_ index: Int) { lock.withLock { counts[index, default: 0] += 1 } }
  func times(_ index: Int) -> Int { lock.withLock { counts[index] ?? 0 } }
  var total: Int { lock.withLock { counts.values.reduce(0, +) } }
}
