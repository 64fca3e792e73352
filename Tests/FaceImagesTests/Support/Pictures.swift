import FaceImages
import Foundation

/// Smooth colors that differ from place to place, so that any mix-up of pixels shows.
func gradient(width: Int, height: Int) -> Image {
  var image = Image(width: width, height: height)
  for y in 0..<height {
    for x in 0..<width {
      image[x, y] = RGB(UInt8(x * 255 / max(1, width - 1)), UInt8(y * 255 / max(1, height - 1)), 96)
    }
  }
  return image
}

/// Pixels without any order, always the same for one seed.
func noise(width: Int, height: Int, seed: UInt64) -> Image {
  var random = TestRandom(seed: seed)
  return Image(width: width, height: height, pixels: (0..<(width * height * 3)).map { _ in random.byte() })
}

/// The greatest difference of two channels, or 255 for other sizes.
func greatestDifference(_ first: Image, _ second: Image) -> Int {
  guard first.width == second.width, first.height == second.height else { return 255 }
  return zip(first.pixels, second.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
}

func isClose(_ first: RGB, _ second: RGB, within tolerance: Int) -> Bool {
  let pairs = [(first.red, second.red), (first.green, second.green), (first.blue, second.blue)]
  return pairs.allSatisfy { abs(Int($0) - Int($1)) <= tolerance }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
struct TestRandom: RandomNumberGenerator {
  var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }

  mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next() >> 40) }
}

/// A new folder that is removed after `body`.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

/// The problem of the `ImageError` that `body` throws; nil when it throws none.
func problem(_ body: () throws -> Void) -> ImageError.Problem? {
  do {
    try body()
    return nil
  } catch {
    return (error as? ImageError)?.problem
  }
}
