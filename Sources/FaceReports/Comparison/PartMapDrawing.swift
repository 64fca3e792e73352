import FaceDatasets
import FaceEvaluation
import FaceImages

/// Faces colored by the parts that channels found on them.
public enum PartMapDrawing {
  /// The color of a part, told apart by color-blind readers as far as nine colors can be (Okabe and Ito's, and two grays).
  public static func color(_ part: FacePart) -> RGB {
    switch part {
    case .brow: RGB(0xE6, 0x9F, 0x00)
    case .leftEye: RGB(0x56, 0xB4, 0xE9)
    case .rightEye: RGB(0x00, 0x72, 0xB2)
    case .nose: RGB(0x00, 0x9E, 0x73)
    case .mouth: RGB(0xD5, 0x5E, 0x00)
    case .chin: RGB(0xF0, 0xE4, 0x42)
    case .jaw: RGB(0xCC, 0x79, 0xA7)
    case .cheek: RGB(0xF2, 0xF2, 0xF2)
    case .forehead: RGB(0x8A, 0x4F, 0xC8)
    }
  }

  /// Face number `index` of the figures in gray, each part's map over it in the part's color: the stronger, the more.
  /// Traps when the figures are empty or have no such face.
  public static func image(_ figures: [PartFigure], face index: Int, side: Int) -> Image {
    let faces = figures.map { $0.figure.faces[index] }
    var image = ChannelSheet.gray(faces[0].image, side: side)
    let maps = faces.map { $0.map.resized(width: side, height: side).values }
    let colors = figures.map { color($0.part) }
    for pixel in 0..<(side * side) {
      let values = maps.map { max(0, min(1, $0[pixel])) }
      guard let strongest = values.max(), strongest > 0 else { continue }
      let sum = values.reduce(0, +)
      func mixed(_ channel: KeyPath<RGB, UInt8>) -> Float {
        zip(values, colors).reduce(0) { $0 + $1.0 / sum * Float($1.1[keyPath: channel]) }
      }
      for (offset, channel) in [\RGB.red, \RGB.green, \RGB.blue].enumerated() {
        let place = pixel * 3 + offset
        let share = strongest * 0.85
        image.pixels[place] = UInt8(Float(image.pixels[place]) * (1 - share) + mixed(channel) * share + 0.5)
      }
    }
    return image
  }
}
