import CCrypto
import Foundation

/// A file as it was at one moment: its path, its size and the SHA-256 of its bytes (FIPS 180-4), which tells it from any other.
public struct FileFingerprint: Codable, Sendable, Equatable {
  /// The path that it was read from.
  public let path: String
  /// Size in bytes.
  public let bytes: Int
  /// 64 hexadecimal digits, as `sha256sum` prints them.
  public let sha256: String

  public init(path: String, bytes: Int, sha256: String) {
    self.path = path
    self.bytes = bytes
    self.sha256 = sha256
  }

  /// Reads a regular file to its end, a piece at a time. Throws ``FileDigestError`` when that cannot be done.
  public init(of path: String) throws {
    // Without O_NONBLOCK, opening a pipe would wait for a writer.
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileDigestError(path: path, code: errno) }
    var status = stat()
    // A device may never end.
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let file = fdopen(descriptor, "r") else {
      close(descriptor)
      throw FileDigestError(path: path, reason: "it is not a regular file")
    }
    defer { fclose(file) }
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      throw FileDigestError(path: path, reason: "OpenSSL has no SHA-256 here")
    }
    defer { EVP_MD_CTX_free(context) }
    var piece = [UInt8](repeating: 0, count: 1 << 17)
    var total = 0
    while true {
      let count = fread(&piece, 1, piece.count, file)
      total += count
      guard EVP_DigestUpdate(context, piece, count) == 1 else {
        throw FileDigestError(path: path, reason: "OpenSSL's SHA-256 failed")
      }
      if count < piece.count { break }
    }
    guard ferror(file) == 0 else { throw FileDigestError(path: path, code: errno) }
    var digest = [UInt8](repeating: 0, count: 32)
    guard EVP_DigestFinal_ex(context, &digest, nil) == 1 else {
      throw FileDigestError(path: path, reason: "OpenSSL's SHA-256 failed")
    }
    self.init(path: path, bytes: total, sha256: FileFingerprint.hexadecimal(digest))
  }

  /// What `read` makes of a file, and the file: the same bytes, since one that is replaced or written to meanwhile is refused.
  ///
  /// Throws what `read` throws, and ``FileDigestError`` when the file cannot be read to its end or changed.
  public static func taken<Result>(
    of path: String, while read: () throws -> Result
  ) throws -> (result: Result, file: FileFingerprint) {
    let before = FileState(path)
    let result = try read()
    let file = try FileFingerprint(of: path)
    guard let before, before == FileState(path) else {
      throw FileDigestError(path: path, reason: "it changed while it was read; try again when it is whole")
    }
    return (result, file)
  }

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// Which file lies at a path, and when it was last written to.
private struct FileState: Equatable {
  private let numbers: [Int64]

  /// Nil where there is none.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    numbers = [
      Int64(truncatingIfNeeded: status.st_dev), Int64(truncatingIfNeeded: status.st_ino), Int64(status.st_size),
      Int64(time.tv_sec), Int64(time.tv_nsec),
    ]
  }
}

/// A file that could not be read to its end.
public struct FileDigestError: Error, CustomStringConvertible, Sendable {
  public let path: String
  public let reason: String

  init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  init(path: String, code: Int32) { self.init(path: path, reason: String(cString: strerror(code))) }

  public var description: String { "cannot read \(path): \(reason)" }
}
