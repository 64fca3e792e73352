import FaceNetworks

/// How visible the parts of a face are to a network, from 0 to 1, judged by their channels alone.
///
/// A channel counts by the square of its peak over what it usually reaches (its median over the catalog's photos), at most 1:
/// squared, weak answers to something else count little. A part counts by the mean of its channels, weighted by the fourth
/// power of their purity: a channel that is elsewhere on four faces of ten answers to something when its part is covered,
/// too. (Channels named by a place, whose purity is another part's, count alike.) Under a mask or sunglasses that falls to
/// almost nothing. The far side of a turned head has weaker channels too, but they find something else to answer to; so the
/// turn is read from how far the nose's channels peak off the middle between both sides' channels, and the side turned away
/// is dimmed.
public struct PartVisibility: Sendable {
  /// Parts below it are reported as hidden.
  public static let hiddenBelow = 0.25

  /// A turn, in units of the peaks' spread about their middle, from which the far side fades, and at which it is gone.
  static let fading = (from: 0.12, to: 0.25)

  private let parts: FaceParts
  private let medians: [Float]
  /// How much each channel has to say in its part.
  private let weights: [Double]
  private let turn: HeadTurn

  public init(_ catalog: ChannelCatalog, parts: FaceParts) {
    self.parts = parts
    let entries = catalog.channels.sorted { $0.index < $1.index }
    // A channel silent in half of the photos says nothing by being silent.
    medians = entries.map { Float($0.strength.median) }
    weights = entries.map { entry in
      // Of a channel named by its place the purity is another part's.
      guard entry.detected != nil, let purity = entry.purity else { return 1 }
      return purity * purity * (purity * purity)
    }
    turn = HeadTurn(entries, parts)
  }

  /// The visibility of each group of parts; nil for one that no view of the face has an active channel for.
  public func callAsFunction(_ face: ExaminedFace) -> [Double?] {
    var sums = [Double](repeating: 0, count: parts.groups.count)
    var counts = [Double](repeating: 0, count: parts.groups.count)
    for view in face.views {
      let strengths = strengths(view)
      let away = turn.away(view, face, strengths: strengths.map { $0 ?? 0 })
      for (channel, strength) in strengths.enumerated() {
        guard let strength else { continue }
        let group = parts.group(of: channel, mirrored: view.isMirrored)
        sums[group] +=
          weights[channel] * strength * (1 - away(parts.groups[parts.group(of: channel, mirrored: false)].side))
        counts[group] += weights[channel]
      }
    }
    return zip(sums, counts).map { $1 > 0 ? $0 / $1 : nil }
  }

  /// The square of each channel's peak over its median, at most 1; nil where the median is 0.
  private func strengths(_ view: ExaminedFace.View) -> [Double?] {
    zip(view.peaks, medians).map { peak, median in
      guard median > 0 else { return nil }
      let strength = min(1, Double(peak) / Double(median))
      return strength * strength
    }
  }
}

/// Which way a head is turned, from where its channels peak.
struct HeadTurn: Sendable {
  private let nose: [Int]
  private let left: [Int]
  private let right: [Int]

  init(_ entries: [ChannelCatalog.Entry], _ parts: FaceParts) {
    func channels(_ belongs: (FaceParts.Group) -> Bool) -> [Int] {
      parts.groups.filter(belongs).flatMap(\.channels)
    }
    nose = channels { $0.part == .nose }
    left = channels { $0.side == .left }
    right = channels { $0.side == .right }
  }

  /// How much of a side's visibility the turn takes away, 0 to 1, for channels of a side in this view.
  func away(
    _ view: ExaminedFace.View, _ face: ExaminedFace, strengths: [Double]
  ) -> (FaceParts.Side?) -> Double {
    let turn = turn(view, face, strengths)
    let ends = PartVisibility.fading
    func faded(_ turn: Double) -> Double { min(1, max(0, (turn - ends.from) / (ends.to - ends.from))) }
    // A nose to the right of the picture hides what is there: the person's left side.
    return { side in side.map { $0 == .left ? faded(turn) : faded(-turn) } ?? 0 }
  }

  /// Positive to the right of the view, in units of the peaks' spread; 0 where it cannot be seen.
  private func turn(_ view: ExaminedFace.View, _ face: ExaminedFace, _ strengths: [Double]) -> Double {
    let peaks = strengths.indices.map { peak(view, face, $0) }
    func middle(_ channels: [Int]) -> SIMD2<Double>? {
      let weight = channels.reduce(0) { $0 + strengths[$1] }
      // Too weak to be trusted with a place.
      guard !channels.isEmpty, weight / Double(channels.count) > PartVisibility.hiddenBelow else { return nil }
      return channels.reduce(.zero) { $0 + strengths[$1] * peaks[$1] } / weight
    }
    guard let nose = middle(nose), let left = middle(left), let right = middle(right),
      let center = middle(Array(strengths.indices))
    else { return 0 }
    let weight = strengths.reduce(0, +)
    let square = strengths.indices.reduce(0) { sum, channel in
      let offset = peaks[channel] - center
      return sum + strengths[channel] * (offset * offset).sum()
    }
    let spread = (square / weight).squareRoot()
    return spread > 0 ? (nose.x - (left.x + right.x) / 2) / spread : 0
  }

  /// The cell, x and y, of a channel's strongest activation.
  private func peak(_ view: ExaminedFace.View, _ face: ExaminedFace, _ channel: Int) -> SIMD2<Double> {
    let area = face.width * face.height
    return view.activations.withUnsafeBufferPointer { values in
      let summary = MapSummary(values.baseAddress! + channel * area, count: area)
      return SIMD2(Double(summary.cell % face.width), Double(summary.cell / face.width))
    }
  }
}
