import AtomicFiles
import CPNG
import CTurboJPEG
import CWebP
import Foundation

extension Image {
  /// The picture as a baseline JPEG. Chroma is kept in full from quality 90, at half size below.
  /// - Parameter quality: 1 (smallest) to 100 (best); values outside are clamped.
  /// - Throws: `ImageError` when a side is over 65,500 pixels or memory is short.
  public func jpegData(quality: Int = 90) throws -> Data {
    try jpegData(quality: quality, name: "JPEG image")
  }

  /// The picture as an 8-bit RGB PNG, without loss. Throws `ImageError` when memory is short.
  public func pngData() throws -> Data {
    try pngData(name: "PNG image")
  }

  /// The picture as a lossy WebP. Chroma is kept at half size.
  /// - Parameter quality: 1 (smallest) to 100 (best); values outside are clamped.
  /// - Throws: `ImageError` when a side is over 16,383 pixels or memory is short.
  public func webpData(quality: Int = 90) throws -> Data {
    try webpData(quality: quality, name: "WebP image")
  }

  /// What a file of that name is to hold: `.jpg`, `.jpeg`, `.png` or `.webp` as the extension says.
  /// - Parameter quality: Of a JPEG or WebP, as in `jpegData(quality:)`.
  /// - Throws: `ImageError` for another extension, or a picture that the format cannot hold.
  public func encoded(for path: String, quality: Int = 90) throws -> Data {
    switch try Image.writtenFormat(path) {
    case .jpeg: try jpegData(quality: quality, name: path)
    case .png: try pngData(name: path)
    case .webp: try webpData(quality: quality, name: path)
    }
  }

  /// Writes `.jpg`, `.jpeg`, `.png` or `.webp` as the extension says, under a temporary name that is then renamed.
  /// - Parameter quality: Of a JPEG or WebP, as in `jpegData(quality:)`.
  /// - Throws: `ImageError` for another extension, or where the file cannot be written.
  public func write(to path: String, quality: Int = 90) throws {
    let data = try encoded(for: path, quality: quality)
    do {
      try writeAtomically(data, to: path)
    } catch let error as FileWriteError {
      throw ImageError(name: path, problem: .unwritable(error.reason))
    }
  }

  private enum WrittenFormat { case jpeg, png, webp }

  private static func writtenFormat(_ path: String) throws -> WrittenFormat {
    let ending = URL(fileURLWithPath: path).pathExtension
    switch ending.lowercased() {
    case "jpg", "jpeg": return .jpeg
    case "png": return .png
    case "webp": return .webp
    default: throw ImageError(name: path, problem: .unknownExtension(ending))
    }
  }

  /// Whether ``write(to:quality:)`` knows the format of that name. Throws `ImageError` when it does not.
  public static func checkCanWrite(to path: String) throws { _ = try writtenFormat(path) }

  private func jpegData(quality: Int, name: String) throws -> Data {
    guard let handle = tjInitCompress() else {
      throw ImageError(name: name, problem: .cannotEncode("no memory for the JPEG encoder"))
    }
    defer { tjDestroy(handle) }
    var buffer: UnsafeMutablePointer<UInt8>?
    var size: UInt = 0
    defer { tjFree(buffer) }
    let quality = min(100, max(1, quality))
    let status = pixels.withUnsafeBufferPointer { source in
      tjCompress2(
        handle, source.baseAddress, Int32(clamping: width), 0, Int32(clamping: height), Int32(TJPF_RGB.rawValue),
        &buffer, &size, Int32((quality >= 90 ? TJSAMP_444 : TJSAMP_420).rawValue), Int32(quality), TJFLAG_ACCURATEDCT)
    }
    guard status == 0, let buffer else {
      throw ImageError(name: name, problem: .cannotEncode(String(cString: tjGetErrorStr2(handle))))
    }
    return Data(bytes: buffer, count: Int(size))
  }

  private func webpData(quality: Int, name: String) throws -> Data {
    var buffer: UnsafeMutablePointer<UInt8>?
    let quality = Float(min(100, max(1, quality)))
    let size = WebPEncodeRGB(
      pixels, Int32(clamping: width), Int32(clamping: height), Int32(clamping: 3 * width), quality, &buffer)
    defer { WebPFree(buffer) }
    guard size > 0, let buffer else {
      let isLarge = max(width, height) > 16_383
      throw ImageError(
        name: name, problem: .cannotEncode(isLarge ? "a side is over 16,383 pixels" : "the WebP encoder gave up"))
    }
    return Data(bytes: buffer, count: size)
  }

  private func pngData(name: String) throws -> Data {
    var control = png_image()
    control.version = UInt32(PNG_IMAGE_VERSION)
    control.width = UInt32(clamping: width)
    control.height = UInt32(clamping: height)
    control.format = UInt32(PNG_FORMAT_FLAG_COLOR)
    defer { png_image_free(&control) }
    // Deflate grows incompressible data by less than a thousandth, chunk headers by 12 bytes in 8192.
    var size = pixels.count + pixels.count / 64 + height + 4096
    var data = Data(count: size)
    let status = data.withUnsafeMutableBytes { target in
      png_image_write_to_memory(&control, target.baseAddress, &size, 0, pixels, 0, nil)
    }
    guard status != 0 else { throw ImageError(name: name, problem: .cannotEncode(control.libraryMessage)) }
    return data.prefix(size)
  }
}
