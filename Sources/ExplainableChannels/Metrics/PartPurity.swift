import FaceDatasets

/// Part purity: of the images in which a channel is active, the share whose peak lies on the channel's most frequent
/// part. See docs/metrics.md for the edge cases.
struct PartPurity: ChannelMetric, Sendable {
  let channels: Int
  /// How many parts are told apart.
  let parts: Int
  /// N * C: the part under each peak, 255 for none, 254 where the channel is not counted.
  private(set) var assigned: [UInt8] = []
  /// N: the parts that each image shows, a bit each; 0 where that is not known.
  private(set) var shown: [UInt32] = []

  init(channels: Int, parts: Int) {
    self.channels = channels
    self.parts = parts
  }

  /// Credits the peaks of image `row` of `peaks` to the nearest part center within `radius` eye-mouth distances.
  mutating func add(
    _ peaks: ChannelPeaks, row: Int, image: MeasuredImage, vocabulary: PartVocabulary, radius: Double,
    activeAbove: Float
  ) {
    let centers = image.annotation.map(vocabulary.centers) ?? []
    guard let unit = image.eyeMouthDistance, !centers.isEmpty else { return skipImage() }
    shown.append(centers.reduce(0) { $0 | 1 << UInt32($1.number) })
    let reach = Float(radius * unit)
    append(peaks, row: row, activeAbove: activeAbove) { x, y in
      var best = FacePartLabel.none
      var nearest = reach * reach
      for center in centers {
        let (dx, dy) = (x - center.x, y - center.y)
        let distance = dx * dx + dy * dy
        if distance < nearest || (distance == nearest && best == FacePartLabel.none) {
          nearest = distance
          best = center.number
        }
      }
      return best
    }
  }

  /// Credits the peaks of image `row` to the true part under them, or within `tolerance` eye-mouth distances.
  mutating func add(
    _ peaks: ChannelPeaks, row: Int, image: MeasuredImage, maskTolerance tolerance: Double, activeAbove: Float
  ) {
    guard let labels = image.labels, labels.hasParts else { return skipImage() }
    let radius = tolerance * (image.eyeMouthDistance ?? 0)
    shown.append(0)
    append(peaks, row: row, activeAbove: activeAbove) { x, y in
      labels.label(x: Double(x), y: Double(y), within: radius)
    }
  }

  private mutating func skipImage() {
    shown.append(0)
    assigned.append(contentsOf: repeatElement(FacePartLabel.uncounted, count: channels))
  }

  private mutating func append(
    _ peaks: ChannelPeaks, row: Int, activeAbove: Float, part: (Float, Float) -> UInt8
  ) {
    for channel in 0..<channels {
      guard peaks.strength[row * channels + channel] > activeAbove else {
        assigned.append(FacePartLabel.uncounted)
        continue
      }
      let point = peaks.point(image: row, channel: channel)
      assigned.append(part(point.x, point.y))
    }
  }

  /// How often each channel's peak was on each part, when image `n` counts `weights[n]` times. O(N * C).
  func shares(weights: [Float]) -> PartShares {
    var shares = PartShares(channels: channels, parts: parts)
    assigned.withUnsafeBufferPointer { assigned in
      shares.hits.withUnsafeMutableBufferPointer { hits in
        shares.counted.withUnsafeMutableBufferPointer { counted in
          for (image, weight) in weights.enumerated() where weight > 0 {
            for channel in 0..<channels {
              let part = assigned[image * channels + channel]
              guard part != FacePartLabel.uncounted else { continue }
              counted[channel] += weight
              if part != FacePartLabel.none { hits[channel * parts + Int(part)] += weight }
            }
          }
        }
      }
    }
    return shares
  }

  /// The purity of each channel where silence on an image that shows the part it detects is a miss: of the images in which it is active or that
  /// show its most frequent part, the share whose peak lies on that part. NaN where it was never counted.
  func countingSilence(_ shares: PartShares) -> [Double] {
    (0..<channels).map { channel in
      guard shares.counted[channel] > 0 else { return .nan }
      guard let part = shares.modalPart(channel) else { return 0 }
      let silent = shown.indices.count { image in
        shown[image] & (1 << UInt32(part)) != 0 && assigned[image * channels + channel] == FacePartLabel.uncounted
      }
      return Double(shares.hits[channel * parts + part]) / (Double(shares.counted[channel]) + Double(silent))
    }
  }

  func perChannel(weights: [Float]) -> [Double] {
    let shares = shares(weights: weights)
    return (0..<channels).map { shares.purity($0) }
  }
}

/// How the peaks of each channel fall on the parts.
struct PartShares {
  let channels: Int
  let parts: Int
  /// C * parts: images in which the channel's peak was on the part.
  var hits: [Float]
  /// C: images in which the channel was counted.
  var counted: [Float]

  init(channels: Int, parts: Int) {
    self.channels = channels
    self.parts = parts
    hits = [Float](repeating: 0, count: channels * parts)
    counted = [Float](repeating: 0, count: channels)
  }

  /// The share of a channel's peaks on a part; NaN when the channel was never counted.
  func share(_ channel: Int, part: Int) -> Double {
    counted[channel] > 0 ? Double(hits[channel * parts + part]) / Double(counted[channel]) : .nan
  }

  /// The part that most of a channel's peaks are on (ties: the first of the list); nil when none is on a part.
  func modalPart(_ channel: Int) -> Int? {
    var best: Int?
    var most: Float = 0
    for part in 0..<parts where hits[channel * parts + part] > most {
      most = hits[channel * parts + part]
      best = part
    }
    return best
  }

  /// The share of a channel's peaks on its modal part: 0 when none is on a part, NaN when never counted.
  func purity(_ channel: Int) -> Double {
    guard counted[channel] > 0 else { return .nan }
    return modalPart(channel).map { share(channel, part: $0) } ?? 0
  }
}
