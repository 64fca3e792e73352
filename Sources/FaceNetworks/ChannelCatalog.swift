/// What each channel of a model's target layer detects, measured once and kept in the model file.
public struct ChannelCatalog: Codable, Sendable, Equatable {
  /// Where a channel peaks in the face's own frame: origin in the middle of the channels' mean places, unit their root mean
  /// square distance from it, x to the right of the picture, y down.
  public struct Place: Codable, Sendable, Equatable {
    public var x: Double
    public var y: Double
    /// Root mean square distance of the channel's peaks from there, in the same unit.
    public var spread: Double

    public init(x: Double, y: Double, spread: Double) {
      self.x = x
      self.y = y
      self.spread = spread
    }
  }

  /// A channel's strongest activation over the photos measured; 0 where it was silent.
  public struct Strength: Codable, Sendable, Equatable {
    public var mean: Double
    public var deviation: Double
    /// 5, 50 and 95 % points.
    public var low: Double
    public var median: Double
    public var high: Double
    /// The activation, not the strongest one, on average over photos and places; nil in files from before it was measured.
    public var average: Double?

    public init(
      mean: Double, deviation: Double, low: Double, median: Double, high: Double, average: Double? = nil
    ) {
      self.mean = mean
      self.deviation = deviation
      self.low = low
      self.median = median
      self.high = high
      self.average = average
    }
  }

  public struct Entry: Codable, Sendable, Equatable {
    public var index: Int
    /// Its part where at least half of its peaks are on it, else its place in words. `named`, of ExplainableChannels, gives
    /// the name to show.
    public var name: String
    /// Its most frequent part; nil without annotation, or when it never peaks on one.
    public var part: String?
    /// Share of its peaks on that part.
    public var purity: Double?
    /// Nil when it was never active.
    public var place: Place?
    public var strength: Strength
    /// Share of the photos in which it is active.
    public var activeShare: Double

    /// The share of its peaks from which on a channel detects the part that they are on.
    public static let detectingFrom = 0.5
    /// The part that it detects; nil where no part has so many of its peaks.
    public var detected: String? { purity.map { $0 >= Entry.detectingFrom } == true ? part : nil }

    public init(
      index: Int, name: String, part: String?, purity: Double?, place: Place?, strength: Strength, activeShare: Double
    ) {
      self.index = index
      self.name = name
      self.part = part
      self.purity = purity
      self.place = place
      self.strength = strength
      self.activeShare = activeShare
    }
  }

  /// The photos it was measured on, in words.
  public var data: String
  public var photos: Int
  /// Photos of which the parts' places were known.
  public var annotatedPhotos: Int
  public var channels: [Entry]

  /// The channels' average activations over photos and places, in their order; nil where one was not measured.
  public var averages: [Double]? {
    let found = channels.sorted { $0.index < $1.index }.compactMap(\.strength.average)
    return found.count == channels.count ? found : nil
  }

  public init(data: String, photos: Int, annotatedPhotos: Int, channels: [Entry]) {
    self.data = data
    self.photos = photos
    self.annotatedPhotos = annotatedPhotos
    self.channels = channels
  }
}
