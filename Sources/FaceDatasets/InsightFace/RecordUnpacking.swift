import AtomicFiles
import FaceImages
import Foundation

/// Writes the photos of a `.rec` file as a folder with one folder for each identity, byte for byte as they are stored.
///
/// Names come from the `.lst` file that ``RecordPacking`` writes beside it; without one an identity's folder is its number
/// and a photo its record's key. Where a photo before it has its name, but for the ending, the key goes before the name.
public struct RecordUnpacking: Sendable {
  public let dataset: RecordDataset
  /// Paths below the folder by the records' keys, with endings that may be others'; none without a list.
  private let names: [Int: String]

  /// Throws `DatasetError` when the `.lst` file is there and malformed.
  public init(_ dataset: RecordDataset) throws {
    self.dataset = dataset
    let path = dataset.path
    let list = (path.hasSuffix(".rec") ? String(path.dropLast(4)) : path) + ".lst"
    names = Disk.isFile(list) ? RecordUnpacking.distinct(try RecordUnpacking.names(list), dataset) : [:]
  }

  /// The paths of all photos, no two the same: as they are listed, by number where they are not.
  private static func distinct(_ listed: [Int: String], _ dataset: RecordDataset) -> [Int: String] {
    var distinct = DistinctNames()
    var paths: [Int: String] = [:]
    for index in 0..<dataset.count {
      let key = dataset.key(at: index)
      paths[key] = distinct.add(listed[key] ?? numbered(index, dataset), number: key)
    }
    return paths
  }

  /// Writes with several threads and returns the photos that could not be read; they are left out. The folder appears under
  /// its name when all is done. `progress` is called with the number done, from any thread. Throws `DatasetError` when the
  /// folder exists, or what writing or `progress` throws, and then there is no new folder.
  public func write(to folder: String, threads: Int, progress: @Sendable (Int) throws -> Void = { _ in }) throws
    -> [DamagedPhoto]
  {
    let folder = NewFolder.name(folder)
    guard !FileManager.default.fileExists(atPath: folder) else {
      throw DatasetError(.invalidRequest, path: folder, problem: "exists already", remedy: "name a new folder")
    }
    return try NewFolder.fill(folder, count: dataset.count, threads: threads, progress: progress) {
      try write($0, to: $1)
    }
  }

  private func write(_ index: Int, to folder: String) throws -> DamagedPhoto? {
    do {
      _ = try dataset.size(at: index)
      try dataset.withPicture(at: index) { bytes in
        let file = Disk.join(folder, name(index, bytes))
        try FileManager.default.createDirectory(atPath: Disk.folder(of: file), withIntermediateDirectories: true)
        try writeAtomically(Data(bytes), to: file)
      }
      return nil
    } catch let error where error is DatasetError || error is ImageError {
      return DamagedPhoto(index: index, source: dataset.source(at: index), error: error)
    }
  }

  /// The path below the folder, with the ending of what the bytes are.
  private func name(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> String {
    let name = names[dataset.key(at: index)] ?? RecordUnpacking.numbered(index, dataset)
    return "\(Disk.stem(of: name)).\(Image.fileEnding(of: bytes) ?? "jpg")"
  }

  /// What a photo is called that no list names.
  private static func numbered(_ index: Int, _ dataset: RecordDataset) -> String {
    let (label, people) = (dataset.label(at: index), dataset.identityNames)
    // Of records without a label, which cannot be read, there may be no people.
    return "\(people.indices.contains(label) ? people[label] : String(label))/\(dataset.key(at: index))"
  }

  private static func names(_ list: String) throws -> [Int: String] {
    var names: [Int: String] = [:]
    for line in try Disk.lines(list) {
      let fields = line.text.split(separator: "\t")
      guard fields.count == 3, let key = Int(fields[0]), isSafe(fields[2]) else {
        throw DatasetError(
          .malformed, path: list, line: line.number, problem: "is not KEY<tab>LABEL<tab>PERSON/PHOTO",
          remedy: "restore the file, or delete it: identities are numbered then")
      }
      names[key] = String(fields[2])
    }
    return names
  }

  /// A person's folder and a file in it, neither of which leads anywhere else.
  private static func isSafe(_ path: Substring) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
  }
}
