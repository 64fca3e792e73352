/// Finds the largest face of a photo, with dlib's detector for frontal faces (King, "Max-Margin Object Detection", arXiv
/// 1502.00046, 2015): gradient histograms in a window of 80 pixels that slides over a pyramid. Profiles are missed as a rule.
///
/// Safe from any thread.
public struct FaceDetector: Sendable {
  /// The detector and its version: "dlib 19.24".
  public var name: String { library.name }
  private let library: DetectorLibrary

  /// How much larger than the detector's box a crop is, on each side the same. Its boxes reach from the brows to the chin; about
  /// 1.33 times as wide and 1.21 times as high are CFP's crops, 1.40 is the middle 60 % of LFW's photos (medians).
  static let margin = 1.35
  /// Longest sides in pixels that photos are looked at with, the second when nothing was found with the first: faces down to a
  /// tenth and a twentieth of the longest side are found. Small photos are enlarged, by no more than the factors beside: twice as
  /// large, boxes are a quarter steadier (LFW).
  static let looks = [(side: 800, enlargement: 2.0), (side: 1600, enlargement: 4.0)]

  /// Opens the detector. Throws ``DetectionError`` when it is not installed or cannot be used.
  public init() throws { library = try DetectorLibrary.shared.get() }

  /// Where to cut a photo for a network: the largest face with a margin, a square up to rounding.
  ///
  /// - Parameter name: What errors call the photo.
  /// - Returns: The place, and how many faces it is the largest of.
  /// - Throws: ``DetectionError`` when there is no face.
  public func largestFace(in photo: Image, name: String) throws -> (box: FaceBox, found: Int) {
    for look in FaceDetector.looks {
      let scale = min(Double(look.side) / Double(max(photo.width, photo.height)), look.enlargement)
      let faces = try faces(in: photo, scale: scale, name: name)
      if let face = faces.max(by: { $0.area < $1.area }) { return (face.grown(by: FaceDetector.margin), faces.count) }
    }
    throw DetectionError.noFace(name: name)
  }

  /// The detector's boxes in pixels of the photo, seen `scale` times as large.
  private func faces(in photo: Image, scale: Double, name: String) throws -> [FaceBox] {
    func scaled(_ side: Int) -> Int { max(1, Int((Double(side) * scale).rounded())) }
    let seen = photo.resized(width: scaled(photo.width), height: scaled(photo.height))
    let (across, down) = (Double(photo.width) / Double(seen.width), Double(photo.height) / Double(seen.height))
    return try find(seen, name: name).map { box in
      FaceBox(
        x: Int((box[0] * across).rounded()), y: Int((box[1] * down).rounded()), width: Int((box[2] * across).rounded()),
        height: Int((box[3] * down).rounded()))
    }
  }

  /// Left, top, width and height of each face.
  private func find(_ photo: Image, name: String) throws -> [[Double]] {
    let capacity = 256
    var boxes = [Double](repeating: 0, count: 5 * capacity)
    var message = [CChar](repeating: 0, count: 256)
    let count = library.find(
      photo.pixels, Int32(photo.width), Int32(photo.height), &boxes, Int32(capacity), &message, Int32(message.count))
    guard count >= 0 else {
      let reason = String(decoding: message.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      throw DetectionError.failed(name: name, reason: reason)
    }
    return (0..<min(Int(count), capacity)).map { Array(boxes[(5 * $0)..<(5 * $0 + 4)]) }
  }
}
