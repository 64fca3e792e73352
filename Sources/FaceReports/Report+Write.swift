import Foundation

/// Why a report could not be written.
public enum ReportError: Error, Equatable, CustomStringConvertible {
  /// The folder that should hold the report is not there.
  case missingFolder(path: String, folder: String)
  /// The path names a folder.
  case isFolder(path: String)
  /// The system refused.
  case cannotWrite(path: String, reason: String)

  public var description: String {
    switch self {
    case .missingFolder(let path, let folder):
      "cannot write the report \(path): there is no folder \(folder); create it or choose another path"
    case .isFolder(let path):
      "cannot write the report \(path): that is a folder; give the name of a file, such as report.html"
    case .cannotWrite(let path, let reason):
      "cannot write the report \(path): \(reason); check the permissions and the free space"
    }
  }
}

extension Report {
  /// Writes the page to a temporary name beside `path` and renames it, so that no reader sees half a report.
  ///
  /// - Throws: `ReportError` when the folder is missing, `path` is a folder or the system refuses.
  public func write(to path: String) throws {
    let files = FileManager.default
    let target = URL(fileURLWithPath: path)
    let folder = target.deletingLastPathComponent()
    if Self.isFolder(path) { throw ReportError.isFolder(path: path) }
    guard Self.isFolder(folder.path) else {
      throw ReportError.missingFolder(path: path, folder: folder.path)
    }
    let temporary = folder.appendingPathComponent(".\(target.lastPathComponent).\(UUID().uuidString).tmp")
    do {
      try Data(html().utf8).write(to: temporary)
      guard rename(temporary.path, target.path) == 0 else {
        throw ReportError.cannotWrite(path: path, reason: String(cString: strerror(errno)))
      }
    } catch {
      try? files.removeItem(at: temporary)
      if let error = error as? ReportError { throw error }
      throw ReportError.cannotWrite(path: path, reason: error.localizedDescription)
    }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
