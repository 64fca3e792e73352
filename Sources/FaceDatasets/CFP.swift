/// Celebrities in Frontal-Profile in the Wild (Sengupta et al., "Frontal to Profile Face Verification in the Wild",
/// WACV 2016), as its authors ship it: 10 frontal and 4 profile photos a person with 30 landmarks each.
///
/// The protocol has ten folds; fold `k` holds the identities `50 (k - 1) + 1` to `50 k`.
public struct CFP: PhotoFileDataset {
  /// How a photo was taken; also the name of the folder it is in.
  public enum Kind: String, Sendable, Codable, CaseIterable, Hashable {
    case frontal, profile
  }

  /// How many identities a fold holds.
  public static let identitiesPerFold = 50

  public let name: String
  public let files: PhotoFiles
  /// The folder that holds `Data` and `Protocol`.
  public let root: String
  /// The folds in this dataset, from 1, in order.
  public let folds: [Int]
  /// The kinds of photos in this dataset.
  public let kinds: [Kind]
  private let photoKinds: [Kind]
  /// Whether the photos' landmarks are there (`Data/Fiducials`).
  public let hasLandmarks: Bool

  /// Lists the photos of some folds; no photo is opened.
  ///
  /// - Parameters:
  ///   - root: The folder that holds `Data` and `Protocol`, or the one that holds `cfp-dataset`.
  ///   - folds: Fold numbers from 1 to 10; nil for every fold of which there is anything on disk.
  ///   - kinds: Which photos.
  /// - Throws: `DatasetError` when this is not CFP, or an identity of a fold is missing or has no photo of a kind.
  public init(root: String, folds: [Int]? = nil, kinds: [Kind] = Kind.allCases) throws {
    let root = try Self.locate(root)
    let present = try Set(Disk.list(Disk.join(root, "Data/Images")).compactMap { Int($0) })
    let folds = try Self.checked(folds, present: present, root: root)
    let kinds = Kind.allCases.filter(kinds.contains)
    guard !kinds.isEmpty else {
      throw DatasetError(
        .invalidRequest, path: root, problem: "no kind of photo was asked for", remedy: "ask for frontal or profile")
    }
    var files = PhotoFiles(root: root)
    var photoKinds: [Kind] = []
    for identity in folds.flatMap(Self.identities(inFold:)) {
      let folder = Self.padded(identity, 3)
      var photos: [String] = []
      for kind in kinds {
        let found = try Self.photos(root: root, identity: folder, kind: kind)
        photos += found
        photoKinds += Array(repeating: kind, count: found.count)
      }
      files.append(identity: folder, photos: photos)
    }
    self.name = Self.title(folds: folds, kinds: kinds)
    self.files = files
    self.root = root
    self.folds = folds
    self.kinds = kinds
    self.photoKinds = photoKinds
    self.hasLandmarks = Disk.isFolder(Disk.join(root, "Data/Fiducials"))
  }

  /// Whether photo `index` is frontal or a profile.
  public func kind(at index: Int) -> Kind { photoKinds[index] }

  /// The identities, from 1, that fold `fold` holds.
  public static func identities(inFold fold: Int) -> ClosedRange<Int> {
    (identitiesPerFold * (fold - 1) + 1)...(identitiesPerFold * fold)
  }

  /// The face's parts from the photo's 30 landmarks (see `CFPLandmarks` for how), or nil when the landmarks were
  /// not shipped with the photos at all. Throws `DatasetError`, naming file and line, when they are damaged.
  public func annotation(at index: Int) throws -> FaceAnnotation? {
    guard hasLandmarks else { return nil }
    return try CFPLandmarks(contentsOf: landmarkFile(at: index)).annotation(kind: kind(at: index))
  }

