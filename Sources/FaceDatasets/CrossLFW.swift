/// Cross-Age LFW (Zheng, Deng, Hu, arXiv 1708.08197, 2017) and Cross-Pose LFW (Zheng, Deng, BUPT report, 2018), as their
/// authors ship them: photos `NAME_N.jpg` in one folder, and a list of pairs, two lines each, `PHOTO NUMBER`.
///
/// The number of a pair of one person is its fold, 1 to 10, in CALFW's list and 1 in CPLFW's; of two people it is 0. No list
/// says the folds of all pairs, so those of each kind go to ten folds in equal, consecutive runs; of CALFW's pairs of one
/// person, which are listed by fold, these are the folds that the list says.
public struct CrossLFW: PhotoFileDataset {
  public enum Kind: Sendable, CaseIterable {
    case age, pose

    /// The name of the pair list.
    public var listName: String { self == .age ? "pairs_CALFW.txt" : "pairs_CPLFW.txt" }
    /// What tables call it.
    public var title: String { self == .age ? "CALFW" : "CPLFW" }
    /// Folders that hold the photos in the authors' archives, aligned ones first.
    var photoFolders: [String] { ["aligned images", "images&landmarks/images", "images"] }
  }

  public let name: String
  public let files: PhotoFiles
  public let kind: Kind
  /// The folder that holds the pair list.
  public let root: String

  /// Lists the photos; none is opened.
  ///
  /// - Parameter root: The folder that holds the pair list and the photos' folder (`aligned images`, else
  ///   `images&landmarks/images` or `images`), or the photos themselves.
  /// - Throws: `DatasetError` when there is no photo.
  public init(root: String, kind: Kind) throws {
    name = kind.title.lowercased()
    files = try PhotoFiles(
      root: root, folders: kind.photoFolders,
      remedy: "unpack \(kind.title)'s photos into '\(kind.photoFolders[0])' beside \(kind.listName)",
      identity: CrossLFW.person)
    self.kind = kind
    self.root = root
  }

  /// The person in `Carl_Reiner_0001.jpg`: what comes before the number. A few of CPLFW's names lack the underscore.
  static func person(_ photo: String) -> String {
    let stem = photo.prefix { $0 != "." }
    guard let end = stem.lastIndex(where: { $0 == "_" || $0 == "-" }) else { return String(stem) }
    return String(stem[..<end])
  }

  /// The authors' 3,000 pairs of one person and 3,000 of two. Throws `DatasetError`, naming file and line, for a list that
  /// is missing or malformed, or names a photo that is not there.
  public func verificationSet() throws -> VerificationSet {
    let file = Disk.join(root, kind.listName)
    let lines = try Disk.lines(file)
    var photos: [String: Int] = [:]
    for (index, path) in files.paths.enumerated() { photos[path] = index }
    func malformed(_ line: Int, _ problem: String) -> DatasetError {
      DatasetError(
        .malformed, path: file, line: line, problem: problem,
        remedy: "restore \(kind.listName) from the authors' archive")
    }
    func entry(_ line: (number: Int, text: String)) throws -> (photo: Int, number: Int) {
      guard let space = line.text.lastIndex(where: \.isWhitespace),
        let number = Int(line.text[line.text.index(after: space)...]), number >= 0
      else { throw malformed(line.number, "expected a photo and a number, found \"\(line.text)\"") }
      let name = String(line.text[..<space]).trimmingCharacters(in: .whitespaces)
      guard let photo = photos[name] else {
        throw DatasetError(
          .missing, path: file, line: line.number,
          problem: "names the photo \"\(name)\", which is not in \(files.root)",
          remedy: "unpack all of \(kind.title)")
      }
      return (photo, number)
    }
    guard !lines.isEmpty else { throw malformed(1, "holds no pairs") }
    var pairs: [FacePair] = []
    for start in stride(from: 0, to: lines.count, by: 2) {
      guard start + 1 < lines.count else { throw malformed(lines[start].number, "the pair's second photo is missing") }
      let (first, second) = (try entry(lines[start]), try entry(lines[start + 1]))
      guard first.number == second.number else {
        throw malformed(
          lines[start + 1].number, "the two photos of the pair carry \(first.number) and \(second.number)")
      }
      let same = first.number > 0
      guard (label(at: first.photo) == label(at: second.photo)) == same else {
        throw malformed(
          lines[start].number,
          "the pair is marked \(first.number), but its photos are of \(same ? "two people" : "one person")")
      }
      pairs.append(FacePair(first: first.photo, second: second.photo, same: same, fold: 0))
    }
    return VerificationSet(name: kind.title, dataset: self, pairs: FacePair.inTenFolds(pairs))
  }
}

extension FacePair {
  /// The same pairs in ten folds (fewer where there are fewer pairs), those of each kind in equal, consecutive runs.
  static func inTenFolds(_ pairs: [FacePair]) -> [FacePair] {
    let same = pairs.count(where: \.same)
    let sizes = [true: same, false: pairs.count - same]
    var seen = [true: 0, false: 0]
    return pairs.map { pair in
      var pair = pair
      pair.fold = seen[pair.same]! * 10 / sizes[pair.same]!
      seen[pair.same]! += 1
      return pair
    }
  }
}
