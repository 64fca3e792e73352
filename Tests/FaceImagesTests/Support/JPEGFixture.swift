import CTurboJPEG
import FaceImages

/// JPEG files made on the spot.
enum JPEGFixture {
  /// Compresses raw pixels of a turbojpeg format.
  static func encode(
    _ pixels: [UInt8], width: Int, height: Int, format: TJPF = TJPF_RGB, sampling: TJSAMP = TJSAMP_444,
    quality: Int32 = 95, flags: Int32 = 0
  ) -> [UInt8] {
    let handle = tjInitCompress()
    defer { tjDestroy(handle) }
    var buffer: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { tjFree(buffer) }
    let status = tjCompress2(
      handle, pixels, Int32(width), 0, Int32(height), Int32(format.rawValue), &buffer, &size,
      Int32(sampling.rawValue), quality, flags)
    precondition(status == 0, String(cString: tjGetErrorStr2(handle)))
    return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
  }

  static func encode(
    _ image: Image, sampling: TJSAMP = TJSAMP_444, quality: Int32 = 95, flags: Int32 = 0
  ) -> [UInt8] {
    encode(
      image.pixels, width: image.width, height: image.height, sampling: sampling, quality: quality, flags: flags)
  }

  /// The file with a segment inserted behind its first marker.
  static func inserting(_ payload: [UInt8], marker: UInt8, into file: [UInt8]) -> [UInt8] {
    let length = payload.count + 2
    return Array(file[0..<2]) + [0xFF, marker, UInt8(length >> 8), UInt8(length & 0xFF)] + payload + file[2...]
  }

  /// The file with an EXIF segment that holds an orientation.
  static func oriented(_ file: [UInt8], _ orientation: Int, bigEndian: Bool) -> [UInt8] {
    inserting(Array("Exif".utf8) + [0, 0] + tiff(orientation, bigEndian: bigEndian), marker: 0xE1, into: file)
  }

  /// A TIFF block with two tags, the second of them the orientation.
  static func tiff(_ orientation: Int, bigEndian: Bool) -> [UInt8] {
    func number(_ value: Int, _ bytes: Int) -> [UInt8] {
      let little = (0..<bytes).map { UInt8(value >> (8 * $0) & 0xFF) }
      return bigEndian ? little.reversed() : little
    }
    var block = Array((bigEndian ? "MM" : "II").utf8) + number(42, 2) + number(8, 4) + number(2, 2)
    block += number(0x0100, 2) + number(4, 2) + number(1, 4) + number(640, 4)
    block += number(0x0112, 2) + number(3, 2) + number(1, 4) + number(orientation, 2) + [0, 0]
    return block + number(0, 4)
  }

  /// The offset of the frame header's length field.
  static func frameOffset(_ file: [UInt8]) -> Int {
    var offset = 2
    while ![0xC0, 0xC1, 0xC2].contains(file[offset + 1]) {
      offset += 2 + Int(file[offset + 2]) << 8 + Int(file[offset + 3])
    }
    return offset + 2
  }
}
