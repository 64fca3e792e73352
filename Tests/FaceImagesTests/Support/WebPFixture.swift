import CWebP
import FaceImages

/// WebP files made on the spot.
enum WebPFixture {
  static func lossless(_ image: Image) -> [UInt8] {
    collect { WebPEncodeLosslessRGB(image.pixels, Int32(image.width), Int32(image.height), Int32(image.width * 3), $0) }
  }

  static func lossy(_ image: Image, quality: Float = 95) -> [UInt8] {
    collect {
      WebPEncodeRGB(image.pixels, Int32(image.width), Int32(image.height), Int32(image.width * 3), quality, $0)
    }
  }

  static func losslessAlpha(_ pixels: [UInt8], width: Int, height: Int) -> [UInt8] {
    collect { WebPEncodeLosslessRGBA(pixels, Int32(width), Int32(height), Int32(width * 4), $0) }
  }

  /// A simple file rewritten in the extended form with an `EXIF` chunk.
  static func oriented(_ file: [UInt8], width: Int, height: Int, orientation: Int) -> [UInt8] {
    func little(_ value: Int, _ bytes: Int) -> [UInt8] { (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) } }
    let exif = JPEGFixture.tiff(orientation, bigEndian: false)
    var body = Array("WEBPVP8X".utf8) + little(10, 4) + [0x08, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3)
    body += file[12...]
    body += Array("EXIF".utf8) + little(exif.count, 4) + exif
    return Array("RIFF".utf8) + little(body.count, 4) + body
  }

  private static func collect(_ encode: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int) -> [UInt8] {
    var buffer: UnsafeMutablePointer<UInt8>?
    let size = encode(&buffer)
    defer { WebPFree(buffer) }
    precondition(size > 0, "libwebp could not encode the fixture")
    return Array(UnsafeBufferPointer(start: buffer, count: size))
  }
}
