import FaceImages

/// Every photo of another dataset cut to its middle: LFW's photos show the face in the middle fraction.
public struct CenterCropped: CutFaces {
  public let base: any FaceDataset
  /// The part of width and height that is kept, one of ``fractions``.
  public let fraction: Double

  /// The parts of a photo's width and height that can be kept: less shows no face.
  public static let fractions = 0.01...1.0

  /// - Parameter fraction: The part of width and height to keep, one of ``fractions``; `DatasetError` otherwise.
  public init(_ base: any FaceDataset, fraction: Double) throws {
    guard CenterCropped.fractions.contains(fraction) else {
      throw DatasetError(
        .invalidRequest, path: base.name, problem: "cannot keep the middle \(fraction) of a photo",
        remedy: "give a fraction from 0.01 to 1")
    }
    self.base = base
    self.fraction = fraction
  }

  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    let wanted = minimumSide.map { CenterCropped.side(keeping: $0, fraction: fraction) }
    let image = try base.image(at: index, minimumSide: wanted)
    let (x, width) = kept(of: image.width)
    let (y, height) = kept(of: image.height)
    return image.cropped(x: x, y: y, width: width, height: height)
  }

  /// The base's annotation in pixels of the cropped photo. Parts that were cut off lie outside of it.
  public func annotation(at index: Int) throws -> FaceAnnotation? {
    guard let annotation = try base.annotation(at: index) else { return nil }
    let size = try base.size(at: index)
    return annotation.shifted(x: -Float(kept(of: size.width).start), y: -Float(kept(of: size.height).start))
  }

  /// The base's part map, cropped as the photo is.
  public func partMap(at index: Int) throws -> PartMap? {
    guard let map = try base.partMap(at: index) else { return nil }
    let (columns, rows) = (kept(of: map.width), kept(of: map.height))
    return map.cropped(x: columns.start, y: rows.start, width: columns.count, height: rows.count)
  }

  public func size(at index: Int) throws -> (width: Int, height: Int) {
    let full = try base.size(at: index)
    return (kept(of: full.width).count, kept(of: full.height).count)
  }

  /// The side in pixels of a photo whose middle is `side` pixels long; at most what 32 bits can say, for crops of crops
  /// would ask for more and more.
  static func side(keeping side: Int, fraction: Double) -> Int {
    Int(min((Double(side) / fraction).rounded(.up), Double(Int32.max)))
  }

  private func kept(of side: Int) -> (start: Int, count: Int) {
    let count = min(side, max(1, Int((Double(side) * fraction).rounded())))
    return ((side - count) / 2, count)
  }
}

extension FaceDataset {
  /// The photos cut to their middle; themselves for a fraction of 1. Throws as ``CenterCropped`` does.
  public func centerCropped(_ fraction: Double) throws -> any FaceDataset {
    fraction == 1 ? self : try CenterCropped(self, fraction: fraction)
  }
}

extension FaceAnnotation {
  /// The same face in a photo whose origin lies elsewhere.
  public func shifted(x: Float, y: Float) -> FaceAnnotation {
    var shifted = self
    for index in shifted.centers.indices {
      shifted.centers[index].x += x
      shifted.centers[index].y += y
    }
    return shifted
  }
}
