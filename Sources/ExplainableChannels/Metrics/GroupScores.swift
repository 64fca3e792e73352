import FaceDatasets

/// What groups of channels say of the face's parts, as SCOPS (Hung et al. 2019) and PDiscoNet (van der Klis et al. 2023)
/// measure part maps. See docs/metrics.md.
public struct GroupScores: Codable, Sendable, Equatable {
  /// How many groups the channels were gathered into.
  public var groups: Int
  /// Landmarks that were looked up.
  public var landmarks: Int
  /// Normalized mutual information of the strongest group at each landmark with the landmark's name, 0 to 1; higher is better.
  public var nmi: Double
  /// Adjusted Rand index of the same, at most 1, 0 by chance; higher is better.
  public var ari: Double
  /// Error of the landmarks' places predicted from the centroids of the groups' maps, in eye-mouth distances; lower is
  /// better. Nil where no landmark has two photos of one half of the people and one of the other.
  public var keypointError: Double?
  /// The error of always answering with the landmarks' mean places in the network's input: what knowing nothing gives.
  public var keypointErrorOfMean: Double?
}

/// What is read from the groups' maps of one image.
struct GroupReading {
  let image: MeasuredImage
  /// The strongest group at each landmark in view and the landmark's part; as many groups as there are where all are silent.
  var strongest: [(group: Int, part: Int)] = []
  /// Column and row of the centroid of each group's map, one after the other; NaN for a silent group.
  var centroids: [Double] = []

  /// Nil when the image has no annotation.
  init?(_ entry: KeptMaps.Entry, groups: ChannelGroups, width: Int, height: Int) throws {
    guard let annotation = entry.image.annotation, entry.image.eyeMouthDistance != nil,
      let inverse = entry.image.geometry.inverse
    else { return nil }
    image = entry.image
    let values = try groups.maps(entry, area: width * height).floats()
    let maps = (0..<groups.count).map { CellMap(values[($0 * width * height)...], width: width, height: height) }
    for center in annotation.centers where center.x.isFinite && center.y.isFinite {
      let cell = inverse(Double(center.x), Double(center.y))
      let here = maps.compactMap { $0.value(column: cell.x, row: cell.y) }
      guard here.count == maps.count, let most = here.max() else { continue }
      let group = most > 0 ? here.firstIndex(of: most)! : maps.count
      strongest.append((group, FacePartLabel.index(of: center.part)))
    }
    centroids = maps.flatMap { map -> [Double] in
      let centroid = map.centroid
      return [centroid.column, centroid.row]
    }
  }
}

extension ExplainabilityMeter {
  /// Gathers the channels into groups and compares these with the annotation; nil without kept maps, annotation or two live
  /// channels.
  func groupScores(strengths: [Double]) throws -> GroupScores? {
    let entries = keptMaps.inOrder
    guard entries.contains(where: { $0.image.eyeMouthDistance != nil }) else { return nil }
    let groups = try ChannelGroups(
      entries, strengths: strengths, area: mapWidth * mapHeight, count: settings.groupCount)
    guard groups.count > 1 else { return nil }
    let readings = try entries.compactMap { entry in
      try GroupReading(entry, groups: groups, width: mapWidth, height: mapHeight).map { (self.groups[entry.row], $0) }
    }
    let found = readings.flatMap(\.1.strongest)
    guard let agreement = LabelAgreement(found.map(\.group), found.map(\.part)) else { return nil }
    let keypoints = KeypointRegression(readings, seed: settings.seed)
    return GroupScores(
      groups: groups.count, landmarks: found.count, nmi: agreement.normalizedMutualInformation,
      ari: agreement.adjustedRandIndex, keypointError: keypoints?.error, keypointErrorOfMean: keypoints?.errorOfMean)
  }
}

/// One map of cells, read between cells.
struct CellMap {
  let values: [Float]
  let width: Int
  let height: Int

  init(_ values: some Collection<Float>, width: Int, height: Int) {
    self.values = Array(values.prefix(width * height))
    self.width = width
    self.height = height
  }

  /// The bilinear value at a place in cells, the edge repeated half a cell outward; nil outside of the map.
  func value(column: Double, row: Double) -> Float? {
    guard column >= -0.5, row >= -0.5, column <= Double(width) - 0.5, row <= Double(height) - 0.5 else { return nil }
    let (x, y) = (min(max(column, 0), Double(width - 1)), min(max(row, 0), Double(height - 1)))
    let (left, top) = (Int(x), Int(y))
    let (right, bottom) = (min(left + 1, width - 1), min(top + 1, height - 1))
    let (u, v) = (Float(x - Double(left)), Float(y - Double(top)))
    func cell(_ column: Int, _ row: Int) -> Float { values[row * width + column] }
    let upper = cell(left, top) * (1 - u) + cell(right, top) * u
    let lower = cell(left, bottom) * (1 - u) + cell(right, bottom) * u
    return upper * (1 - v) + lower * v
  }

  /// The mean place of the map's energy in cells; NaN when it has none.
  var centroid: (column: Double, row: Double) {
    var sum = SIMD3<Double>.zero
    for row in 0..<height {
      for column in 0..<width {
        sum += Double(values[row * width + column]) * SIMD3(Double(column), Double(row), 1)
      }
    }
    return sum.z > 0 ? (sum.x / sum.z, sum.y / sum.z) : (.nan, .nan)
  }
}
