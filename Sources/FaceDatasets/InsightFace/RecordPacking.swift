import AtomicFiles
import FaceImages
import Foundation

/// Writes any dataset as InsightFace ships its training sets: `X.rec` with the records, `X.idx` with their places, `X.lst`
/// with a line `KEY<tab>LABEL<tab>PERSON/PHOTO` for each photo, and `property` (`IDENTITIES,SIDE,SIDE`) beside it.
///
/// Record 0 holds the labels `[n + 1, n + 1 + identities]`, records 1 to n the photos as JPEG, by identity, with the
/// identity's number as their only label, and the rest the first photo of each identity and the one after its last.
public struct RecordPacking: Sendable {
  /// What was written.
  public struct Outcome: Sendable {
    public let photos: Int
    public let identities: Int
    /// Photos that could not be read and were left out.
    public let damaged: [DamagedPhoto]
  }

  public let dataset: any FaceDataset
  private let photos: PackedPhotos

  /// Labels are 32-bit floats: whole numbers up to here are exact.
  static let mostRecords = 1 << 24

  /// - Parameters:
  ///   - side: Side of the squares that photos are stretched to, in pixels; nil leaves them as they are.
  ///   - quality: JPEG quality, 1 to 100.
  /// - Throws: `DatasetError` for a side or quality that makes no photos, or more photos than the format can number.
  public init(_ dataset: any FaceDataset, side: Int? = 112, quality: Int = 95) throws {
    photos = try PackedPhotos(dataset, side: side, quality: quality)
    guard dataset.count + dataset.identityCount < RecordPacking.mostRecords else {
      throw DatasetError(
        .invalidRequest, path: dataset.name,
        problem: "holds \(dataset.count) photos; record 0 can number \(RecordPacking.mostRecords) records",
        remedy: "pack parts of it")
    }
    self.dataset = dataset
  }

  /// Writes the files with several threads; they appear under their names when all are whole. `progress` is called with the
  /// number of photos done. Throws `FileWriteError`, or `DatasetError` when no photo can be read.
  ///
  /// What was there under these names is replaced. A run that is cut off meanwhile leaves the old records or the new ones,
  /// perhaps without names and index, which can be read so too; never beside those of other records.
  public func write(to path: String, threads: Int, progress: (Int) -> Void = { _ in }) throws -> Outcome {
    let stem = path.hasSuffix(".rec") ? String(path.dropLast(4)) : path
    let (index, list) = (stem + ".idx", stem + ".lst")
    let size = photos.side ?? 0
    var body = RecordBody(dataset)
    try checkCanWrite(to: path)
    try checkProperty(beside: path)
    // Each takes its place after those that are written within it: the records first.
    try writeAtomically(to: Disk.join(Disk.folder(of: path), "property")) { property in
      try writeAtomically(to: list) { names in
        try writeAtomically(to: index) { places in
          try writeAtomically(to: path) { records in
            let offsets = try write(&body, to: records, threads: threads, progress)
            try places.append(Data(RecordPacking.index(offsets).utf8))
            try names.append(Data(body.list.utf8))
            try property.append(Data("\(body.identities),\(size),\(size)".utf8))
            // The names first, since they go by the index's keys.
            for old in [list, index] { try RecordPacking.remove(old) }
          }
        }
      }
    }
    return Outcome(
      photos: body.count, identities: body.identities, damaged: body.damaged.sorted { $0.index < $1.index })
  }

  /// Throws when the folder's `property`, which there is one of, is that of other records.
  private func checkProperty(beside path: String) throws {
    let folder = Disk.folder(of: path)
    guard Disk.isFile(Disk.join(folder, "property")) else { return }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
    guard let other = names.sorted().first(where: { $0.hasSuffix(".rec") && $0 != Disk.name(of: path) }) else { return }
    throw DatasetError(
      .invalidRequest, path: path, problem: "would replace the property file of \(other), which lies there",
      remedy: "pack into a folder of its own")
  }

