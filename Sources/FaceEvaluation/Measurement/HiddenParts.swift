import ExplainableChannels
import FaceDatasets
import FaceImages
import FaceNetworks

/// How well a model's channels tell hidden parts from visible ones, on photos in which it is known what is hidden.
public struct HiddenPartsReport: Codable, Sendable {
  /// One part, hidden in one way.
  public struct Row: Codable, Sendable, Equatable {
    /// "sunglasses", "mask" or "profile".
    public var cover: String
    public var part: String
    /// Photos that show the part, and photos that hide it.
    public var shown: Int
    public var hidden: Int
    /// Median visibility in each.
    public var medianShown: Double
    public var medianHidden: Double
    /// The chance that a photo that shows the part has the higher visibility.
    public var auc: Double
    /// The part of each that is called hidden.
    public var calledHiddenShown: Double
    public var calledHiddenHidden: Double
  }

  /// What leaving hidden parts out does to scores of a frontal photo as it is and another one, covered or turned away.
  public struct Scoring: Codable, Sendable, Equatable {
    /// "nothing", "sunglasses", "mask" or "profile".
    public var cover: String
    /// About half of them of one person.
    public var pairs: Int
    public var aucWhole: Double
    public var aucVisible: Double
    /// At the model's threshold; nil when it has none.
    public var accuracyWhole: Double?
    public var accuracyVisible: Double?
    /// False accepts at the model's threshold.
    public var falseAcceptsWhole: Double?
    public var falseAcceptsVisible: Double?
  }

  public var data: String
  public var photos: Int
  /// Photos that the pairs of `scoring` are drawn from: the first ones where all do not fit into memory.
  public var scoredPhotos: Int
  public var rows: [Row]
  public var scoring: [Scoring]
  public var damaged: [DamagedPhoto]
}

/// Visibilities of one part in photos that show or hide it.
private struct Sightings {
  var shown: [Double] = []
  var hidden: [Double] = []

  func row(_ cover: String, _ part: String) -> HiddenPartsReport.Row? {
    guard !shown.isEmpty, !hidden.isEmpty else { return nil }
    let scores = shown + hidden
    let labels = shown.map { _ in true } + hidden.map { _ in false }
    guard let curve = try? OperatingCurve(scores: scores, same: labels) else { return nil }
    func median(_ values: [Double]) -> Double {
      let sorted = values.sorted()
      return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    func called(_ values: [Double]) -> Double {
      Double(values.count { $0 < PartVisibility.hiddenBelow }) / Double(values.count)
    }
    return .init(
      cover: cover, part: part, shown: shown.count, hidden: hidden.count, medianShown: median(shown),
      medianHidden: median(hidden), auc: curve.areaUnderCurve, calledHiddenShown: called(shown),
      calledHiddenHidden: called(hidden))
  }
}

extension FaceAccountant {
  /// Judges photos of an annotated dataset as they are, with dark disks painted over both eyes (sunglasses), and with a pale
  /// disk over mouth and tip of the nose (a mask). In photos annotated on one side only, the other eye is turned away.
  ///
  /// Throws ``AccountError/noCatalog`` for a model whose channels nobody has measured.
  public func hiddenParts(
    _ dataset: any FaceDataset, progress: (Int) -> Void = { _ in }
  ) throws -> HiddenPartsReport {
    guard visibility != nil else { throw AccountError.noCatalog }
    var found: [String: [String: Sightings]] = [:]
    var (frontal, turned): ([CoveredFace], [CoveredFace]) = ([], [])
    var damaged: [DamagedPhoto] = []
    var photos = 0
    for index in 0..<dataset.count {
      progress(index + 1)
      let read: CoveredPhoto?
      do {
        read = try CoveredPhoto(dataset, index, side: 2 * model.info.input.storedSide)
      } catch {
        damaged.append(DamagedPhoto(index: index, source: dataset.source(at: index), error: error))
        continue
      }
      guard let photo = read else { continue }
      photos += 1
      let faces = try examine(photos: [photo.image] + (photo.isFrontal ? [photo.sunglasses, photo.mask] : []))
      judge(photo, faces, &found)
      // Large networks' maps of many photos would fill any memory.
      let room = (512 << 20) / faces.reduce(0) { $0 + $1.views.reduce(0) { $0 + $1.bytes } }
      let face = CoveredFace(label: dataset.label(at: index), faces: faces)
      if photo.isFrontal {
        if frontal.count < room { frontal.append(face) }
      } else if turned.count < room {
        turned.append(face)
      }
    }
    let rows = [("sunglasses", ["left eye", "right eye"]), ("mask", ["mouth", "nose"]), ("profile", ["far eye"])]
      .flatMap { cover, parts in parts.compactMap { found[cover]?[$0]?.row(cover, $0) } }
    return HiddenPartsReport(
      data: dataset.name, photos: photos, scoredPhotos: frontal.count + turned.count, rows: rows,
      scoring: try scoring(frontal, turned), damaged: damaged)
  }

