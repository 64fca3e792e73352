import FaceDatasets

/// Measures the explainability of a layer from its activations, one image at a time.
///
/// Memory: `47 + 4 * landmarks` bytes for each image and channel, and the activations of as many images as
/// `ExplainabilitySettings.mapMemory` allows.
///
///     var meter = try ExplainabilityMeter(channels: 96, mapWidth: 14, mapHeight: 14)
///     for photo in photos { try meter.add(activations, image: MeasuredImage(...)) }
///     let scores = try meter.scores()
public struct ExplainabilityMeter: Sendable {
  public let channels: Int
  public let mapWidth: Int
  public let mapHeight: Int
  public let settings: ExplainabilitySettings
  /// Where every channel peaked in every image so far.
  public private(set) var peaks: ChannelPeaks
  /// The dataset indices of the images so far.
  public private(set) var indices: [Int] = []

  var groups: [Int] = []
  var annotatedImages = 0
  var labeledImages = 0
  var purity: PartPurity
  var fivePartPurity: PartPurity
  var maskPurity: PartPurity
  var instability: LocationInstability
  var concentration: EnergyConcentration
  var partEnergy: PartEnergy
  var facePlaces: AveragePlaces
  var inputPlaces: AveragePlaces
  var peakDistances: PeakDistances
  var keptMaps: KeptMaps

  /// A meter for a layer of `channels` maps of `mapHeight` rows of `mapWidth` cells. Throws `MetricError.setting`.
  public init(
    channels: Int, mapWidth: Int, mapHeight: Int, settings: ExplainabilitySettings = ExplainabilitySettings()
  ) throws {
    precondition(channels > 0 && mapWidth > 0 && mapHeight > 0, "a layer has channels and cells")
    try settings.validate()
    self.channels = channels
    self.mapWidth = mapWidth
    self.mapHeight = mapHeight
    self.settings = settings
    peaks = ChannelPeaks(channels: channels)
    purity = PartPurity(channels: channels, parts: PartVocabulary.full.count)
    fivePartPurity = PartPurity(channels: channels, parts: PartVocabulary.five.count)
    maskPurity = PartPurity(channels: channels, parts: PartVocabulary.full.count)
    instability = LocationInstability(channels: channels, landmarks: settings.landmarks)
    concentration = EnergyConcentration(channels: channels)
    partEnergy = PartEnergy(channels: channels)
    facePlaces = AveragePlaces(channels: channels)
    inputPlaces = AveragePlaces(channels: channels)
    peakDistances = PeakDistances(channels: channels)
    keptMaps = KeptMaps(
      memory: settings.mapMemory, activations: channels * mapHeight * mapWidth, grid: settings.gridSide,
      seed: settings.seed)
  }

  /// Images measured so far.
  public var images: Int { peaks.images }

  /// Measures one image from its activations, flat (C, H, W).
  ///
  /// Throws `MetricError` when the count does not fit, a value is NaN or plus infinity, or the geometry is flat; the meter
  /// is then as it was before. O(C * H * W).
  public mutating func add(_ activations: [Float], image: MeasuredImage) throws {
    try activations.withUnsafeBufferPointer { try add($0, image: image) }
  }

  /// The same for memory that is only lent, such as one image of a batch.
  public mutating func add(_ activations: UnsafeBufferPointer<Float>, image: MeasuredImage) throws {
    guard activations.count == channels * mapHeight * mapWidth else {
      throw MetricError.activationCount(
        image: image.index, got: activations.count, channels: channels, height: mapHeight, width: mapWidth)
    }
    guard let inverse = image.geometry.inverse else { throw MetricError.degenerateGeometry(image: image.index) }
    let maps = ActivationMaps(channels: channels, height: mapHeight, width: mapWidth, values: activations)
    let row = peaks.images
    try peaks.append(maps, geometry: image.geometry, image: image.index)
    indices.append(image.index)
    groups.append(image.group ?? Int.min + row)
    measureCenters(row: row, image: image)
    measureMasks(maps, row: row, image: image)
    measureSpread(row: row, image: image, inverse: inverse)
    keptMaps.add(maps, row: row, image: image)
    concentration.add(
      maps, peaks: peaks, row: row, image: image, inverse: inverse, radius: settings.concentrationRadius,
      activeAbove: settings.activeAbove)
  }

  private mutating func measureSpread(row: Int, image: MeasuredImage, inverse: AffineMap) {
    let active = settings.activeAbove
    facePlaces.add(peaks, row: row, frame: image.faceFrame, activeAbove: active)
    let input = image.paperFrame(inverse, mapWidth: mapWidth, mapHeight: mapHeight)
    inputPlaces.add(peaks, row: row, frame: input, activeAbove: active)
    peakDistances.add(peaks, row: row, unit: image.eyeMouthDistance, activeAbove: active)
  }

  private mutating func measureCenters(row: Int, image: MeasuredImage) {
    if image.eyeMouthDistance != nil, image.annotation?.centers.isEmpty == false { annotatedImages += 1 }
    purity.add(
      peaks, row: row, image: image, vocabulary: .full, radius: settings.purityRadius,
      activeAbove: settings.activeAbove)
    fivePartPurity.add(
      peaks, row: row, image: image, vocabulary: .five, radius: settings.purityRadius,
      activeAbove: settings.activeAbove)
    instability.add(
      peaks, row: row, image: image, mapWidth: mapWidth, mapHeight: mapHeight, activeAbove: settings.activeAbove)
  }

  private mutating func measureMasks(_ maps: ActivationMaps, row: Int, image: MeasuredImage) {
    if image.labels?.hasParts == true { labeledImages += 1 }
    maskPurity.add(
      peaks, row: row, image: image, maskTolerance: settings.maskTolerance, activeAbove: settings.activeAbove)
    partEnergy.add(maps, peaks: peaks, row: row, image: image, activeAbove: settings.activeAbove)
  }
}
