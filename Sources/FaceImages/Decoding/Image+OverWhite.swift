extension Image {
  /// Lays RGBA pixels (alpha not multiplied in) over white, in the stored values as browsers and Pillow do.
  init(width: Int, height: Int, overWhite pixels: [UInt8]) {
    precondition(pixels.count == width * height * 4, "RGBA pixels do not fit \(width) x \(height)")
    self.init(width: width, height: height) { output in
      pixels.withUnsafeBufferPointer { input in
        for i in 0..<(width * height) {
          let alpha = Int(input[4 * i + 3])
          for c in 0..<3 {
            let sum = Int(input[4 * i + c]) * alpha + 255 * (255 - alpha)
            output[3 * i + c] = UInt8((sum + 127) / 255)
          }
        }
      }
    }
  }
}
