import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether ``writeAtomically(to:_:)`` can be expected to write a file there: for asking before long work. Nothing is written.
///
/// Throws ``FileWriteError``, in the words that writing would have.
public func checkCanWrite(to path: String) throws {
  if let stream = streamDescriptor(path) { return try checkIsOpen(stream, shownAs: path) }
  let (target, mode) = try fileTarget(of: path)
  if let mode, mode & S_IFMT != S_IFREG {
    guard access(target, W_OK) == 0 else { throw systemError(path) }
    return
  }
  // A file is replaced by way of its folder, whatever its own permissions.
  let folder = folderName(of: target)
  try checkFolder(folder.isEmpty ? "." : folder, shownAs: path)
}

/// The file that a path names, a symbolic link followed, and its mode, nil where there is nothing yet. Throws ``FileWriteError`` for
/// no name and for that of a folder.
func fileTarget(of path: String) throws -> (path: String, mode: mode_t?) {
  guard !path.isEmpty else { throw FileWriteError(path: path, reason: "the name is empty") }
  let target = resolvingLink(path)
  let mode = fileMode(target)
  guard !path.hasSuffix("/"), !target.hasSuffix("/"), mode.map({ $0 & S_IFMT }) != S_IFDIR else {
    throw FileWriteError(path: path, reason: "it is a folder; name a file in it")
  }
  return (target, mode)
}

/// Whether files can be expected to be written into a folder that is there, or that can be made with those above it.
/// Nothing is made.
///
/// Throws ``FileWriteError``.
public func checkCanWrite(intoFolder path: String) throws {
  guard !path.isEmpty else { throw FileWriteError(path: path, reason: "the name is empty") }
  var existing = path
  while fileKind(existing) == nil {
    let above = folderName(of: existing)
    guard !above.isEmpty, above != existing else {
      existing = "."
      break
    }
    existing = above
  }
  guard fileKind(existing) == S_IFDIR else {
    throw FileWriteError(path: path, reason: "'\(existing)' is not a folder")
  }
  guard access(existing, W_OK | X_OK) == 0 else { throw systemError(path) }
}

private func checkFolder(_ folder: String, shownAs path: String) throws {
  guard let kind = fileKind(folder) else { throw systemError(path) }
  guard kind == S_IFDIR else { throw FileWriteError(path: path, reason: "'\(folder)' is not a folder") }
  guard access(folder, W_OK | X_OK) == 0 else { throw systemError(path) }
}

/// What lies at a path, links followed: `S_IFREG`, `S_IFDIR`, ...; nil when there is nothing.
func fileKind(_ path: String) -> mode_t? { fileMode(path).map { $0 & S_IFMT } }

/// Kind and permissions of what lies at a path, links followed; nil when there is nothing.
private func fileMode(_ path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode : nil
}