  /// A person's photo as it is, a frontal one in sunglasses and with a mask too.
  private struct CoveredFace {
    let label: Int
    let faces: [ExaminedFace]
  }

  private func scoring(
    _ frontal: [CoveredFace], _ turned: [CoveredFace]
  ) throws -> [HiddenPartsReport.Scoring] {
    let pairs = CoveredPairs.drawn(frontal.map(\.label))
    let covered = try ["nothing", "sunglasses", "mask"].enumerated().compactMap { cover, name in
      try scoring(name, pairs.map { (frontal[$0.first].faces[0], frontal[$0.second].faces[cover], $0.same) })
    }
    let across = CoveredPairs.drawn(turned.map(\.label), from: frontal.map(\.label))
    let profiles = try scoring(
      "profile", across.map { (frontal[$0.first].faces[0], turned[$0.second].faces[0], $0.same) })
    return covered + [profiles].compactMap { $0 }
  }

  /// Nil without pairs of one person and of two.
  private func scoring(
    _ cover: String, _ pairs: [(a: ExaminedFace, b: ExaminedFace, same: Bool)]
  ) throws -> HiddenPartsReport.Scoring? {
    var (whole, visible, same) = ([Double](), [Double](), [Bool]())
    for pair in pairs {
      // A pair of which nothing is left is left out of both.
      do {
        visible.append(try score(pair.a, pair.b, ignoreHidden: true))
      } catch AccountError.nothingVisible {
        continue
      }
      whole.append(try score(pair.a, pair.b))
      same.append(pair.same)
    }
    guard same.contains(true), same.contains(false) else { return nil }
    let curves = (try OperatingCurve(scores: whole, same: same), try OperatingCurve(scores: visible, same: same))
    let points = model.info.threshold.map { (curves.0.point(at: $0), curves.1.point(at: $0)) }
    return .init(
      cover: cover, pairs: same.count, aucWhole: curves.0.areaUnderCurve, aucVisible: curves.1.areaUnderCurve,
      accuracyWhole: points.map { curves.0.accuracy($0.0) }, accuracyVisible: points.map { curves.1.accuracy($0.1) },
      falseAcceptsWhole: points.map { curves.0.falseAcceptRate($0.0) },
      falseAcceptsVisible: points.map { curves.1.falseAcceptRate($0.1) })
  }

  private func judge(
    _ photo: CoveredPhoto, _ faces: [ExaminedFace], _ found: inout [String: [String: Sightings]]
  ) {
    let seen = faces.map { visible($0) }
    func add(_ cover: String, _ part: String, shown: Double?, hidden: Double?) {
      if let shown { found[cover, default: [:]][part, default: Sightings()].shown.append(shown) }
      if let hidden { found[cover, default: [:]][part, default: Sightings()].hidden.append(hidden) }
    }
    guard photo.isFrontal else {
      let (near, far) = photo.showsLeftEye ? ("left eye", "right eye") : ("right eye", "left eye")
      return add("profile", "far eye", shown: seen[0][near], hidden: seen[0][far])
    }
    for eye in ["left eye", "right eye"] {
      add("sunglasses", eye, shown: seen[0][eye], hidden: seen[1][eye])
      add("profile", "far eye", shown: seen[0][eye], hidden: nil)
    }
    for part in ["mouth", "nose"] { add("mask", part, shown: seen[0][part], hidden: seen[2][part]) }
  }