  /// Writes the records and returns where each begins.
  private func write(
    _ body: inout RecordBody, to file: FileSink, threads: Int, _ progress: (Int) -> Void
  ) throws -> [Int] {
    var writer = RecordWriter(file)
    // Its numbers are known at the end.
    try writer.append(RecordBody.range(0, 0, key: 0))
    try packPhotos(into: &writer, &body, threads: threads, progress)
    guard body.count > 0 else {
      throw DatasetError(
        .empty, path: dataset.name, problem: "none of its \(dataset.count) photos can be read",
        remedy: "look at one of them: \(body.damaged.first?.reason ?? "there is none")")
    }
    try body.finish(&writer)
    return writer.offsets
  }

  private func packPhotos(
    into writer: inout RecordWriter, _ body: inout RecordBody, threads: Int, _ progress: (Int) -> Void
  ) throws {
    let order = (0..<dataset.count).sorted { (dataset.label(at: $0), $0) < (dataset.label(at: $1), $1) }
    try photos.forEach(order, threads: threads) { place, picture in
      switch picture {
      case .success(let jpeg): try writer.append(body.photo(order[place], jpeg))
      case .failure(let error): body.lose(order[place], error)
      }
      progress(place + 1)
    }
  }

  private static func index(_ offsets: [Int]) -> String {
    offsets.enumerated().map { "\($0)\t\($1)\n" }.joined()
  }

  /// Removes what is said about the records that were there before; the file that a link leads to, not the link.
  private static func remove(_ path: String) throws {
    let file = resolvingLink(path)
    guard Disk.isFile(file) else { return }
    do {
      try FileManager.default.removeItem(atPath: file)
    } catch {
      throw FileWriteError(path: path, reason: "the file that is there cannot be replaced; remove it")
    }
  }
}

/// The records behind the photos: whose they are, and the list of their names.
private struct RecordBody {
  private let dataset: any FaceDataset
  private let names: [String]?
  private var lastLabel: Int?
  private var distinct = DistinctNames()
  /// The first photo's key of each identity.
  private var starts: [Int] = []
  private(set) var count = 0
  private(set) var list = ""
  private(set) var damaged: [DamagedPhoto] = []

  init(_ dataset: any FaceDataset) {
    self.dataset = dataset
    names = (dataset as? any NamedFaceDataset)?.identityNames
  }

  var identities: Int { starts.count }

  /// The record of the next photo. Photos come by identity.
  mutating func photo(_ index: Int, _ jpeg: Data) -> Data {
    let label = dataset.label(at: index)
    count += 1
    if label != lastLabel { starts.append(count) }
    lastLabel = label
    let source = Disk.name(of: dataset.source(at: index))
    let file = RecordBody.safe(Disk.isPhoto(source) ? source : "\(count).jpg")
    let person = RecordBody.safe(names?[label] ?? String(label))
    // Photos of one person in several folders, as in CFP, may be called the same.
    let name = distinct.add("\(person)/\(file)", number: count)
    list += "\(count)\t\(starts.count - 1)\t\(name)\n"
    return RecordHeader(labels: [Float(starts.count - 1)], id: UInt64(count), isArray: false).bytes + jpeg
  }

  /// A name without what would end it in a list or lead out of a folder.
  private static func safe(_ name: String) -> String {
    let plain = String(name.map { $0.isNewline || "\t/".contains($0) ? "_" : $0 })
    return plain.hasPrefix(".") || plain.isEmpty ? "_" + plain : plain
  }

  mutating func lose(_ index: Int, _ error: any Error) {
    damaged.append(DamagedPhoto(index: index, source: dataset.source(at: index), error: error))
  }

  /// Each identity's photos, then what record 0 was to say.
  func finish(_ writer: inout RecordWriter) throws {
    for (start, end) in zip(starts, starts.dropFirst() + [count + 1]) {
      try writer.append(RecordBody.range(start, end, key: writer.offsets.count))
    }
    try writer.replace(0, with: RecordBody.range(count + 1, count + 1 + starts.count, key: 0))
  }

  static func range(_ first: Int, _ end: Int, key: Int) -> Data {
    RecordHeader(labels: [Float(first), Float(end)], id: UInt64(key), isArray: true).bytes
  }
}
