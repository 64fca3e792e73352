import FaceImages
import Foundation

/// Every photo of another dataset cut to its largest face. Photos without a face cannot be read.
public final class DetectedFaces: CutFaces, @unchecked Sendable {
  public let base: any FaceDataset
  private let detector: FaceDetector
  private let lock = NSLock()
  private var boxes: [Int: FaceBox] = [:]

  public init(_ base: any FaceDataset, detector: FaceDetector) {
    self.base = base
    self.detector = detector
  }

  /// Decodes photo `index` whole and cuts it. Throws `DetectionError` when there is no face.
  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    let whole = try base.image(at: index, minimumSide: nil)
    return whole.cropped(to: try box(at: index, in: whole))
  }

  /// Where photo `index` is cut, in pixels of the whole photo. Throws when it cannot be read or has no face.
  public func box(at index: Int) throws -> FaceBox {
    if let known = lock.withLock({ boxes[index] }) { return known }
    return try box(at: index, in: base.image(at: index, minimumSide: nil))
  }

  private func box(at index: Int, in whole: Image) throws -> FaceBox {
    if let known = lock.withLock({ boxes[index] }) { return known }
    let box = try detector.largestFace(in: whole, name: source(at: index)).box
    lock.withLock { boxes[index] = box }
    return box
  }

  public func size(at index: Int) throws -> (width: Int, height: Int) {
    let box = try box(at: index)
    return (box.width, box.height)
  }

  /// The base's annotation in pixels of the cut photo. Parts that were cut off lie outside of it.
  public func annotation(at index: Int) throws -> FaceAnnotation? {
    guard let annotation = try base.annotation(at: index) else { return nil }
    let box = try box(at: index)
    return annotation.shifted(x: -Float(box.x), y: -Float(box.y))
  }

  /// The base's part map, cut as the photo is.
  public func partMap(at index: Int) throws -> PartMap? {
    guard let map = try base.partMap(at: index) else { return nil }
    let box = try box(at: index)
    return map.cropped(x: box.x, y: box.y, width: box.width, height: box.height)
  }
}
