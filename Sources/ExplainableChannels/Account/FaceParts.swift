import FaceDatasets
import FaceNetworks

/// Which channels speak for which part of the face: every channel belongs to exactly one part. Left and right are the
/// person's own.
public struct FaceParts: Sendable, Equatable {
  /// The channels of one part.
  public struct Group: Sendable, Equatable {
    /// "mouth", "left brow", "left temple", or "channels 0-5" where nobody has measured what they detect.
    public let name: String
    /// The part as annotations know it; nil for a place without a name of its own.
    public let part: FacePart?
    public let channels: [Int]
    /// The side of the face it is on; nil on the midline.
    public let side: Side?
  }

  public enum Side: String, Sendable, Codable { case left, right }

  public let groups: [Group]
  /// Whether names come from a catalog of what the channels detect.
  public let areNamed: Bool
  /// A channel's group in the photo and in its mirror image, where a detector of left eyes sees the right one.
  private let own: [Int]
  private let mirrored: [Int]

  /// From what was measured of a model's channels.
  public init(_ catalog: ChannelCatalog) {
    let names = PartNames(catalog)
    self.init(
      catalog.channels.sorted { $0.index < $1.index }.map { names.label($0) }, areNamed: true)
  }

  /// For channels of which nobody knows what they detect: up to sixteen runs of neighbors.
  public init(channels: Int) {
    let size = max(1, (channels + 15) / 16)
    let labels = (0..<channels).map { channel -> PartLabel in
      let first = channel / size * size
      let last = min(first + size, channels) - 1
      let name = first == last ? "channel \(first)" : "channels \(first)-\(last)"
      return PartLabel(name: name, part: nil, side: nil, height: Double(first))
    }
    self.init(labels, areNamed: false)
  }

  /// One label a channel.
  private init(_ labels: [PartLabel], areNamed: Bool) {
    // A mirror image needs the other side's group even where no channel detects it.
    let all = Dictionary(grouping: labels + labels.map(\.mirrored), by: \.name)
    let order = all.mapValues { same in same.reduce(0) { $0 + $1.height } / Double(same.count) }
      .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
      .map(\.key)
    let numbers = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
    groups = order.map { name in
      let label = all[name]![0]
      return Group(
        name: name, part: label.part, channels: labels.indices.filter { labels[$0].name == name }, side: label.side)
    }
    own = labels.map { numbers[$0.name]! }
    mirrored = labels.map { numbers[$0.mirrored.name]! }
    self.areNamed = areNamed
  }

  /// The group that a channel speaks for in a photo, or in its mirror image. Traps when there is no such channel.
  public func group(of channel: Int, mirrored isMirrored: Bool) -> Int {
    isMirrored ? mirrored[channel] : own[channel]
  }

  /// What each group's channels add to a view's embedding by how they differ from the average face, [G][D].
  func vectors(
    of view: ExaminedFace.View, channels: Int, _ affine: AffineEmbedding
  ) throws -> [[Double]] {
    let own = try affine.channelVectors(view.deviations, channels: channels).doubles()
    var sums = [[Double]](repeating: [Double](repeating: 0, count: affine.dimension), count: groups.count)
    for channel in 0..<channels {
      let group = group(of: channel, mirrored: view.isMirrored)
      for number in 0..<affine.dimension { sums[group][number] += own[channel * affine.dimension + number] }
    }
    return sums
  }
}

/// What a channel's group is called.
struct PartLabel {
  /// What is said before its side ("outer corner of the"), and after it ("eye").
  private let words: (before: String, base: String)
  let part: FacePart?
  let side: FaceParts.Side?
  /// Parts are listed from the top of the face down.
  let height: Double

  /// before, name: without its side.
  init(_ before: String = "", name: String, part: FacePart?, side: FaceParts.Side?, height: Double) {
    (words, self.part, self.side, self.height) = ((before, name), part, side, height)
  }

  var name: String {
    [words.before, side?.rawValue ?? "", words.base].filter { !$0.isEmpty }.joined(separator: " ")
  }

  /// What the channel sees in a mirror image.
  var mirrored: PartLabel {
    let other: FacePart? = part == .leftEye ? .rightEye : part == .rightEye ? .leftEye : part
    return PartLabel(
      words.before, name: words.base, part: other, side: side.map { $0 == .left ? .right : .left }, height: height)
  }
}
