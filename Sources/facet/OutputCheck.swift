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
  ///   - folders: folders of which the command reads any file but what such commands write; nil for one that was not given.
  ///   - folder: a folder that the command makes; files may lie in it, below it and beside it.
  /// - Throws: `FileWriteError` for the first thing that cannot be written, or must not.
  static func files(
    _ paths: String?..., pictures: [String?] = [], reading inputs: [String?] = [], in folders: [String?] = [],
    making folder: String? = nil
  ) throws {
    if let folder { try checkCanWrite(intoFolder: folder) }
    let outputs = paths.compactMap(\.self)
    for path in outputs where !(folder.map { isMade(folderOf: path, with: $0) } ?? false) {
      try checkCanWrite(to: path)
    }
    let read = Set(inputs.compactMap(\.self).map(resolved))
    let readFolders = folders.compactMap(\.self).map { resolved($0) + "/" }
    var written: Set<String> = []
    for path in outputs where !isStream(path) {
      let (place, isThere) = (resolved(path), FileManager.default.fileExists(atPath: path))
      let isAmongInputs = isThere && !isResult(path) && readFolders.contains(where: place.hasPrefix)
      guard !read.contains(place), !isAmongInputs else {
        throw FileWriteError(
          path: path, reason: "this command reads that file, and would replace it; give another name")
      }
      guard !isThere || pictures.contains(path) || !isPhoto(path) else {
        throw FileWriteError(path: path, reason: "a photo is there, and would be replaced; give another name")
      }
      guard written.insert(place).inserted else {
        throw FileWriteError(path: path, reason: "two outputs would be one file; give each a name of its own")
      }
    }
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

  /// Whether the folder of a file is not there yet, and made together with `folder`.
  private static func isMade(folderOf file: String, with folder: String) -> Bool {
    let parent = URL(fileURLWithPath: file).deletingLastPathComponent().standardizedFileURL.pathComponents
    let made = URL(fileURLWithPath: folder).standardizedFileURL.pathComponents
    return !FileManager.default.fileExists(atPath: NSString.path(withComponents: parent))
      && (parent.starts(with: made) || made.starts(with: parent))
  }
}
