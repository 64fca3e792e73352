import FaceImages

/// A dataset whose identities have names, so that the same person can be recognized in another dataset.
public protocol NamedFaceDataset: FaceDataset {
  /// The name of each label, `identityCount` of them.
  var identityNames: [String] { get }
}

/// The photo files of a dataset with their labels: all that a dataset of plain image files needs to remember.
public struct PhotoFiles: Sendable, Equatable {
  /// Joined before every path; empty when the paths stand on their own.
  public let root: String
  private(set) var paths: [String] = []
  private(set) var labels: [Int32] = []
  /// The name of each label.
  public private(set) var names: [String] = []

  init(root: String) { self.root = root }

  /// Photos of one folder whose names say whom they show. Identities are in the order of their names.
  init(root: String, photos: [String], identity: (String) -> String) {
    self.root = root
    for (name, own) in Dictionary(grouping: photos, by: identity).sorted(by: { $0.key < $1.key }) {
      append(identity: name, photos: own.sorted())
    }
  }

  /// The photos of the first of `folders` that is in `root`, or of `root` itself. Throws `DatasetError` when there are none;
  /// `remedy` says what to do then.
  init(root: String, folders: [String], remedy: String, identity: (String) -> String) throws {
    let folder = folders.map { Disk.join(root, $0) }.first(where: Disk.isFolder) ?? root
    let photos = try Disk.list(folder).filter(Disk.isPhoto)
    guard !photos.isEmpty else {
      throw DatasetError(.empty, path: folder, problem: "holds no photos", remedy: remedy)
    }
    self.init(root: folder, photos: photos, identity: identity)
  }

  /// How many photos.
  public var count: Int { paths.count }

  /// The path of photo `index`.
  public func path(at index: Int) -> String { Disk.join(root, paths[index]) }

  /// The path of photo `index` below the root.
  public func pathBelowRoot(at index: Int) -> String { paths[index] }

  /// The label of photo `index`.
  public func label(at index: Int) -> Int { Int(labels[index]) }

  /// Adds one identity with its photos, given by their paths below the root.
  mutating func append(identity name: String, photos: [String]) {
    let label = Int32(names.count)
    names.append(name)
    paths += photos
    labels += Array(repeating: label, count: photos.count)
  }
}

/// A dataset of plain image files. Conforming types only say which files; decoding is the same for all.
public protocol PhotoFileDataset: NamedFaceDataset {
  var files: PhotoFiles { get }
}

extension PhotoFileDataset {
  public var count: Int { files.count }
  public var identityCount: Int { files.names.count }
  public var identityNames: [String] { files.names }
  public func label(at index: Int) -> Int { files.label(at: index) }
  public func source(at index: Int) -> String { files.path(at: index) }

  /// Decodes photo `index`. Throws when the file is damaged, missing or unreadable.
  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    try Image(contentsOf: files.path(at: index), minimumSide: minimumSide)
  }

  /// Reads the file's header only.
  public func size(at index: Int) throws -> (width: Int, height: Int) { try Image.size(ofFile: files.path(at: index)) }
}
