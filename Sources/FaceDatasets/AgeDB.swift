import Foundation

/// AgeDB (Moschoglou et al., "AgeDB: the first manually collected, in-the-wild age database", CVPR workshops 2017) with its
/// protocol for age gaps of 30 years, AgeDB-30, as its authors ship it: photos `N_NAME_AGE_SEX.jpg` in `03_Protocol_Images`
/// (or `AgeDB`), and `04_FINAL_protocol_30_years.mat`.
///
/// The pairs are read from `agedb_30_pairs.txt` beside the folder, `PHOTO PHOTO 1` or `0` a line, which
/// `scripts/agedb_pairs.py` writes from the authors' MATLAB file; ten folds in the order of the list.
public struct AgeDB: PhotoFileDataset {
  public let name: String
  public let files: PhotoFiles
  /// The folder that holds the photos' folder.
  public let root: String

  static let photoFolders = ["03_Protocol_Images", "AgeDB"]
  static let lists = ["agedb_30_pairs.txt", "agedb_30_pair.txt"]
  static let matlabFile = "04_FINAL_protocol_30_years.mat"

  /// Whether AgeDB lies at `root`.
  static func isHere(_ root: String) -> Bool {
    Disk.isFolder(Disk.join(root, photoFolders[0]))
      || (lists + [matlabFile]).contains { Disk.isFile(Disk.join(root, $0)) }
  }

  /// Lists the photos; none is opened. Throws `DatasetError` when there are none.
  public init(root: String) throws {
    name = "agedb"
    files = try PhotoFiles(
      root: root, folders: AgeDB.photoFolders, remedy: "unpack AgeDB's photos into '\(AgeDB.photoFolders[0])'",
      identity: AgeDB.person)
    self.root = root
  }

  /// The person in `12_MariaCallas_35_f.jpg`, or in a name that begins with the person's.
  static func person(_ photo: String) -> String {
    let parts = photo.prefix { $0 != "." }.split(separator: "_")
    guard parts.count >= 4, Int(parts[0]) != nil else { return parts.first.map(String.init) ?? photo }
    return parts[1..<(parts.count - 2)].joined(separator: "_")
  }

  /// AgeDB-30's pairs. Throws `DatasetError`, naming file and line, when the list is missing or malformed, or names a photo
  /// that is not there.
  public func verificationSet() throws -> VerificationSet {
    guard let file = AgeDB.lists.map({ Disk.join(root, $0) }).first(where: Disk.isFile) else {
      throw DatasetError(
        .missing, path: Disk.join(root, AgeDB.lists[0]), problem: "there is no list of pairs",
        remedy: "write it from \(AgeDB.matlabFile) with scripts/agedb_pairs.py")
    }
    var photos: [String: Int] = [:]
    for (index, path) in files.paths.enumerated() {
      photos[path] = index
      photos[String(path.prefix { $0 != "." })] = index
    }
    let lines = try Disk.lines(file)
    let total = lines.count
    let pairs = try lines.enumerated().map { row, line in
      let fields = line.text.split(whereSeparator: \.isWhitespace)
      guard fields.count == 3, let same = ["1": true, "0": false, "-1": false][fields[2]] else {
        throw DatasetError(
          .malformed, path: file, line: line.number, problem: "expected PHOTO PHOTO 1 or 0, found \"\(line.text)\"",
          remedy: "write it again with scripts/agedb_pairs.py")
      }
      let ends = try fields.prefix(2).enumerated().map { column, name in
        guard let photo = photos[Disk.name(of: String(name))] else {
          throw DatasetError(
            .missing, path: file, line: line.number, column: column + 1,
            problem: "names the photo \"\(name)\", which is not in \(files.root)", remedy: "unpack all of AgeDB")
        }
        return photo
      }
      return FacePair(first: ends[0], second: ends[1], same: same, fold: row * 10 / total)
    }
    guard !pairs.isEmpty else {
      throw DatasetError(
        .empty, path: file, problem: "holds no pairs", remedy: "write it again with scripts/agedb_pairs.py")
    }
    return VerificationSet(name: "AgeDB-30", dataset: self, pairs: pairs)
  }
}
