import FaceImages
import Foundation
import Torch

/// A photo that was left out: it could not be read, or shows nothing to work on.
public struct DamagedPhoto: Sendable, Codable, Hashable, CustomStringConvertible {
  public let index: Int
  public let source: String
  public let reason: String
  /// Written only where it is so: files from before it was known are of photos that could not be read.
  private let read: Bool?

  public init(index: Int, source: String, reason: String, wasRead: Bool = false) {
    self.index = index
    self.source = source
    self.reason = reason
    read = wasRead ? true : nil
  }

  /// Left out for `error`; a photo in which no face was found could be read.
  public init(index: Int, source: String, error: any Error) {
    self.init(index: index, source: source, reason: String(describing: error), wasRead: error is DetectionError)
  }

  /// Whether it could be read, and was left out for what it shows.
  public var wasRead: Bool { read ?? false }

  /// Which photo, and what is wrong with it. Most reasons name the photo themselves.
  public var description: String { reason.hasPrefix(source + ":") ? reason : "\(source): \(reason)" }
}

/// The photos of a dataset as small squares of one size, decoded once and kept in memory as far as `memoryLimit` goes; one that comes
/// several times is kept once.
/// Safe from any thread.
public final class PhotoStore: @unchecked Sendable {
  public let dataset: any FaceDataset
  /// Side of the squares in pixels.
  public let side: Int
  private let lock = NSLock()
  private var kept: [[UInt8]?]
  private var room: Int

  /// Photos are stretched to squares of `side` pixels. `memoryLimit` in bytes.
  public init(_ dataset: any FaceDataset, side: Int, memoryLimit: Int = 4 << 30) {
    self.dataset = dataset
    self.side = side
    kept = Array(repeating: nil, count: dataset.count)
    room = memoryLimit
  }

  /// Bytes a photo: side x side x RGB.
  public var byteCount: Int { side * side * 3 }

  /// The square of photo `index`, RGB row by row. Throws when the photo is damaged or missing.
  public func pixels(at index: Int) throws -> [UInt8] {
    let original = dataset.original(of: index)
    if let ready = lock.withLock({ kept[original] }) { return ready }
    let square = try dataset.image(at: index, minimumSide: side).resized(width: side, height: side).pixels
    lock.withLock {
      guard kept[original] == nil, room >= square.count else { return }
      kept[original] = square
      room -= square.count
    }
    return square
  }

  /// Reads photos with several threads, keeps them as far as memory goes, and returns those that cannot be read. Those that
  /// find no room are read too: a damaged one is to be known before it is needed.
  ///
  /// - Parameters:
  ///   - progress: Called with the number done, from any thread.
  ///   - isStopped: Asked before each photo, from any thread. Once it says yes, no more are read.
  public func preload(
    _ indices: [Int], threads: Int, progress: @Sendable (Int) -> Void = { _ in },
    isStopped: @escaping @Sendable () -> Bool = { false }
  ) -> [DamagedPhoto] {
    let state = SharedWork()
    withoutActuallyEscaping(progress) { progress in
      DispatchQueue.concurrentPerform(iterations: max(1, threads)) { _ in
        while !isStopped(), let place = state.next(below: indices.count) {
          do {
            _ = try pixels(at: indices[place])
          } catch {
            let source = dataset.source(at: indices[place])
            state.add(DamagedPhoto(index: indices[place], source: source, error: error))
          }
          progress(state.finish())
        }
      }
    }
    return state.damaged.sorted { $0.index < $1.index }
  }

  /// Photos as one tensor of bytes [B, side, side, 3]; those that cannot be read are left out and named.
  public func batch(_ indices: [Int]) throws -> (photos: Tensor, indices: [Int], damaged: [DamagedPhoto]) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(indices.count * byteCount)
    var read: [Int] = []
    var damaged: [DamagedPhoto] = []
    for index in indices {
      do {
        bytes += try pixels(at: index)
        read.append(index)
      } catch {
        damaged.append(DamagedPhoto(index: index, source: dataset.source(at: index), error: error))
      }
    }
    return (try Tensor(bytes, [read.count, side, side, 3]), read, damaged)
  }
}