  /// Which part every pixel shows, from the photo's 30 landmarks (see `CFPLandmarks` for how), or nil when the landmarks
  /// were not shipped with the photos at all. Throws `DatasetError` when they, or the photo, are damaged.
  public func partMap(at index: Int) throws -> PartMap? {
    guard hasLandmarks else { return nil }
    let landmarks = try CFPLandmarks(contentsOf: landmarkFile(at: index))
    let size = try size(at: index)
    return landmarks.partMap(kind: kind(at: index), width: size.width, height: size.height)
  }

  func landmarkFile(at index: Int) -> String {
    let photo = files.path(at: index).dropFirst(Disk.join(root, "Data/Images/").count)
    return Disk.join(root, "Data/Fiducials/\(Disk.stem(of: String(photo))).txt")
  }
}

// MARK: - Finding things on disk

extension CFP {
  static func locate(_ root: String) throws -> String {
    for candidate in [root, Disk.join(root, "cfp-dataset")] where Disk.isFolder(Disk.join(candidate, "Data/Images")) {
      return candidate
    }
    guard Disk.isFolder(root) else {
      throw DatasetError(.missing, path: root, problem: "no such folder", remedy: "check the path")
    }
    throw DatasetError(
      .missing, path: root, problem: "does not hold the folder Data/Images of CFP",
      remedy: "give the folder that holds CFP's Data and Protocol")
  }

  private static func checked(_ folds: [Int]?, present: Set<Int>, root: String) throws -> [Int] {
    let available = (1...10).filter { !present.isDisjoint(with: identities(inFold: $0)) }
    guard let folds else {
      if available.isEmpty {
        throw DatasetError(
          .empty, path: Disk.join(root, "Data/Images"), problem: "holds no folders 001 to 500",
          remedy: "unpack CFP's photos there")
      }
      return available
    }
    guard !folds.isEmpty, Set(folds).count == folds.count, folds.allSatisfy((1...10).contains) else {
      throw DatasetError(
        .invalidRequest, path: root, problem: "folds \(folds) are not distinct numbers from 1 to 10",
        remedy: "name each fold once")
    }
    for fold in folds where !available.contains(fold) {
      let range = identities(inFold: fold)
      throw DatasetError(
        .missing, path: Disk.join(root, "Data/Images"),
        problem:
          "fold \(fold) (identities \(padded(range.lowerBound, 3)) to \(padded(range.upperBound, 3))) is not here",
        remedy: "choose among folds \(available.map(String.init).joined(separator: ", "))")
    }
    return folds.sorted()
  }

  /// Whether people of CFP are called so: 001 to 500.
  public static func isIdentity(_ name: String) -> Bool {
    name.utf8.count == 3 && name.utf8.allSatisfy { (48...57).contains($0) } && (1...500).contains(Int(name)!)
  }

  private static func photos(root: String, identity: String, kind: Kind) throws -> [String] {
    let folder = "Data/Images/\(identity)/\(kind.rawValue)"
    let fold = (Int(identity)! - 1) / identitiesPerFold + 1
    guard Disk.isFolder(Disk.join(root, folder)) else {
      throw DatasetError(
        .missing, path: Disk.join(root, folder), problem: "identity \(identity) of fold \(fold) is missing",
        remedy: "unpack all of the fold, or choose other folds")
    }
    let photos = try Disk.list(Disk.join(root, folder)).filter(Disk.isPhoto).map { Disk.join(folder, $0) }
    guard !photos.isEmpty else {
      throw DatasetError(
        .empty, path: Disk.join(root, folder), problem: "holds no photos", remedy: "unpack all of fold \(fold)")
    }
    return photos
  }

  static func padded(_ number: Int, _ digits: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }

  private static func title(folds: [Int], kinds: [Kind]) -> String {
    let run = folds.last! - folds.first! == folds.count - 1 && folds.count > 1
    let numbers = run ? "\(folds.first!)-\(folds.last!)" : folds.map(String.init).joined(separator: ",")
    let suffix = kinds.count == 1 ? " \(kinds[0].rawValue)" : ""
    return "cfp \(folds.count == 1 ? "fold" : "folds") \(numbers)\(suffix)"
  }
}
