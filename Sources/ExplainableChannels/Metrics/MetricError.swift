/// What can be wrong with the numbers an explainability metric is given.
public enum MetricError: Error, Equatable, CustomStringConvertible {
  /// The activations of an image do not have the announced shape.
  case activationCount(image: Int, got: Int, channels: Int, height: Int, width: Int)
  /// A channel's activations contain NaN or plus infinity.
  case notFinite(image: Int, channel: Int)
  /// The map from cells to photo pixels is flat or not finite, so places cannot be mapped back.
  case degenerateGeometry(image: Int)
  /// A part-label map has a wrong size.
  case labelCount(got: Int, width: Int, height: Int)
  /// A part-label map has a value that is neither a part nor "none".
  case unknownLabel(UInt8)
  /// A setting is outside its range.
  case setting(name: String, value: String, expected: String)
  /// Scores were asked for before any image was measured.
  case noImages

  public var description: String {
    switch self {
    case .activationCount(let image, let got, let channels, let height, let width):
      "image \(image): \(got) activations where \(channels) channels of \(height) x \(width) cells were announced; "
        + "measure the layer whose size the meter was made for"
    case .notFinite(let image, let channel):
      "image \(image): channel \(channel) has activations that are NaN or infinite; "
        + "the model has diverged or its weights are damaged, so measure an earlier checkpoint"
    case .degenerateGeometry(let image):
      "image \(image): its crop or transform has no area, so map cells have no place in the photo; "
        + "give a crop of at least one pixel"
    case .labelCount(let got, let width, let height):
      "a part-label map of \(width) x \(height) pixels needs \(width * height) labels, got \(got)"
    case .unknownLabel(let label):
      "part label \(label) is not known; use 0 to \(FacePartLabel.count - 1) in the order of the parts, or 255 for none"
    case .setting(let name, let value, let expected):
      "\(name) is \(value); it has to be \(expected)"
    case .noImages:
      "no image was measured, so there is nothing to score; check that the dataset is not empty"
    }
  }
}
