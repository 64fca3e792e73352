import AtomicFiles
import ExplainableChannels
import FaceEvaluation
import FaceImages
import Foundation

/// The files that `facet explain` leaves: the page, the picture of both faces, and the heat maps.
public enum ExplanationFolder {
  /// Whether a path is that of a file which explaining into the folder may write or remove.
  public static func isWritten(_ path: String, in folder: String) -> Bool {
    func parts(_ path: String) -> [String] {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL.pathComponents
    }
    let (own, above) = (parts(path), parts(folder))
    guard own.starts(with: above) else { return false }
    var rest = own.dropFirst(above.count)
    if ["explanation.html", "explanation.json"].contains(rest.joined(separator: "/")) { return true }
    // A gallery's best have folders of their own.
    if rest.count > 1, let first = rest.first, Int(first) != nil { rest = rest.dropFirst() }
    return rest == ["faces.png"] || (rest.count == 2 && rest.first == "parts" && rest.last?.hasSuffix(".png") == true)
  }

  /// Throws `FileWriteError` when the folder holds a page, an account or a picture of both faces that an explanation would replace and
  /// that no earlier one left: what is known before the work. ``prepare(_:lines:ofGallery:)`` looks at the heat maps, too.
  ///
  /// - Parameter best: Of a gallery, how many photos get pictures; nil for a pair.
  public static func check(_ folder: String, best: Int? = nil) throws {
    let places = best.map { best in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.compactMap { Int($0) }.filter((1...best).contains).map { "\($0)/" }
    }
    try checkReplaces(nothingBut: EarlierExplanation(in: folder), in: folder, (places ?? [""]).map { $0 + "faces.png" })
  }

  private static func checkReplaces(
    nothingBut earlier: EarlierExplanation?, in folder: String, _ pictures: [String]
  ) throws {
    let known = earlier?.files ?? []
    for name in ["explanation.html", "explanation.json"] + pictures where !known.contains(name) {
      guard !FileManager.default.fileExists(atPath: "\(folder)/\(name)") else {
        throw FileWriteError(
          path: "\(folder)/\(name)", reason: "it is there, and no earlier explanation left it; give another folder")
      }
    }
  }

  /// Makes the folder, or removes from it the pictures and the page of an earlier run, which `explanation.json` names. To be
  /// called before that file is replaced. Throws `FileWriteError`, and then nothing was removed.
  ///
  /// - Parameters:
  ///   - lines: For each pair that gets pictures, its account.
  ///   - ofGallery: Whether each has a folder of its own.
  public static func prepare(_ folder: String, lines: [[Explanation.Line]], ofGallery: Bool = false) throws {
    let places = lines.indices.map { ofGallery ? "\($0 + 1)/" : "" }
    for place in places { try checkCanWrite(intoFolder: "\(folder)/\(place)parts") }
    let pictures = zip(places, lines).flatMap { place, lines in
      EarlierExplanation.pictures(lines.filter { $0.kind == .part }.map(\.part)).map { place + $0 }
    }
    let earlier = EarlierExplanation(in: folder)
    try checkReplaces(nothingBut: earlier, in: folder, pictures)
    earlier?.remove(from: folder)
    try makeFolder(folder)
  }

  /// Writes `explanation.html`, `faces.png` and `parts/*.png` for one pair. Throws `FileWriteError` or `ImageError`.
  public static func write(_ pair: ExplainedPair, to folder: String) throws {
    try makeFolder(folder + "/parts")
    let tiles = try PartTiles.make(pair)
    try writePictures(pair, tiles, to: folder)
    try ExplanationReport.make(pair, tiles: tiles).write(to: folder + "/explanation.html")
  }

  /// Writes one page for all and the pictures of the best few in folders of their own, `1`, `2`, ...
  public static func write(_ ranking: CandidateRanking, pairs: [ExplainedPair], to folder: String) throws {
    let explained = try pairs.map { (pair: $0, tiles: try PartTiles.make($0)) }
    for (index, (item, candidate)) in zip(explained, ranking.candidates).enumerated() {
      let own = "\(folder)/\(index + 1)"
      try makeFolder(own + "/parts")
      try writePictures(item.pair, item.tiles, candidate: candidate.name, to: own)
    }
    try ExplanationReport.make(ranking: ranking, pairs: explained).write(to: folder + "/explanation.html")
  }

  private static func writePictures(
    _ pair: ExplainedPair, _ tiles: [PartTiles], candidate: String? = nil, to folder: String
  ) throws {
    // Encoding is most of the work, and each file is its own.
    let jobs: [@Sendable () throws -> Void] =
      [{ try GlancePicture.image(pair, candidate: candidate).write(to: folder + "/faces.png") }]
      + tiles.map { tile in { try tile.picture.write(to: "\(folder)/parts/\(tile.fileName).png") } }
    try inParallel(jobs)
  }

  private static func inParallel(_ jobs: [@Sendable () throws -> Void]) throws {
    let failures = Failures()
    DispatchQueue.concurrentPerform(iterations: jobs.count) { index in
      do { try jobs[index]() } catch { failures.add(error) }
    }
    if let first = failures.first { throw first }
  }

  private static func makeFolder(_ path: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw FileWriteError(path: path, reason: "the folder cannot be made; give --output a place that can be written")
    }
  }
}

/// Errors of threads.
private final class Failures: @unchecked Sendable {
  private let lock = NSLock()
  private var errors: [any Error] = []

  var first: (any Error)? { lock.withLock { errors.first } }
  func add(_ error: any Error) { lock.withLock { errors.append(error) } }
}
