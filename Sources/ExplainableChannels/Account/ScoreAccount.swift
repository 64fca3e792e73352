/// Where the cosine of two faces comes from: an account whose lines add up to the score.
///
/// Both photos' halves count each channel's deviation from the average face along the other photo's embedding:
/// `1/2 (M_c (a_c - m_c) . e_B + e_A . M_c (b_c - m_c)) / (|e_A| |e_B|)` for channel c. What the average face itself gives
/// is the constant. See docs/account.md for the derivation.
public struct ScoreAccount: Sendable {
  /// One photo's half of the account.
  public struct Side: Sendable {
    /// The photo, or its mirror image.
    public struct View: Sendable {
      public let isMirrored: Bool
      /// What each channel adds to the score in this view, [C].
      public let channels: [Double]
      let cells: Cells
    }

    public let views: [View]
    /// What the average face in place of this photo would add.
    public let constant: Double
    public let height: Int
    public let width: Int
  }

  /// How a channel's share lies over the places of its map.
  enum Cells: Sendable {
    /// As its activations [C, H, W] do: the average face is laid over this one, its channels where this face's are.
    case asActive([Float])
    /// As its activations [C, H, W] stand against the average face's one number a channel: slopes [C] times the difference, an
    /// even share of it a place. A place's number hangs on its own activation alone.
    case asStanding([Float], slopes: [Double])
    /// [C, H, W].
    case given([Double])
  }

  /// The cosine of the two embeddings; of an account of the difference, the cosine less 1.
  public let score: Double
  public let first: Side
  public let second: Side
  /// Whether the network is affine from its target layer to the embedding: then `remainder` is rounding only.
  public let isExact: Bool

  /// The average face's own part of the score.
  public var constant: Double { first.constant + second.constant }
  /// What the lines leave over.
  public var remainder: Double { score - constant - channels.reduce(0, +) }
  /// What each channel adds to the score, both photos and all views together, [C].
  public var channels: [Double] {
    let views = first.views + second.views
    return views[0].channels.indices.map { channel in views.reduce(0) { $0 + $1.channels[channel] } }
  }
}

extension ScoreAccount.Side {
  /// What each place of the photo adds to the score through the channels that `counts` (channel, seen in the mirror image)
  /// names, [H, W] row by row. With all channels, both photos' places and the constant add up to the score.
  public func places(_ counts: (Int, Bool) -> Bool = { _, _ in true }) -> [Double] {
    let area = height * width
    var sum = [Double](repeating: 0, count: area)
    for view in views {
      var own = [Double](repeating: 0, count: area)
      for channel in view.channels.indices where counts(channel, view.isMirrored) {
        view.cells.add(channel, share: view.channels[channel], to: &own)
      }
      for place in 0..<area {
        // Mirrored maps are put back.
        let from = view.isMirrored ? place / width * width + (width - 1 - place % width) : place
        sum[place] += own[from]
      }
    }
    return sum
  }
}

extension ScoreAccount.Cells {
  fileprivate func add(_ channel: Int, share: Double, to sum: inout [Double]) {
    let area = sum.count
    let start = channel * area
    switch self {
    case .given(let cells):
      for place in 0..<area { sum[place] += cells[start + place] }
    case .asStanding(let activations, let slopes):
      // A channel that was left out stands as the average face's does, everywhere.
      guard share != 0 else { return }
      let mean = activations[start..<(start + area)].reduce(0) { $0 + Double($1) } / Double(area)
      for place in 0..<area {
        sum[place] += (share + slopes[channel] * (Double(activations[start + place]) - mean)) / Double(area)
      }
    case .asActive(let activations):
      var total = 0.0
      for place in 0..<area { total += Double(activations[start + place]) }
      // A silent channel is missing everywhere alike.
      guard total > 0 else {
        for place in 0..<area { sum[place] += share / Double(area) }
        return
      }
      for place in 0..<area { sum[place] += share * Double(activations[start + place]) / total }
    }
  }
}
