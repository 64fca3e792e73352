import FaceDatasets
import FaceNetworks

/// Names of channels' groups from a catalog: the part where most of a channel's peaks are on one, else its place in the face.
struct PartNames {
  /// Height of the eyes and of the mouth in the catalog's frame, from the channels that detect them.
  private let lines: (eyes: Double, mouth: Double)?

  init(_ catalog: ChannelCatalog) {
    func height(_ parts: [FacePart]) -> Double? {
      let found = catalog.channels.compactMap { entry -> Double? in
        guard let part = PartNames.part(entry), parts.contains(part) else { return nil }
        return entry.place?.y
      }
      return found.isEmpty ? nil : found.reduce(0, +) / Double(found.count)
    }
    if let eyes = height([.leftEye, .rightEye]), let mouth = height([.mouth]), mouth - eyes > 0.3 {
      lines = (eyes, mouth)
    } else {
      lines = nil
    }
  }

  /// The part by which the catalog calls the channel; nil where it calls it by its place.
  private static func part(_ entry: ChannelCatalog.Entry) -> FacePart? {
    entry.part.flatMap(FacePart.init(rawValue:)).flatMap { $0.title == entry.name ? $0 : nil }
  }

  func label(_ entry: ChannelCatalog.Entry) -> PartLabel {
    guard let place = entry.place else {
      return PartLabel(name: "silent channels", part: nil, side: nil, height: .greatestFiniteMagnitude)
    }
    // To the right of the picture is the person's left.
    let side: FaceParts.Side? = place.x > 0.2 ? .left : place.x < -0.2 ? .right : nil
    switch Self.part(entry) {
    case .leftEye: return PartLabel(name: "eye", part: .leftEye, side: .left, height: place.y)
    case .rightEye: return PartLabel(name: "eye", part: .rightEye, side: .right, height: place.y)
    case let part? where [.brow, .cheek, .jaw].contains(part):
      return PartLabel(name: part.title, part: part, side: side, height: place.y)
    case let part?: return PartLabel(name: part.title, part: part, side: nil, height: place.y)
    case nil: return PartLabel(name: words(place, side), part: nil, side: side, height: place.y)
    }
  }

  private func words(_ place: ChannelCatalog.Place, _ side: FaceParts.Side?) -> String {
    guard let lines else {
      let row = place.y < -0.5 ? "upper" : place.y > 0.5 ? "lower" : "middle"
      return side == nil ? "\(row) part of the face" : "\(row) side of the face"
    }
    let down = (place.y - lines.eyes) / (lines.mouth - lines.eyes)
    let names =
      side == nil
      ? ["top of the forehead", "between the eyes", "bridge of the nose", "upper lip", "below the mouth"]
      : ["temple", "corner of the eye", "outer cheek", "lower cheek", "side of the jaw"]
    let ends = side == nil ? [-0.5, 0.2, 0.6, 1.1] : [-0.45, 0.3, 0.75, 1.15]
    return names[ends.firstIndex { down < $0 } ?? names.count - 1]
  }
}
