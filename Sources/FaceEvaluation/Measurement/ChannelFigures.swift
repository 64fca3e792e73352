import ExplainableChannels
import FaceDatasets
import FaceImages
import Torch

/// One channel over some faces, for pictures: the same faces for every channel and every method.
public struct ChannelFigure: Sendable {
  public struct Face: Sendable {
    /// What the network saw.
    public let image: Image
    /// The channel's activations there, as a share of its strongest on these faces.
    public let map: FloatMap
    public let source: String
    public let isMoved: Bool

    public init(image: Image, map: FloatMap, source: String, isMoved: Bool) {
      (self.image, self.map, self.source, self.isMoved) = (image, map, source, isMoved)
    }
  }

  public let summary: ChannelSummary
  public let faces: [Face]

  public init(summary: ChannelSummary, faces: [Face]) {
    (self.summary, self.faces) = (summary, faces)
  }
}

extension NetworkScan {
  /// The purest channels, the best of every part first, over `faces` photos of different people, every second of them moved.
  public func channelFigures(
    _ report: ExplainabilityReport, store: PhotoStore, faces: Int, channels: Int
  ) throws -> [ChannelFigure] {
    try channelFigures(of: NetworkScan.choose(report.moved ?? report.asCropped, channels), store: store, faces: faces)
  }

  /// The channels `chosen` over `faces` photos of different people, every second of them moved.
  public func channelFigures(of chosen: [ChannelSummary], store: PhotoStore, faces: Int) throws -> [ChannelFigure] {
    let photos = spread(store.dataset, faces)
    let size = model.info.input.size
    var pictures: [Image] = []
    var seen: [(source: String, isMoved: Bool)] = []
    var maps: [[FloatMap]] = []
    for (place, photo) in photos.enumerated() {
      let isMoved = place % 2 == 1
      let view: PhotoView = isMoved ? .moved(MovedFaces()) : .asCropped
      _ = try run(store, [photo], view: view) { batch in
        let bytes = try ((batch.input + 1) * 127.5).rounded().permuted(0, 2, 3, 1).contiguous().to(.uint8).bytes()
        pictures.append(Image(width: size, height: size, pixels: bytes))
        seen.append((store.dataset.source(at: photo), isMoved))
        let side = model.network.targetSide
        maps.append(
          try chosen.map { summary in
            let map = try targetMaps(batch.output).selected(1, summary.index).contiguous()
            return FloatMap(width: side, height: side, values: try map.floats())
          })
      }
    }
    return chosen.enumerated().map { row, summary in
      let strongest = max(1e-6, maps.map { $0[row].values.max() ?? 0 }.max() ?? 0)
      let shown = pictures.indices.map { column -> ChannelFigure.Face in
        var map = maps[column][row]
        for i in map.values.indices { map.values[i] /= strongest }
        return ChannelFigure.Face(
          image: pictures[column], map: map, source: seen[column].source, isMoved: seen[column].isMoved)
      }
      return ChannelFigure(summary: summary, faces: shown)
    }
  }

  /// Photos of different people, evenly spread over the dataset; of any where these are too few, or nobody says who is who.
  private func spread(_ dataset: any FaceDataset, _ count: Int) -> [Int] {
    var firsts: [Int: [Int]] = [:]
    for index in 0..<dataset.count { firsts[dataset.label(at: index), default: []].append(index) }
    let count = min(count, dataset.count)
    guard firsts.count >= count else { return (0..<count).map { $0 * dataset.count / count } }
    let people = firsts.keys.sorted()
    let step = max(1, people.count / max(1, count))
    return stride(from: 0, to: people.count, by: step).prefix(count).enumerated().map { place, person in
      let own = firsts[people[person]]!
      // Different photos of each: CFP's profiles come after its frontal photos.
      return own[(place * 5) % own.count]
    }
  }

  /// The purest channel of each part found, then the second purest of each, and so on: many parts before many channels;
  /// those on no part come last. Without annotation the strongest channels.
  private static func choose(_ scores: ExplainabilityScores, _ count: Int) -> [ChannelSummary] {
    let active = scores.perChannel.filter { $0.meanStrength > 0 }
    let measured = active.filter { $0.purity != nil }
    func rank(_ channel: ChannelSummary) -> (Double, Int) { (channel.purity ?? channel.meanStrength, -channel.index) }
    let named = measured.contains { $0.part != nil }
    let ranked = (measured.isEmpty ? active : measured).sorted { rank($0) > rank($1) }
    var taken: [FacePart?: Int] = [:]
    let rounds = ranked.map { channel -> (round: Int, channel: ChannelSummary) in
      defer { taken[channel.part, default: 0] += 1 }
      return (named && channel.part == nil ? .max : taken[channel.part, default: 0], channel)
    }
    let ordered = rounds.enumerated().sorted { ($0.element.round, $0.offset) < ($1.element.round, $1.offset) }
    return ordered.prefix(count).map(\.element.channel)
  }
}
