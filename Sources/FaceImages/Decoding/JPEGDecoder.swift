import CTurboJPEG

/// Decodes baseline and progressive JPEG in gray, YCbCr, RGB, CMYK and YCCK.
struct JPEGDecoder {
  let header: ImageHeader
  let name: String

  /// The picture as stored, before its orientation is applied. Throws `ImageError`.
  func decode(_ bytes: UnsafeRawBufferPointer, minimumSide: Int?) throws -> Image {
    guard let handle = tjInitDecompress() else {
      throw ImageError(name: name, problem: .unreadable("no memory for the JPEG decoder"))
    }
    defer { tjDestroy(handle) }
    let divisor = divisor(minimumSide: minimumSide)
    let size = (width: (header.width + divisor - 1) / divisor, height: (header.height + divisor - 1) / divisor)
    var image =
      if header.channels == 4 {
        try decodeCMYK(handle, bytes, size: size)
      } else {
        try Image(width: size.width, height: size.height) { output in
          try run(handle, bytes, size: size, format: TJPF_RGB, into: output.baseAddress!)
        }
      }
    // A side over the divisor is not always whole.
    image.frame.width = Double(header.width) / Double(divisor)
    image.frame.height = Double(header.height) / Double(divisor)
    return image
  }

  /// What the sides can be divided by so that the picture still fills `minimumSide` pixels both ways: 8, 4, 2, or else 1.
  ///
  /// libjpeg-turbo yields the eighths between as well, but slower than the full size, and with more of the picture's detail
  /// hanging on where its blocks of 8x8 begin.
  private func divisor(minimumSide: Int?) -> Int {
    guard let minimumSide else { return 1 }
    return [8, 4, 2].first { min(header.width, header.height) / $0 >= minimumSide } ?? 1
  }

  /// Writers of CMYK JPEG follow Adobe and store inverted inks, so a channel times black is the light that is left.
  private func decodeCMYK(
    _ handle: tjhandle, _ bytes: UnsafeRawBufferPointer, size: (width: Int, height: Int)
  ) throws -> Image {
    let count = size.width * size.height
    let inks = try [UInt8](unsafeUninitializedCapacity: count * 4) { buffer, filled in
      try run(handle, bytes, size: size, format: TJPF_CMYK, into: buffer.baseAddress!)
      filled = count * 4
    }
    return Image(width: size.width, height: size.height) { output in
      inks.withUnsafeBufferPointer { inks in
        for i in 0..<count {
          let black = Int(inks[4 * i + 3])
          for c in 0..<3 {
            output[3 * i + c] = UInt8((Int(inks[4 * i + c]) * black + 127) / 255)
          }
        }
      }
    }
  }

  /// Decodes strictly, so that damage stops the work early; warnings that mean no lost pixels are let pass.
  ///
  /// - Parameter isMended: Whether odd numbers in the header have been replaced.
  private func run(
    _ handle: tjhandle, _ bytes: UnsafeRawBufferPointer, size: (width: Int, height: Int), format: TJPF,
    into output: UnsafeMutablePointer<UInt8>, isMended: Bool = false
  ) throws {
    func attempt(_ flags: Int32) -> Int32 {
      tjDecompress2(
        handle, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt(bytes.count), output, Int32(size.width),
        0, Int32(size.height), Int32(format.rawValue), flags)
    }
    // A few kilobytes of progressive scans could otherwise ask for hours of work.
    guard attempt(TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS) != 0 else { return }
    let warning = JPEGWarning(String(cString: tjGetErrorStr2(handle)))
    if tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue) {
      // The first warning ends a strict attempt, and what comes after it would be let pass unseen.
      if warning.isOfHeaderNumbers, !isMended {
        return try JPEGHeader.mended(bytes, channels: header.channels, name: name).withUnsafeBytes {
          try run(handle, $0, size: size, format: format, into: output, isMended: true)
        }
      }
      if warning.isPadding {
        let again = attempt(TJFLAG_LIMITSCANS)
        if again == 0 || tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue) { return }
      }
    }
    if warning.message.contains("remature end") { throw ImageError(name: name, problem: .truncated) }
    throw ImageError(name: name, problem: .damaged(warning.message))
  }
}

/// A warning of libjpeg, known by its text since the library gives no code for it.
struct JPEGWarning {
  let message: String

  init(_ message: String) { self.message = message }

  /// Of a version or a color transform that the library does not know: the picture may be whole all the same.
  var isOfHeaderNumbers: Bool {
    message.contains("unknown JFIF revision") || message.contains("Unknown Adobe color transform")
  }

  /// Of a little padding before the end marker, as some cameras write it, and of nothing else: it is the last thing read.
  var isPadding: Bool {
    guard message.contains("extraneous bytes before marker 0xd9") else { return false }
    // More than this is what is left over when damage made the decoder lose its place.
    let padding = message.split(separator: " ").lazy.compactMap { Int($0) }.first ?? Int.max
    return padding <= 64
  }
}
