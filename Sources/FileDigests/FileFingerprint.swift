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

  private static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
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
