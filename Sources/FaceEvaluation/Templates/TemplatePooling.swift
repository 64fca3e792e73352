/// How the photos of a template become one feature: the field's convention for IJB (arcface_torch's `eval_ijbc.py`, its modes
/// F, N and D).
public struct TemplatePooling: Codable, Sendable, Hashable {
  /// What becomes of a photo's mirror image.
  public enum Mirror: String, Codable, Sendable, CaseIterable {
    /// It is not looked at.
    case none
    /// The two embeddings are added (F2).
    case sum
    /// They are put one behind the other (F1).
    case concatenated
  }

  public var mirror = Mirror.sum
  /// Whether embeddings keep their lengths (N1), which are shorter for bad photos as a rule.
  public var keepsLength = true
  /// Whether each photo counts by the detector's score (D1).
  public var weighsByDetector = true

  public init() {}

  /// What tables call it: "mirror images added, lengths kept, weighted by detector".
  public var title: String {
    let mirrored =
      switch mirror {
      case .none: "photos alone"
      case .sum: "mirror images added"
      case .concatenated: "mirror images concatenated"
      }
    return [
      mirrored, keepsLength ? "lengths kept" : "unit lengths", weighsByDetector ? "weighted by detector" : "unweighted",
    ].joined(separator: ", ")
  }
}

/// Features of templates: the mean over each media's photos, summed over the media, at unit length.
public struct TemplateFeatures: Sendable {
  public let dimension: Int
  /// [T, D], row by row; zeros for a template without a photo.
  public private(set) var values: [Float]
  /// Whether each template has a photo that could be read.
  public private(set) var isPresent: [Bool]

  // What is being added up: one media of one template.
  private var template = -1
  private var media: Int32 = 0
  private var photos: Float = 0
  private var sum: [Float]

  public init(templates: Int, dimension: Int) {
    self.dimension = dimension
    values = Array(repeating: 0, count: templates * dimension)
    isPresent = Array(repeating: false, count: templates)
    sum = Array(repeating: 0, count: dimension)
  }

  /// Adds a photo. Photos of one media of one template come one after the other.
  public mutating func add(_ feature: some Collection<Float>, template: Int, media: Int32) {
    if template != self.template || media != self.media { closeMedia() }
    (self.template, self.media) = (template, media)
    photos += 1
    for (place, value) in feature.enumerated() { sum[place] += value }
  }

  private mutating func closeMedia() {
    guard photos > 0 else { return }
    let start = template * dimension
    for place in 0..<dimension {
      values[start + place] += sum[place] / photos
      sum[place] = 0
    }
    isPresent[template] = true
    photos = 0
  }

  /// Brings every template to unit length; one without a direction counts as one without photos. Throws ``VerificationError``
  /// for numbers that are not finite.
  public mutating func finish() throws {
    closeMedia()
    for template in isPresent.indices where isPresent[template] {
      let row = (template * dimension)..<((template + 1) * dimension)
      let length = values[row].reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
      guard length.isFinite else { throw VerificationError.templateNotFinite }
      isPresent[template] = length > 0
      for place in row where length > 0 { values[place] = Float(Double(values[place]) / length) }
    }
  }

  /// What a comparison with a template that is not present scores: no cosine is lower.
  static let failedScore: Float = -1

  /// The cosine of two templates.
  public func cosine(_ first: Int, _ second: Int) -> Float {
    values.withUnsafeBufferPointer { values in
      let a = values.baseAddress! + first * dimension
      let b = values.baseAddress! + second * dimension
      // Eight sums at a time: one alone could not be vectorized without changing its order.
      var sums = SIMD8<Float>()
      var place = 0
      while place + 8 <= dimension {
        let x = UnsafeRawPointer(a + place).loadUnaligned(as: SIMD8<Float>.self)
        let y = UnsafeRawPointer(b + place).loadUnaligned(as: SIMD8<Float>.self)
        sums += x * y
        place += 8
      }
      var cosine = sums.sum()
      while place < dimension {
        cosine += a[place] * b[place]
        place += 1
      }
      return cosine
    }
  }

  /// The features of some templates, [N, D].
  func rows(_ templates: some Collection<Int>) -> [Float] {
    var rows: [Float] = []
    rows.reserveCapacity(templates.count * dimension)
    for template in templates { rows += values[(template * dimension)..<((template + 1) * dimension)] }
    return rows
  }
}
