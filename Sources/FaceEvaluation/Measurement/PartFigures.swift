import ExplainableChannels
import FaceDatasets

/// The channel that is best at one part, over some faces.
public struct PartFigure: Sendable {
  public let part: FacePart
  /// The share of the channel's peaks that are on the part.
  public let purity: Double
  public let figure: ChannelFigure

  public init(part: FacePart, purity: Double, figure: ChannelFigure) {
    (self.part, self.purity, self.figure) = (part, purity, figure)
  }
}

extension ExplainabilityScores {
  /// The parts that the best channel peaks on in at least this share of the photos.
  public func parts(purity share: Double) -> [FacePart] {
    purity.best.filter { $0.channel != nil && $0.purity >= share }.compactMap { FacePart(rawValue: $0.part) }
  }
}

extension NetworkScan {
  /// The best channel of each of `parts`, in their order, over `faces` photos of different people, every second of them
  /// moved. Parts that no channel peaks on are left out.
  public func partFigures(
    _ scores: ExplainabilityScores, parts: [FacePart], store: PhotoStore, faces: Int
  ) throws -> [PartFigure] {
    let best = parts.compactMap { part -> (part: FacePart, purity: Double, channel: ChannelSummary)? in
      guard let entry = scores.purity.best.first(where: { $0.part == part.rawValue }), let index = entry.channel,
        let channel = scores.perChannel.first(where: { $0.index == index })
      else { return nil }
      return (part, entry.purity, channel)
    }
    let figures = try channelFigures(of: best.map(\.channel), store: store, faces: faces)
    return zip(best, figures).map { PartFigure(part: $0.part, purity: $0.purity, figure: $1) }
  }
}
