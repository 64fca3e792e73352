import Foundation

/// Looking at folders and text files, with errors a user can act on.
enum Disk {
  /// Endings of the photos that are looked for, in lower case.
  static let photoEndings: Set<String> = ["jpg", "jpeg", "png", "webp"]

  /// Endings of pictures that are none of these, or go by another name.
  static let otherPictureEndings: Set<String> = [
    "avif", "bmp", "dng", "gif", "heic", "heif", "jfif", "jif", "jp2", "jpe", "jpx", "jxl", "pgm", "pnm", "ppm", "tif",
    "tiff",
  ]

  static func join(_ folder: String, _ path: String) -> String {
    if folder.isEmpty || path.hasPrefix("/") { return path }
    return folder.hasSuffix("/") ? folder + path : folder + "/" + path
  }

  /// The folder a file is in: "a/b" for "a/b/c.txt", "" for "c.txt".
  static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func name(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  /// A path without its last name's ending: "a.b/c" for "a.b/c.txt" and for "a.b/c".
  static func stem(of path: String) -> String {
    let start = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    guard let dot = path[start...].lastIndex(of: "."), dot > start else { return path }
    return String(path[..<dot])
  }

  static func isFolder(_ path: String) -> Bool {
    var folder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &folder) && folder.boolValue
  }

  static func isFile(_ path: String) -> Bool {
    var folder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &folder) && !folder.boolValue
  }

  static func isPhoto(_ name: String) -> Bool { hasEnding(name, of: photoEndings) }

  static func hasEnding(_ name: String, of endings: Set<String>) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return endings.contains(name[name.index(after: dot)...].lowercased())
  }

  /// Names in a folder, sorted, hidden ones left out.
  static func list(_ folder: String) throws -> [String] {
    guard FileManager.default.fileExists(atPath: folder) else {
      throw DatasetError(.missing, path: folder, problem: "no such folder", remedy: "check the path")
    }
    guard isFolder(folder) else {
      throw DatasetError(.missing, path: folder, problem: "is a file, not a folder", remedy: "give the folder")
    }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { !$0.hasPrefix(".") }.sorted()
    } catch {
      throw DatasetError(
        .unreadable, path: folder, problem: "the folder cannot be read", remedy: "check its permissions")
    }
  }

  /// Paths, relative to `root`, of the photos in `folder` and in all folders below it.
  static func photos(root: String, folder: String) throws -> [String] {
    try files(root: root, folder: folder) { isPhoto(name(of: $0)) }
  }

  /// Paths, relative to `root`, of what `isWanted` takes in `folder` and in all folders below it that it does not take.
  static func files(
    root: String, folder: String, depth: Int = 0, where isWanted: (_ path: String) -> Bool
  ) throws -> [String] {
    guard depth < 32 else {
      throw DatasetError(
        .unreadable, path: join(root, folder), problem: "folders are nested more than 32 deep",
        remedy: "look for a symbolic link that leads back to a folder above it")
    }
    var files: [String] = []
    for name in try list(join(root, folder)) {
      let path = join(folder, name)
      if isWanted(path) {
        files.append(path)
      } else if isFolder(join(root, path)) {
        files += try Self.files(root: root, folder: path, depth: depth + 1, where: isWanted)
      }
    }
    return files
  }

  /// A text file, without a byte order mark.
  static func text(_ path: String) throws -> String {
    guard isFile(path) else {
      let problem = isFolder(path) ? "is a folder, where a file is read" : "no such file"
      throw DatasetError(.missing, path: path, problem: problem, remedy: "check the path")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DatasetError(
        .unreadable, path: path, problem: "the file cannot be read", remedy: "check its permissions")
    }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw DatasetError(.malformed, path: path, problem: "is not UTF-8 text", remedy: "save it as UTF-8")
    }
    return text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
  }

  /// The lines that are not blank, trimmed (any line endings), with their numbers from 1.
  static func lines(_ path: String) throws -> [(number: Int, text: String)] {
    let all = try text(path).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return all.enumerated().compactMap { index, bytes in
      let line = Substring(bytes).trimmingCharacters(in: .whitespacesAndNewlines)
      return line.isEmpty ? nil : (index + 1, line)
    }
  }
}