  private func visible(_ face: ExaminedFace) -> [String: Double] {
    let values = visibility!(face)
    return Dictionary(
      uniqueKeysWithValues: zip(parts.groups, values).compactMap { group, value in value.map { (group.name, $0) } })
  }
}

/// A photo with the places of its parts, to be covered.
private struct CoveredPhoto {
  let image: Image
  let isFrontal: Bool
  let showsLeftEye: Bool
  private let eyes: [(x: Double, y: Double)]
  private let mouth: (x: Double, y: Double)
  private let unit: Double

  /// Nil for a photo without annotated eyes and mouth.
  init?(_ dataset: any FaceDataset, _ index: Int, side: Int) throws {
    guard let annotation = try dataset.annotation(at: index) else { return nil }
    image = try dataset.image(at: index, minimumSide: side)
    let scale = image.frame.width / Double(try dataset.size(at: index).width)
    func places(_ part: FacePart) -> [(x: Double, y: Double)] {
      annotation.centers.filter { $0.part == part }.map { (Double($0.x) * scale, Double($0.y) * scale) }
    }
    let (left, right) = (places(.leftEye), places(.rightEye))
    eyes = left + right
    guard let mouth = places(.mouth).first, !eyes.isEmpty else { return nil }
    self.mouth = mouth
    isFrontal = !left.isEmpty && !right.isEmpty
    showsLeftEye = !left.isEmpty
    unit = Double(annotation.eyeMouthDistance) * scale
  }

  var sunglasses: Image {
    var covered = image
    for eye in eyes {
      covered.fillCircle(center: (eye.x - 0.5, eye.y - 0.5 + 0.04 * unit), radius: 0.38 * unit, color: RGB(18, 18, 20))
    }
    return covered
  }

  var mask: Image {
    var covered = image
    covered.fillCircle(
      center: (mouth.x - 0.5, mouth.y - 0.5 + 0.1 * unit), radius: 0.8 * unit, color: RGB(150, 190, 215))
    return covered
  }
}

/// Pairs of photos for scores.
private enum CoveredPairs {
  /// Every photo with the next one or two of its person, and as many with photos of other people, drawn by a fixed seed.
  static func drawn(_ labels: [Int]) -> [FacePair] {
    var random = SeededRandom(seed: 1, stream: "covered pairs")
    var pairs: [FacePair] = []
    for (first, label) in labels.enumerated() {
      for second in labels.indices.filter({ $0 > first && labels[$0] == label }).prefix(2) {
        pairs.append(FacePair(first: first, second: second, same: true, fold: 0))
        guard labels.contains(where: { $0 != label }) else { continue }
        var other = second
        while labels[other] == label { other = random.int(below: labels.count) }
        pairs.append(FacePair(first: first, second: other, same: false, fold: 0))
      }
    }
    return pairs
  }

  /// Each of these photos, second, with up to two others of its person, first, and with as many of other people.
  static func drawn(_ labels: [Int], from others: [Int]) -> [FacePair] {
    var random = SeededRandom(seed: 1, stream: "turned pairs")
    return labels.enumerated().flatMap { second, label in
      func pairs(_ same: Bool, _ most: Int) -> [FacePair] {
        var candidates = others.indices.filter { (others[$0] == label) == same }
        random.shuffle(&candidates)
        return candidates.prefix(most).map { FacePair(first: $0, second: second, same: same, fold: 0) }
      }
      let own = pairs(true, 2)
      return own + pairs(false, own.count)
    }
  }
}
