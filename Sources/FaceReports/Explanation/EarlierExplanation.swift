import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What an earlier run left in a folder, as its `explanation.json` tells: nothing else in there is touched.
struct EarlierExplanation: Decodable {
  private struct Line: Decodable {
    let part: String
    let kind: String
  }

  /// The lines of a pair's account.
  private let parts: [Line]?
  /// The accounts of a gallery's photos, best first; nil for a pair.
  private let candidates: [EarlierExplanation]?

  /// Nil when there is none, or something else of that name.
  init?(in folder: String) {
    guard let bytes = FileManager.default.contents(atPath: folder + "/explanation.json"),
      let found = try? JSONDecoder().decode(EarlierExplanation.self, from: bytes),
      found.parts != nil || found.candidates != nil
    else { return nil }
    self = found
  }

  /// The files that it may have left, by their paths below the folder.
  var files: Set<String> {
    var files = Set(["explanation.html", "explanation.json"] + pictures)
    for (index, candidate) in (candidates ?? []).enumerated() {
      files.formUnion(candidate.pictures.map { "\(index + 1)/\($0)" })
    }
    return files
  }

  private var pictures: [String] {
    parts.map { lines in EarlierExplanation.pictures(lines.filter { $0.kind == "part" }.map(\.part)) } ?? []
  }

  /// The pictures of a pair whose account names these parts.
  static func pictures(_ parts: [String]) -> [String] {
    (["all parts"] + parts).map { "parts/\(PartTiles.fileName($0)).png" } + ["faces.png"]
  }

  /// Removes its pictures and page, and the folders that are empty then. The file that tells of them stays, to be replaced.
  func remove(from folder: String) {
    removePictures(from: folder)
    for (index, candidate) in (candidates ?? []).enumerated() {
      let own = "\(folder)/\(index + 1)"
      candidate.removePictures(from: own)
      rmdir(own)
    }
    unlink(folder + "/explanation.html")
  }

  private func removePictures(from folder: String) {
    // unlink leaves folders alone, rmdir those that hold anything.
    for picture in pictures { unlink("\(folder)/\(picture)") }
    rmdir(folder + "/parts")
  }
}
