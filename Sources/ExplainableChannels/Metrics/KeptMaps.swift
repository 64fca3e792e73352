import FaceDatasets

/// Activation maps that are kept until the end, for the metrics that need a threshold over the whole set first.
///
/// Memory is bounded: when it is used up, a sample of the images stays that is drawn by their numbers alone, so it is the
/// same for every model, whatever the order they came in.
struct KeptMaps: Sendable {
  struct Entry: Sendable {
    /// The image's row in the meter's tables.
    let row: Int
    /// Images with the smallest keys stay.
    let key: UInt64
    /// C * H * W, as measured; negative values count as 0.
    let values: [Float]
    let image: MeasuredImage
    /// grid * grid: the true part at each place of the grid over the map; empty without true masks.
    let parts: [UInt8]
  }

  /// Images that fit.
  let capacity: Int
  let seed: UInt64
  /// Places along each side of the grid that maps and masks are compared on.
  let grid: Int
  /// A heap once all places are taken: none has a larger key than the first.
  private var entries: [Entry] = []

  /// - Parameters:
  ///   - memory: Bytes for activations.
  ///   - activations: Activations of one image.
  init(memory: Int, activations: Int, grid: Int, seed: UInt64) {
    capacity = memory / (activations * MemoryLayout<Float>.stride)
    self.seed = seed
    self.grid = grid
  }

  /// Images kept so far.
  var count: Int { entries.count }

  /// The kept images in the order they were measured. O(N log N).
  var inOrder: [Entry] { entries.sorted { $0.row < $1.row } }

  /// Keeps the image for now.
  mutating func add(_ maps: ActivationMaps, row: Int, image: MeasuredImage) {
    let key = SeededRandom.value(seed: seed, stream: "kept activation maps", image.index)
    guard capacity > 0, stays(key) else { return }
    var light = image
    light.labels = nil
    insert(
      Entry(
        row: row, key: key, values: Array(maps.values), image: light,
        parts: gridParts(image, width: maps.width, height: maps.height)))
  }

  private func stays(_ key: UInt64) -> Bool { entries.count < capacity || entries[0].key > key }

  private mutating func insert(_ entry: Entry) {
    guard entries.count == capacity else {
      entries.append(entry)
      if entries.count == capacity { for place in (0..<(capacity / 2)).reversed() { sink(place) } }
      return
    }
    entries[0] = entry
    sink(0)
  }

  /// Brings the entry at `place` down to where none below it is larger.
  private mutating func sink(_ place: Int) {
    func isLess(_ a: Int, _ b: Int) -> Bool { (entries[a].key, entries[a].row) < (entries[b].key, entries[b].row) }
    var place = place
    while 2 * place + 1 < entries.count {
      let (left, right) = (2 * place + 1, 2 * place + 2)
      let larger = right < entries.count && isLess(left, right) ? right : left
      guard isLess(place, larger) else { return }
      entries.swapAt(place, larger)
      place = larger
    }
  }

  /// The true parts at the middles of the grid's squares, which tile the region that the map's cells tile.
  private func gridParts(_ image: MeasuredImage, width: Int, height: Int) -> [UInt8] {
    guard let labels = image.labels, labels.hasParts else { return [] }
    var parts: [UInt8] = []
    parts.reserveCapacity(grid * grid)
    for i in 0..<grid {
      let row = (Double(i) + 0.5) * Double(height) / Double(grid) - 0.5
      for j in 0..<grid {
        let column = (Double(j) + 0.5) * Double(width) / Double(grid) - 0.5
        let point = image.geometry(column, row)
        parts.append(labels.label(x: point.x, y: point.y))
      }
    }
    return parts
  }
}
