import FaceDatasets

/// Two photos compared: the score, and what each part of the face adds to it.
///
///     let match = try model.match("a.jpg", "b.jpg")
///     match.score                 // 0.51
///     match.parts["mouth"]        // its contribution, and how visible it is in both photos
public struct Match: Sendable {
  /// A line of the account.
  public struct Part: Sendable, Equatable {
    /// "mouth", "left eye", "left temple", "channels 0-5", ...
    public let name: String
    /// The part as annotations know it; nil for a place without a name of its own.
    public let part: FacePart?
    /// The channels that speak for it (in a mirror image, those of the other side).
    public let channels: [Int]
    /// What it adds to the score; negative where the photos differ.
    public let contribution: Double
    /// Of the contribution, what the part adds with the same part of the other photo: like with like. The rest is with the other
    /// photo's other parts. Nil where the network is not affine behind its target layer.
    public let samePart: Double?
    /// The contribution over the sum of all lines' magnitudes, with its sign.
    public let share: Double
    /// How visible it is in each photo, 0 to 1; nil without a channel catalog.
    public let visibleA: Double?
    public let visibleB: Double?
    /// Whether the score leaves it out because it is hidden in a photo.
    public let isIgnored: Bool

    /// Hidden in a photo: covered, or turned away.
    public var isHiddenA: Bool { visibleA.map { $0 < PartVisibility.hiddenBelow } ?? false }
    public var isHiddenB: Bool { visibleB.map { $0 < PartVisibility.hiddenBelow } ?? false }
  }

  /// The parts of a match, from the top of the face down.
  public struct Parts: Sendable, RandomAccessCollection {
    fileprivate let lines: [Part]
    /// What each pair of lines adds, one of the first photo and one of the second.
    fileprivate let pairs: [[Double]]?
    public var startIndex: Int { 0 }
    public var endIndex: Int { lines.count }
    public subscript(position: Int) -> Part { lines[position] }

    /// The part of that name. A part of both sides ("brow", "outer corner of the eye") is the sum of its sides ("left brow", "right
    /// brow", and "either brow", whose channels are on one or the other), with the same part of the other photo on whichever
    /// side; its visibility is that of the most visible.
    public subscript(name: String) -> Part? {
      if let line = lines.first(where: { $0.name == name }) { return line }
      let indices = lines.indices.filter { index in
        ["left ", "right ", "either "].contains { lines[index].name.replacing($0, with: "") == name }
      }
      let sides = indices.map { lines[$0] }
      guard let first = sides.first else { return nil }
      func larger(_ value: (Part) -> Double?) -> Double? { sides.compactMap(value).max() }
      let alike = pairs.map { pairs in
        indices.flatMap { row in indices.map { pairs[row][$0] } }.reduce(0, +)
      }
      return Part(
        name: name, part: sides.allSatisfy { $0.part == first.part } ? first.part : nil,
        channels: sides.flatMap(\.channels),
        contribution: sides.reduce(0) { $0 + $1.contribution }, samePart: alike,
        share: sides.reduce(0) { $0 + $1.share },
        visibleA: larger(\.visibleA), visibleB: larger(\.visibleB), isIgnored: sides.allSatisfy(\.isIgnored))
    }
  }

  /// The cosine of the two embeddings; of those of the parts visible in both photos where hidden ones are ignored.
  public let score: Double
  /// The model's threshold, from which two photos count as the same person; nil when it has none.
  public let threshold: Double?
  public let parts: Parts
  /// The channels behind the parts, and the places of both photos.
  public let account: ScoreAccount
  /// How channels are sorted into parts.
  public let grouping: FaceParts
  public let first: ExaminedFace
  public let second: ExaminedFace

  /// Whether the score reaches the threshold; nil without one, and where a photo shows no face to decide about.
  public var isSame: Bool? {
    showsFaces ? threshold.map { score >= $0 } : nil
  }
  /// What each photo has in common with the average face: nothing in it compares the two.
  public var constant: Double { account.constant }
  /// What the lines leave over: rounding, where the network is affine behind its target layer.
  public var remainder: Double { account.remainder }
  /// Whether any part of a face is visible in each photo; nil without a channel catalog. Where none is, in one profile of a
  /// hundred and in pictures of no face, the score says little.
  public var showsFaceA: Bool? { showsFace(\.visibleA) }
  public var showsFaceB: Bool? { showsFace(\.visibleB) }
  private func showsFace(_ visible: (Part) -> Double?) -> Bool? {
    parts.compactMap(visible).max().map { $0 >= PartVisibility.hiddenBelow }
  }

  /// Whether it is of whole faces, as the pairs are that a model's threshold and probability are measured on. Whether these were
  /// measured with mirror images, as `flip` compares, the model's calibration says.
  public var isLikeCalibrated: Bool { ignored.isEmpty && showsFaces }
  /// Whether neither photo is known to show no face.
  private var showsFaces: Bool { showsFaceA != false && showsFaceB != false }

  /// Parts left out because a photo does not show them.
  public var ignored: [String] { parts.filter(\.isIgnored).map(\.name) }

  init(
    _ account: ScoreAccount, partPairs: [[Double]]?, first: ExaminedFace, second: ExaminedFace, grouping: FaceParts,
    threshold: Double?, visibility: (first: [Double?], second: [Double?])?, ignored: Set<Int>
  ) {
    var contributions = [Double](repeating: 0, count: grouping.groups.count)
    for view in account.first.views + account.second.views {
      for (channel, share) in view.channels.enumerated() {
        contributions[grouping.group(of: channel, mirrored: view.isMirrored)] += share
      }
    }
    let rest = abs(account.constant) + (account.isExact ? 0 : abs(account.remainder))
    let total = max(contributions.reduce(0) { $0 + abs($1) } + rest, 1e-12)
    let seen = account.first.views.count > 1
    // The other side of a part that no channel detects exists in mirror images only.
    let shown = grouping.groups.indices.filter { seen || !grouping.groups[$0].channels.isEmpty }
    let lines = shown.map { index in
      let group = grouping.groups[index]
      return Part(
        name: group.name, part: group.part, channels: group.channels, contribution: contributions[index],
        samePart: partPairs?[index][index], share: contributions[index] / total,
        visibleA: visibility?.first[index], visibleB: visibility?.second[index], isIgnored: ignored.contains(index))
    }
    let pairs = partPairs.map { pairs in shown.map { row in shown.map { pairs[row][$0] } } }
    self.init(
      score: account.score, threshold: threshold, parts: Parts(lines: lines, pairs: pairs),
      account: account, grouping: grouping, first: first, second: second)
  }

  private init(
    score: Double, threshold: Double?, parts: Parts, account: ScoreAccount, grouping: FaceParts, first: ExaminedFace,
    second: ExaminedFace
  ) {
    self.score = score
    self.threshold = threshold
    self.parts = parts
    self.account = account
    self.grouping = grouping
    self.first = first
    self.second = second
  }
}

extension Match {
  /// What each place of the first photo adds to the score through the line of that name, or through all, [H, W] row by row. Of a name that
  /// sums up sides ("brow"), or of none, all are 0.
  public func placesA(_ part: String? = nil) -> [Double] { places(account.first, part) }
  /// The same of the second photo.
  public func placesB(_ part: String? = nil) -> [Double] { places(account.second, part) }

  private func places(_ side: ScoreAccount.Side, _ part: String?) -> [Double] {
    guard let part else { return side.places() }
    let wanted = Set(grouping.groups.indices.filter { grouping.groups[$0].name == part })
    return side.places { wanted.contains(grouping.group(of: $0, mirrored: $1)) }
  }
}
