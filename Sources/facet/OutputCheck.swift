import AtomicFiles
import FaceImages
import Foundation

/// Whether what a command is to write can be written, and takes nothing away that it reads, asked before the work that would be
/// lost.
enum OutputCheck {
  /// - Parameters:
  ///   - paths: files to write; nil for one that was not asked for.
  ///   - pictures: those of them that are pictures. No other may replace a photo, whoever reads it.
  ///   - inputs: files that the command reads, which none of them may replace; nil for one that was not given.
  ///   - data: folders of which the command reads any file but what such commands write, or a single file such as `.rec`; nil
  ///     for what was not given.
  ///   - folder: a folder that the command makes; files may lie in it, below it and beside it.
  ///   - own: what it writes into that folder itself: names of files, and of folders with a slash at their end.
  /// - Throws: `FileWriteError` for the first thing that cannot be written, or must not.
  static func files(
    _ paths: String?..., pictures: [String?] = [], reading inputs: [String?] = [], in data: [String?] = [],
    making folder: String? = nil, with own: [String] = []
  ) throws {
    if let folder { try checkCanWrite(intoFolder: folder) }
    let outputs = paths.compactMap(\.self)
    // Where it is, `OutputPath` has another name for it.
    for path in outputs where path == "-" {
      throw FileWriteError(path: path, reason: "it is not standard output here; write ./- for a file of that name")
    }
    for path in outputs where !(folder.map { isMade(folderOf: path, with: $0) } ?? false) {
      try checkCanWrite(to: path)
    }
    let places = data.compactMap(\.self).filter { !$0.isEmpty }
    let single = places.filter { !isFolder($0) }.flatMap { [$0] + companions(of: $0) }
    let read = Set((inputs.compactMap(\.self).filter { !$0.isEmpty } + single).map(resolved))
    let readFolders = places.filter(isFolder).map { resolved($0) + "/" }
    var written = Set([folder].compactMap(\.self).map(resolved))
    for path in outputs where !isStream(path) {
      let (place, isThere) = (resolved(path), FileManager.default.fileExists(atPath: path))
      let isAmongInputs = isThere && !isResult(path) && readFolders.contains(where: place.hasPrefix)
      guard !read.contains(place), !isAmongInputs else {
        throw FileWriteError(
          path: path, reason: "this command reads that file, and would replace it; give another name")
      }
      if let folder, let name = name(of: path, in: folder), own.contains(where: { isOwn($0, name) }) {
        throw FileWriteError(path: path, reason: "\(folder) gets a file or folder of that name; give another")
      }
      guard !isThere || pictures.contains(path) || !isPhoto(path) else {
        throw FileWriteError(path: path, reason: "a photo is there, and would be replaced; give another name")
      }
      guard written.insert(place).inserted else {
        throw FileWriteError(path: path, reason: "two outputs would be one file; give each a name of its own")
      }
    }
  }

  /// The files that belong to a file of records.
  private static func companions(of path: String) -> [String] {
    guard path.hasSuffix(".rec") else { return [] }
    return [".idx", ".lst"].map { path.dropLast(4) + $0 }
  }

  /// The path of a file within a folder, whether they are there or not; nil where it lies elsewhere.
  private static func name(of path: String, in folder: String) -> String? {
    func split(_ path: String) -> [String] { URL(fileURLWithPath: path).standardizedFileURL.pathComponents }
    for (file, above) in [(split(path), split(folder)), (split(resolved(path)), split(resolved(folder)))]
    where file.count > above.count && file.starts(with: above) {
      return file.dropFirst(above.count).joined(separator: "/")
    }
    return nil
  }

  private static func isOwn(_ own: String, _ name: String) -> Bool {
    own.hasSuffix("/") ? (name + "/").hasPrefix(own) : name == own
  }

  /// Whether a folder is there.
  static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }

  /// Whether a file has the ending of what commands write and datasets do not hold: an earlier run's, which may be replaced.
  private static func isResult(_ path: String) -> Bool {
    ["json", "html", "md", "safetensors"].contains(URL(fileURLWithPath: path).pathExtension.lowercased())
  }

  /// Whether a file begins as a photo does.
  private static func isPhoto(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    let start = (try? file.read(upToCount: 16)) ?? Data()
    return start.withUnsafeBytes { Image.fileEnding(of: $0) } != nil
  }

  /// A picture to write: that its name says how.
  static func picture(_ path: String?) throws {
    if let path { try Image.checkCanWrite(to: path) }
  }

  /// The path without links, and of a file that is not there its folder's.
  static func resolved(_ path: String) -> String {
    guard !FileManager.default.fileExists(atPath: path) else { return resolvingLink(path) }
    let url = URL(fileURLWithPath: path).standardizedFileURL
    return resolvingLink(url.deletingLastPathComponent().path) + "/" + url.lastPathComponent
  }

  /// Whether the folder of a file is not there yet, and made together with `folder`: it, or one that it lies in.
  private static func isMade(folderOf file: String, with folder: String) -> Bool {
    let parent = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.pathComponents
    let made = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
    return !FileManager.default.fileExists(atPath: NSString.path(withComponents: parent))
      && made.starts(with: parent)
  }
}
