import CPNG
import CTurboJPEG
import CWebP
import Foundation

/// The libraries that read and write pictures.
public enum ImageCodecs {
  public struct Codec: Sendable {
    public let name: String
    public let version: String
    /// Whether a picture survived being written and read.
    public let works: Bool
  }

  /// Every codec, tried on a small picture.
  public static var all: [Codec] {
    let picture = Image(width: 16, height: 16, color: RGB(200, 100, 50))
    func survives(_ encode: () throws -> some ContiguousBytes, tolerance: Int) -> Bool {
      guard let bytes = try? encode(), let read = try? Image(decoding: bytes, name: "codec check") else { return false }
      return zip(read.pixels, picture.pixels).allSatisfy { abs(Int($0) - Int($1)) <= tolerance }
    }
    let decoder = WebPGetDecoderVersion()
    return [
      Codec(
        name: "JPEG", version: "libjpeg-turbo (TurboJPEG API 2)",
        works: survives({ try picture.jpegData() }, tolerance: 4)),
      Codec(
        name: "PNG", version: "libpng \(String(cString: png_get_libpng_ver(nil)))",
        works: survives({ try picture.pngData() }, tolerance: 0)),
      Codec(
        name: "WebP", version: "libwebp \(decoder >> 16).\(decoder >> 8 & 255).\(decoder & 255)",
        works: survives({ self.webp(picture) }, tolerance: 0)),
    ]
  }

  /// Lossless WebP of a picture; the library's own writer, for the check alone.
  private static func webp(_ picture: Image) -> [UInt8] {
    var bytes: UnsafeMutablePointer<UInt8>?
    let size = WebPEncodeLosslessRGB(
      picture.pixels, Int32(picture.width), Int32(picture.height), Int32(picture.width * 3), &bytes)
    defer { WebPFree(bytes) }
    return Array(UnsafeBufferPointer(start: bytes, count: size))
  }
}
