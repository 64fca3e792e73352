import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whether what is written there goes to an open stream, a device or a pipe, and so replaces no file.
public func isStream(_ path: String) -> Bool {
  if streamDescriptor(path) != nil { return true }
  return fileKind(path).map { $0 != S_IFREG && $0 != S_IFDIR } ?? false
}

/// The descriptor of this process that a path leads to, such as 1 for `/dev/stdout`; nil for every other path.
///
/// The system has such a path lead on to the file behind the stream, which whoever redirected it holds on to: it must not be
/// replaced.
func streamDescriptor(_ path: String) -> Int32? {
  let folders = ["/dev/fd", "/proc/self/fd"].map(resolvingLink)
  var path = path
  // No system follows more links.
  for _ in 0..<40 {
    let folder = folderName(of: path)
    if folders.contains(resolvingLink(folder.isEmpty ? "." : folder)) {
      guard let name = path.split(separator: "/").last, let number = Int32(name), number >= 0, name == "\(number)"
      else { return nil }
      return number
    }
    guard let next = followingLink(path) else { return nil }
    path = next
  }
  return nil
}

/// Throws when a stream is closed, or open for reading alone.
func checkIsOpen(_ stream: Int32, shownAs path: String) throws {
  let flags = fcntl(stream, F_GETFL)
  guard flags >= 0, flags & O_ACCMODE != O_RDONLY else {
    throw FileWriteError(path: path, reason: "it is not open for writing")
  }
}
