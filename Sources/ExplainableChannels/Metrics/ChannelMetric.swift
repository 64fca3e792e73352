import FaceDatasets

/// What is known of one measured image besides its activations.
public struct MeasuredImage: Sendable {
  /// The image's index in its dataset, by which examples are named.
  public var index: Int
  /// Whose photo it is. Intervals resample groups, since photos of one person are not independent. Nil: its own.
  public var group: Int?
  /// Map cells to pixels of the source photo.
  public var geometry: AffineMap
  /// Where the parts are, in pixels of the source photo, or nil when nobody has said.
  public var annotation: FaceAnnotation?
  /// The true part of every pixel of the source photo, or nil.
  public var labels: PartLabels?

  public init(
    index: Int, group: Int? = nil, geometry: AffineMap, annotation: FaceAnnotation?, labels: PartLabels? = nil
  ) {
    self.index = index
    self.group = group
    self.geometry = geometry
    self.annotation = annotation
    self.labels = labels
  }

  /// The face's unit of length in photo pixels; nil without an annotation or when it makes no sense.
  var eyeMouthDistance: Double? {
    guard let length = annotation?.eyeMouthDistance, length.isFinite, length > 0 else { return nil }
    return Double(length)
  }
}

/// A number for each channel that is an average of some kind over images, so that images can be reweighted to say
/// how sure the number is.
protocol ChannelMetric {
  /// The metric of each channel when image `n` counts `weights[n]` times; NaN where it is not defined.
  func perChannel(weights: [Float]) -> [Double]
}

extension Array where Element == Double {
  /// The mean of the values that are defined; NaN when none is.
  var definedMean: Double {
    var sum = 0.0
    var count = 0
    for value in self where !value.isNaN {
      sum += value
      count += 1
    }
    return count == 0 ? .nan : sum / Double(count)
  }
}

extension Double {
  /// Nil for NaN, which JSON cannot hold.
  var defined: Double? { isNaN ? nil : self }
}
