import FaceImages

/// A training set as InsightFace ships it (MS1MV3, Glint360K, WebFace): `train.rec`, MXNet's records of one photo each, and
/// `train.idx`, where each begins.
///
/// Record 0 of such a file says which records are photos (labels `[n + 1, n + 1 + identities]`, photos are records 1 to
/// n), and the records after the photos say which photos each identity has. Files without that, as MXNet's `im2rec.py`
/// writes them, and files without an index are read too: every record that holds a picture is a photo of the identity
/// that it names. Nothing but what is asked for is read, so files may be larger than memory.
public struct RecordDataset: NamedFaceDataset {
  public let name: String
  public let identityNames: [String]
  private let file: RecordFile
  /// Of each photo: the record's key, where it begins, its identity.
  private let keys: [Int]
  private let offsets: [Int]
  private let labels: [Int32]
  /// Photos whose identity cannot be read; reading them throws.
  private let unlabeled: Set<Int>

  /// Opens the file; no photo is decoded. Labels are 0, 1, ... in the order of those in the file.
  ///
  /// - Parameters:
  ///   - path: A `.rec` file, or the folder that holds `train.rec`.
  ///   - minimumPhotos: Identities with fewer photos are left out.
  /// - Throws: `DatasetError` when there is no such file, its index is malformed, or it holds no photos.
  public init(_ path: String, minimumPhotos: Int = 1) throws {
    let path = Disk.isFolder(path) ? Disk.join(path, "train.rec") : path
    let file = try RecordFile(path)
    let beside = path.hasSuffix(".rec") ? path.dropLast(4) + ".idx" : path + ".idx"
    let index = Disk.isFile(beside) ? try RecordIndex(contentsOf: beside) : RecordIndex(offsets: file.scan())
    let photos = RecordPhotos(file, index).keepingIdentities(ofAtLeast: minimumPhotos)
    guard !photos.keys.isEmpty else {
      throw DatasetError(
        .empty, path: path, problem: "holds no photos",
        remedy: "give a .rec file of photos, or ask for fewer photos per person")
    }
    self.file = file
    name = Disk.name(of: path)
    (keys, offsets) = (photos.keys, photos.offsets)
    (labels, identityNames, unlabeled) = photos.numbered()
  }

  public var count: Int { keys.count }
  public var identityCount: Int { identityNames.count }
  public func label(at index: Int) -> Int { Int(labels[index]) }
  public func source(at index: Int) -> String { "\(file.path), record \(keys[index])" }
  /// The record's key in the index.
  public func key(at index: Int) -> Int { keys[index] }
  /// The `.rec` file.
  public var path: String { file.path }

  /// Decodes photo `index`. Throws when its record is damaged.
  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    try decoded(at: index, minimumSide: minimumSide)
  }

  public func size(at index: Int) throws -> (width: Int, height: Int) {
    try withPicture(at: index) { try Image.size(of: $0, name: source(at: index)) }
  }

  /// The picture as it is stored, a whole JPEG file as a rule. Throws when its record is damaged.
  public func withPicture<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    try file.withRecord(at: offsets[index]) { record in
      guard let header = RecordHeader(record) else { throw damaged(index, "it is too short for a photo") }
      guard !unlabeled.contains(index) else { throw damaged(index, "its label is no identity's number") }
      return try body(UnsafeRawBufferPointer(rebasing: record[header.length...]))
    }
  }

  private func damaged(_ index: Int, _ problem: String) -> DatasetError {
    DatasetError(
      .malformed, path: file.path, problem: "record \(keys[index]) is damaged: \(problem)",
      remedy: "copy or download the file again, or go on without the record")
  }
}

/// Which records of a file are photos, and of whom.
private struct RecordPhotos {
  private(set) var keys: [Int] = []
  private(set) var offsets: [Int] = []
  /// The identity's number in the file; nil where it cannot be read.
  private var labels: [Int?] = []

