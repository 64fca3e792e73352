import FaceDatasets
import FaceNetworks

/// Names of channels' groups from a catalog: the part where most of a channel's peaks are on one, else its place in the face.
/// Sides are the person's own, though the catalog's x runs to the right of the picture.
struct PartNames {
  /// In the catalog's frame, from the channels that detect them: height of the eyes and of the mouth, and how far an eye's
  /// middle is from the midline.
  private let lines: (eyes: Double, mouth: Double, eyeDistance: Double)?

  init(_ catalog: ChannelCatalog) {
    func mean(_ parts: [FacePart], _ value: (ChannelCatalog.Place) -> Double) -> Double? {
      let found = catalog.channels.compactMap { entry -> Double? in
        guard let part = PartNames.part(entry), parts.contains(part) else { return nil }
        return entry.place.map(value)
      }
      return found.isEmpty ? nil : found.reduce(0, +) / Double(found.count)
    }
    let eyeParts: [FacePart] = [.leftEye, .rightEye]
    if let eyes = mean(eyeParts, \.y), let mouth = mean([.mouth], \.y), mouth - eyes > 0.3 {
      lines = (eyes, mouth, mean(eyeParts) { abs($0.x) } ?? 0)
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
      // Channels that are on one side or the other, by turns.
      return PartLabel(side == nil ? "either" : "", name: part.title, part: part, side: side, height: place.y)
    case let part?: return PartLabel(name: part.title, part: part, side: nil, height: place.y)
    case nil:
      let words = side == nil ? ("", middle(place)) : aside(place)
      return PartLabel(words.0, name: words.1, part: nil, side: side, height: place.y)
    }
  }

  /// The words of a place on the midline.
  private func middle(_ place: ChannelCatalog.Place) -> String {
    guard let down = down(place) else { return "\(row(place)) part of the face" }
    let names = [
      "top of the forehead", "between the brows", "between the eyes", "bridge of the nose", "upper lip",
      "below the mouth",
    ]
    return names[[-0.5, -0.12, 0.2, 0.6, 1.1].firstIndex { down < $0 } ?? names.count - 1]
  }

  /// The words of a place aside of it: before the side's name, and after.
  private func aside(_ place: ChannelCatalog.Place) -> (String, String) {
    guard let down = down(place) else {
      return ("\(row(place)) \(abs(place.x) > 0.8 ? "outer" : "inner")", "side of the face")
    }
    switch down {
    case ..<(-0.45): return ("", "temple")
    case ..<0.3: return (aroundTheEye(place), "eye")
    case ..<0.75: return ("", "outer cheek")
    case ..<1.15: return ("", "lower cheek")
    default: return ("", "side of the jaw")
    }
  }

  /// Corners are well away from the middle of the eye: the inner one toward the nose, the outer one toward the ear.
  private func aroundTheEye(_ place: ChannelCatalog.Place) -> String {
    let share = abs(place.x) / max(lines?.eyeDistance ?? 0, 1e-6)
    return share < 0.75 ? "inner corner of the" : share > 1.25 ? "outer corner of the" : "around the"
  }

  private func row(_ place: ChannelCatalog.Place) -> String {
    let names = ["top", "upper", "middle", "lower", "bottom"]
    return names[[-1.05, -0.35, 0.35, 1.05].firstIndex { place.y < $0 } ?? names.count - 1]
  }

  /// How far down the face a place is: 0 at the eyes, 1 at the mouth; nil where no channels detect both.
  private func down(_ place: ChannelCatalog.Place) -> Double? {
    lines.map { (place.y - $0.eyes) / ($0.mouth - $0.eyes) }
  }
}

extension ChannelCatalog {
  /// The catalog for showing: every channel is called as the line of an account that it belongs to (`Match.parts`), "left
  /// brow" or "outer corner of the left eye", sides being the person's own; "silent" where it was never active.
  ///
  /// Files keep "brow", and catalogs of older files call places as seen in the picture ("middle right"): show no name of a
  /// catalog that does not come from here.
  public var named: ChannelCatalog {
    let names = PartNames(self)
    var catalog = self
    for index in catalog.channels.indices where channels[index].place != nil {
      catalog.channels[index].name = names.label(channels[index]).name
    }
    return catalog
  }
}
