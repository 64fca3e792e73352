import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file could not be written.
public struct FileWriteError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file that was asked for.
  public var path: String
  /// What went wrong, and what to do where that is known.
  public var reason: String

  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  public var description: String { "cannot write '\(path)': \(reason)" }
}

/// A file that is being written, piece by piece.
public struct FileSink {
  fileprivate let descriptor: Int32
  fileprivate let path: String
  /// Whether it begins where a stream stands, with what others wrote before it.
  fileprivate var isStream = false

  /// Throws ``FileWriteError``.
  public func append(_ bytes: Data) throws { try bytes.withUnsafeBytes { try append($0) } }

  /// Throws ``FileWriteError``.
  public func append(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      // write() takes at most 2 GiB at once.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let written = write(descriptor, piece.baseAddress, piece.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw systemError(path) }
      rest = rest.dropFirst(written)
    }
  }

  /// Overwrites bytes that were appended before, such as a count that was not known yet. Pipes and streams cannot. Throws
  /// ``FileWriteError``.
  public func overwrite(at offset: Int, _ bytes: Data) throws {
    guard !isStream else {
      throw FileWriteError(path: path, reason: "a stream cannot be written out of order; name a file")
    }
    try bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let place = off_t(offset + rest.startIndex)
        let written = pwrite(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count, place)
        if written < 0 && errno == EINTR { continue }
        guard written > 0 else { throw systemError(path) }
        rest = rest.dropFirst(written)
      }
    }
  }
}

/// Writes a file so that it is either as it was or complete, whatever happens meanwhile; see ``writeAtomically(to:_:)``.
public func writeAtomically(_ bytes: Data, to path: String) throws {
  try writeAtomically(to: path) { try $0.append(bytes) }
}

/// Writes a file so that it is either as it was or complete, whatever happens meanwhile.
///
/// The bytes go to a temporary name in the same folder, to the disk, and then take the place of `path`. A symbolic
/// link stays and its target is replaced; the permissions of a file that is replaced stay. Devices and pipes are written
/// directly, and so are open streams (`/dev/stdout`, `/dev/fd/3`), from where they stand: a file behind one is not replaced.
/// Creates no folders.
///
/// Throws ``FileWriteError``, or what `body` throws; nothing of the temporary file is left then.
public func writeAtomically(to path: String, _ body: (FileSink) throws -> Void) throws {
  if let stream = streamDescriptor(path) { return try writeToStream(stream, shownAs: path, body) }
  let (target, mode) = try fileTarget(of: path)
  if let mode, mode & S_IFMT != S_IFREG {
    let descriptor = try openFile(target, flags: O_WRONLY, shownAs: path)
    defer { close(descriptor) }
    return try body(FileSink(descriptor: descriptor, path: path))
  }
  try replace(target, permissions: mode.map { $0 & 0o7777 }, shownAs: path, body)
}

private func writeToStream(_ stream: Int32, shownAs path: String, _ body: (FileSink) throws -> Void) throws {
  try checkIsOpen(stream, shownAs: path)
  let descriptor = fcntl(stream, F_DUPFD_CLOEXEC, 0)
  guard descriptor >= 0 else { throw systemError(path) }
  defer { close(descriptor) }
  try body(FileSink(descriptor: descriptor, path: path, isStream: true))
}

private func replace(
  _ target: String, permissions: mode_t?, shownAs path: String, _ body: (FileSink) throws -> Void
) throws {
  let folder = folderName(of: target)
  // A long name of its own would leave no room for the ending.
  try UnfinishedFiles.making(
    (folder as NSString).appendingPathComponent(".tmp-"), shownAs: path,
    make: { try openFile($0, flags: O_WRONLY | O_CREAT | O_EXCL, shownAs: path) }, remove: { unlink($0) },
    body: { temporary, descriptor in
      if let permissions { _ = fchmod(descriptor, permissions) }
      try body(FileSink(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0, rename(temporary, target) == 0 else { throw systemError(path) }
    })
  synchronizeFolder(folder.isEmpty ? "." : folder)
}

/// Removes what ``writeAtomically(to:_:)`` left in a folder in processes that were killed over it, and nothing of one that still writes.
public func removeUnfinishedFiles(in folder: String) {
  UnfinishedFiles.removeLeft((folder as NSString).appendingPathComponent(".tmp-")) { unlink($0) }
}

/// "a/b" for "a/b/c" and "a/b/c/", "" for "c". NSString's `deletingLastPathComponent` crashes on "c" on Linux.
func folderName(of path: String) -> String {
  let name = path.reversed().drop { $0 == "/" }.drop { $0 != "/" }
  let folder = String(name.drop { $0 == "/" }.reversed())
  return folder.isEmpty && path.hasPrefix("/") ? "/" : folder
}

/// The file that a path leads to by way of links, whether it is there or not; the path itself where there are none.
public func resolvingLink(_ path: String) -> String {
  var path = path
  // No system follows more links.
  for _ in 0..<40 {
    if let resolved = realpath(path, nil) {
      defer { free(resolved) }
      return String(cString: resolved)
    }
    guard let next = followingLink(path) else { return path }
    path = next
  }
  return path
}

/// Where a link leads in one step; nil for what is no link.
func followingLink(_ path: String) -> String? {
  guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
  let folder = folderName(of: path)
  return next.hasPrefix("/") || folder.isEmpty ? next : "\(folder)/\(next)"
}

private func openFile(_ file: String, flags: Int32, shownAs path: String) throws -> Int32 {
  let descriptor = open(file, flags | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw systemError(path) }
  return descriptor
}

/// Makes the new name survive a power cut. Some file systems cannot; the file itself is safe then too.
private func synchronizeFolder(_ folder: String) {
  let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return }
  _ = fsync(descriptor)
  close(descriptor)
}

/// Reads `errno`, so nothing may come between it and the call that failed.
func systemError(_ path: String) -> FileWriteError {
  let code = errno
  let folder = folderName(of: path)
  switch code {
  case ENOENT: return FileWriteError(path: path, reason: "there is no folder '\(folder)'; create it first")
  case ENOTDIR: return FileWriteError(path: path, reason: "'\(folder)' is not a folder")
  case EACCES, EPERM, EROFS:
    return FileWriteError(path: path, reason: "no permission to write there; choose another place")
  case ENOSPC, EDQUOT: return FileWriteError(path: path, reason: "the disk is full; free some space")
  default: return FileWriteError(path: path, reason: String(cString: strerror(code)))
  }
}
