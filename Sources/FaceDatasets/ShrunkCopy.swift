import AtomicFiles
import FaceImages
import Foundation

/// A copy of a dataset's folder with every photo shrunk to what training reads: a hundredth of the bytes, quickly read,
/// small enough to carry to another machine.
///
/// Photos keep their names and proportions; their shorter side becomes `side` pixels at most. CFP's landmarks
/// (`Data/Fiducials`) shrink with their photos. All other files are copied as they are.
public struct ShrunkCopy: Sendable {
  public let source: String
  public let target: String
  /// The shorter side of a shrunk photo in pixels.
  public let side: Int
  /// The part of a photo's width and height that is kept, around its middle; one of ``CenterCropped/fractions``.
  public let fraction: Double
  /// Finds the face that a photo is cut to before it is shrunk; nil for whole photos.
  public let detector: FaceDetector?
  /// Quality of JPEG and WebP, 1 to 100.
  public let quality: Int
  private let files: [String]

  /// Lists the files of `source`. Throws `DatasetError` when it is no folder or holds no photo, `target` exists or lies inside
  /// of it, photos with landmarks are to be cut, or its files hold places in pixels that would not shrink: IJB's, and what
  /// `facet faces` writes.
  public init(
    of source: String, to target: String, side: Int, fraction: Double = 1, detector: FaceDetector? = nil,
    quality: Int = 95
  ) throws {
    func standard(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }
    guard (8...4096).contains(side), (1...100).contains(quality), CenterCropped.fractions.contains(fraction) else {
      throw DatasetError(
        .invalidRequest, path: source,
        problem: "cannot shrink the middle \(fraction) to \(side) pixels at quality \(quality)",
        remedy: "choose a middle of 0.01 to 1, 8 to 4096 pixels and quality 1 to 100")
    }
    let target = NewFolder.name(target)
    guard !FileManager.default.fileExists(atPath: target), !standard(target).hasPrefix(standard(source) + "/") else {
      throw DatasetError(
        .invalidRequest, path: target, problem: "exists already, or lies inside of what is copied",
        remedy: "name a new folder elsewhere")
    }
    let placed =
      DatasetLayout(of: source) == .ijb
      ? "its tables say where faces are in the photos as they are"
      : RenderedFolder.photos(of: source) != source ? "its part masks and landmarks fit the photos as they are" : nil
    if let placed {
      throw DatasetError(
        .invalidRequest, path: source, problem: "cannot be shrunk: \(placed)",
        remedy: "read it as it is, or its photos alone")
    }
    self.source = source
    self.target = target
    self.side = side
    self.fraction = fraction
    self.detector = detector
    self.quality = quality
    files = try Disk.files(root: source, folder: "") { !Disk.isFolder(Disk.join(source, $0)) }
    guard files.contains(where: Disk.isPhoto) else {
      throw DatasetError(.empty, path: source, problem: "holds no photo to shrink", remedy: "name a folder of photos")
    }
    if fraction < 1 || detector != nil, let marked = files.first(where: { photo(ofLandmarks: $0) != nil }) {
      throw DatasetError(
        .invalidRequest, path: Disk.join(source, marked), problem: "are landmarks of a photo that would be cut",
        remedy: "keep whole photos where there are landmarks")
    }
  }

  public var count: Int { files.count }

  /// Copies with several threads and returns the photos that could not be read; they are left out. The folder appears
  /// under its name when all is done. `progress` is called with the number done, from any thread. Throws what writing or
  /// `progress` throws, and then there is no folder.
  public func write(threads: Int, progress: @Sendable (Int) throws -> Void = { _ in }) throws -> [DamagedPhoto] {
    try NewFolder.fill(target, count: files.count, threads: threads, progress: progress) { try copy($0, to: $1) }
  }

  /// Copies a file below `folder`, or returns why its photo cannot be read. Throws what writing throws.
  private func copy(_ index: Int, to folder: String) throws -> DamagedPhoto? {
    let (from, to) = (Disk.join(source, files[index]), Disk.join(folder, files[index]))
    let shrunk: Data?
    do {
      shrunk = try contents(files[index])
    } catch let error where error is ImageError || error is DetectionError {
      return DamagedPhoto(index: index, source: from, error: error)
    }
    try FileManager.default.createDirectory(atPath: Disk.folder(of: to), withIntermediateDirectories: true)
    if let shrunk {
      try writeAtomically(shrunk, to: to)
    } else {
      try FileManager.default.copyItem(atPath: from, toPath: to)
    }
    return nil
  }

  /// What the copy of a photo, or of its landmarks, holds; nil for a file that is copied as it is.
  private func contents(_ file: String) throws -> Data? {
    let path = Disk.join(source, file)
    if Disk.isPhoto(file) {
      let wanted = CenterCropped.side(keeping: side, fraction: fraction)
      let whole = try PhotoReader(detector: detector).read(path, minimumSide: wanted).photo
      return try shrunk(whole.centerCropped(fraction: fraction)).encoded(for: path, quality: quality)
    }
    guard let photo = photo(ofLandmarks: file) else { return nil }
    return Data(try shrunkLandmarks(path, of: photo).utf8)
  }

  private func shrunk(_ image: Image) -> Image {
    let scale = scale(width: image.frame.width, height: image.frame.height)
    func length(_ side: Double) -> Int { max(1, Int((side * scale).rounded())) }
    return image.resized(width: length(image.frame.width), height: length(image.frame.height))
  }

  private func scale(width: Double, height: Double) -> Double { min(1, Double(side) / min(width, height)) }

  /// The photo of a file of CFP's landmarks; nil for other files.
  private func photo(ofLandmarks file: String) -> String? {
    guard file.contains("Fiducials/"), file.hasSuffix(".txt") else { return nil }
    let photo = file.replacingOccurrences(of: "Fiducials/", with: "Images/").dropLast(3) + "jpg"
    let path = Disk.join(source, String(photo))
    return Disk.isFile(path) ? path : nil
  }

  /// The same places in the shrunk photo: along each axis by the ratio of the sides as they were rounded.
  private func shrunkLandmarks(_ file: String, of photo: String) throws -> String {
    let size = try Image.size(ofFile: photo)
    let scale = scale(width: Double(size.width), height: Double(size.height))
    let ratio = [size.width, size.height].map { max(1, (Double($0) * scale).rounded()) / Double($0) }
    let lines = try Disk.lines(file).map { line in
      let point: SIMD2<Double> = try CFPLandmarks.point(line, of: file)
      return "\(point.x * ratio[0]),\(point.y * ratio[1])"
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
