import FaceImages

@testable import FaceDatasets

/// Largest difference of the three channels, a pixel.
func differences(_ a: Image, _ b: Image) -> [Int] {
  (0..<(a.width * a.height)).map { i in
    (0..<3).map { abs(Int(a.pixels[3 * i + $0]) - Int(b.pixels[3 * i + $0])) }.max() ?? 0
  }
}

/// Mean difference of two pictures, 0 to 255.
func meanDifference(_ a: Image, _ b: Image) -> Double {
  Double(differences(a, b).reduce(0, +)) / Double(a.width * a.height)
}

/// Where a map shows one of some parts, grown by a number of pixels to all sides.
func grown(_ parts: Set<FacePart>, in maps: [PartMap], by reach: Int) -> [Bool] {
  let (width, height) = (maps[0].width, maps[0].height)
  var result = [Bool](repeating: false, count: width * height)
  for map in maps {
    for y in 0..<height {
      for x in 0..<width {
        guard let part = map[x, y], parts.contains(part) else { continue }
        for row in max(0, y - reach)...min(height - 1, y + reach) {
          for column in max(0, x - reach)...min(width - 1, x + reach) { result[row * width + column] = true }
        }
      }
    }
  }
  return result
}

/// A person without glasses whose hair hides no part of the face.
func plainPerson(_ seed: UInt64) -> FaceIdentity {
  var person = FaceIdentity(seed: seed)
  person.glasses = nil
  person.hair.style = .short
  return person
}

func draw(_ person: FaceIdentity, _ conditions: FaceConditions = FaceConditions(), size: Int = 64) -> RenderedFace {
  FaceRenderer.render(person, conditions: conditions, width: size, height: size, supersampling: 1)
}
