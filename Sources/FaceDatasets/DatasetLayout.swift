/// What lies at a path, told by its names alone.
///
/// A benchmark's folder stays that when a `train.rec` is packed into it; the file is read where it is named itself.
public enum DatasetLayout: String, Sendable, CaseIterable {
  /// A folder with one folder of photos a person: what anything else is taken for.
  case folder
  case cfp, lfw
  /// InsightFace's training set: a `.rec` file, or a folder with `train.rec`.
  case rec
  /// InsightFace's verification pairs: a `.bin` file.
  case bin
  /// Cross-Age LFW, Cross-Pose LFW, AgeDB-30.
  case calfw, cplfw, agedb
  /// IJB-B or IJB-C: templates of several photos.
  case ijb

  /// Looks at `path` without opening a file.
  public init(of path: String) {
    func holds(_ name: String) -> Bool { Disk.isFile(Disk.join(path, name)) }
    func holdsFolder(_ name: String) -> Bool { Disk.isFolder(Disk.join(path, name)) }
    if !Disk.isFolder(path) {
      self = path.hasSuffix(".rec") ? .rec : path.hasSuffix(".bin") ? .bin : .folder
    } else if IJB.isHere(path) {
      self = .ijb
    } else if holdsFolder("Protocol") || holdsFolder("cfp-dataset") {
      self = .cfp
    } else if holds(CrossLFW.Kind.age.listName) {
      self = .calfw
    } else if holds(CrossLFW.Kind.pose.listName) {
      self = .cplfw
    } else if AgeDB.isHere(path) {
      self = .agedb
    } else if holdsFolder("lfw-deepfunneled") || holdsFolder("lfw_funneled") || holds("pairs.txt") {
      self = .lfw
    } else if holds("train.rec") {
      self = .rec
    } else {
      self = .folder
    }
  }

  /// Where the photos lie that are read when `path` is given: a benchmark's own folder of them where it is found, the file of
  /// records, else `path`. `layout`: what it is read as; by its names when nil.
  public static func photos(of path: String, as layout: DatasetLayout? = nil) -> String {
    switch layout ?? DatasetLayout(of: path) {
    case .cfp: (try? CFP.locate(path)).map { Disk.join($0, "Data/Images") } ?? path
    case .lfw: LFW.locate(path)
    case .rec: Disk.isFolder(path) ? Disk.join(path, "train.rec") : path
    default: path
    }
  }
}