  init(_ file: RecordFile, _ index: RecordIndex) {
    if let listed = RecordPhotos.listed(file, index) {
      self = listed
      return
    }
    // A photo and its label from every record; one that cannot be read counts as a photo, so that it is missed.
    for (key, offset) in zip(index.keys, index.offsets) {
      let header = try? file.withRecord(at: offset) { record in
        RecordHeader(record).map { (header: $0, isEmpty: record.count <= $0.length) }
      }
      if let header = header ?? nil, header.isEmpty { continue }
      keys.append(key)
      offsets.append(offset)
      labels.append((header ?? nil).flatMap { RecordPhotos.number($0.header.labels[0]) })
    }
  }

  private init(keys: [Int], offsets: [Int], labels: [Int?]) {
    (self.keys, self.offsets, self.labels) = (keys, offsets, labels)
  }

  /// What record 0 and the identities' records say; nil where they are missing or leave a photo without an identity. Their numbers
  /// are floats of 32 bits, which are rounded from 2^24 on: in larger files (Glint360K's) each photo's own label is read.
  private static func listed(_ file: RecordFile, _ index: RecordIndex) -> RecordPhotos? {
    guard let (start, end) = range(file, index, 0), start >= 1, end > start, end <= RecordPacking.mostRecords,
      let first = index.position(of: 0),
      end - start <= index.keys.count, start <= index.keys.count
    else { return nil }
    // Photos whose keys the index lacks are nobody's loss: they were never written.
    let positions = (first..<index.keys.count).prefix { index.keys[$0] < start }.dropFirst()
    var labels = [Int?](repeating: nil, count: start)
    for identity in 0..<(end - start) {
      guard let (from, to) = range(file, index, start + identity), from >= 1, to >= from, to <= start else {
        return nil
      }
      for photo in from..<to {
        guard labels[photo] == nil else { return nil }
        labels[photo] = identity
      }
    }
    let own = positions.map { labels[index.keys[$0]] }
    guard own.allSatisfy({ $0 != nil }) else { return nil }
    return RecordPhotos(
      keys: positions.map { index.keys[$0] }, offsets: positions.map { index.offsets[$0] }, labels: own)
  }

  /// The two labels of a record that holds no picture.
  private static func range(_ file: RecordFile, _ index: RecordIndex, _ key: Int) -> (Int, Int)? {
    guard let offset = index.offset(of: key) else { return nil }
    let header = try? file.withRecord(at: offset) { record in
      RecordHeader(record).flatMap { record.count == $0.length ? $0 : nil }
    }
    guard let header = header ?? nil, header.flag >= 2, let first = number(header.labels[0]),
      let second = number(header.labels[1])
    else { return nil }
    return (first, second)
  }

  private static func number(_ label: Float) -> Int? {
    guard let number = Int(exactly: label), (0...Int(Int32.max)).contains(number) else { return nil }
    return number
  }

  func keepingIdentities(ofAtLeast minimum: Int) -> RecordPhotos {
    guard minimum > 1 else { return self }
    var counts: [Int: Int] = [:]
    for case let label? in labels { counts[label, default: 0] += 1 }
    let kept = keys.indices.filter { labels[$0].map { counts[$0]! >= minimum } ?? true }
    return RecordPhotos(keys: kept.map { keys[$0] }, offsets: kept.map { offsets[$0] }, labels: kept.map { labels[$0] })
  }

  /// Labels from 0 on, and what each is called in the file.
  func numbered() -> (labels: [Int32], names: [String], unlabeled: Set<Int>) {
    let numbers = Set(labels.compactMap(\.self)).sorted()
    let dense = Dictionary(uniqueKeysWithValues: numbers.enumerated().map { ($1, Int32($0)) })
    let unlabeled = Set(labels.indices.filter { labels[$0] == nil })
    return (labels.map { $0.map { dense[$0]! } ?? 0 }, numbers.map(String.init), unlabeled)
  }
}
