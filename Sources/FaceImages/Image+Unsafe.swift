extension Image {
  /// An image whose `width * height * 3` bytes `fill` writes, every one of them, without clearing them first.
  init(
    width: Int, height: Int, filledBy fill: (UnsafeMutableBufferPointer<UInt8>) throws -> Void
  ) rethrows {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    let count = width * height * 3
    let pixels = try [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      try fill(UnsafeMutableBufferPointer(rebasing: buffer[0..<count]))
      initialized = count
    }
    self.init(width: width, height: height, pixels: pixels)
  }
}
