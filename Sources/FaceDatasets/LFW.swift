/// Labeled Faces in the Wild (Huang et al., UMass TR 07-49, 2007): a folder a person, `NAME/NAME_NNNN.jpg`, and the
/// verification protocol "View 2" in `pairs.txt`.
///
/// Its photos show much background; `CenterCropped` cuts them to the face.
public struct LFW: PhotoFileDataset {
  public let name: String
  public let files: PhotoFiles
  /// The folder that holds the people's folders.
  public let root: String
  /// The people left out by name.
  public let excluded: Set<String>

  /// Lists the photos; none is opened.
  ///
  /// - Parameters:
  ///   - root: The folder that holds `lfw-deepfunneled` (or `lfw`, `lfw_funneled`), or the people's folders
  ///     themselves.
  ///   - minimumPhotos: People with fewer photos are left out.
  ///   - lists: Text files of people to leave out, one a line; of several words in a line the last is the name,
  ///     so that `in-cfp.txt` (`ID NAME`) can be given too.
  ///   - names: More people to leave out.
  ///   - others: People that are spoken of elsewhere, in the list of those in another set too.
  /// - Throws: `DatasetError` when this is not LFW, nobody is left, or one of these names is nobody's: a slip in
  ///   such a name would put a test person into the training, or one person twice.
  public init(
    root: String, minimumPhotos: Int = 1, excluding lists: [String] = [], names: Set<String> = [],
    others: Set<String> = []
  ) throws {
    let folder = Self.locate(root)
    let people = try ImageFolder(root: folder)
    let known = Set(people.identityNames)
    var excluded: Set<String> = []
    for list in lists { excluded.formUnion(try Self.names(in: list, known: known)) }
    for name in names.union(others).sorted() where !known.contains(name) {
      throw Self.unknown(name, path: folder, line: nil)
    }
    excluded.formUnion(names)
    let training = minimumPhotos > 1 || !excluded.isEmpty
    self.files = training ? try Self.select(people, minimumPhotos: minimumPhotos, excluding: excluded) : people.files
    self.name = training ? "lfw (\(files.names.count) people)" : "lfw"
    self.root = folder
    self.excluded = excluded
  }

  /// View 2: ten folds of 300 pairs of the same and 300 of different people, with all of LFW's photos.
  ///
  /// - Parameter path: The pair file; `pairs.txt` in the people's folder or the one above it when nil.
  /// - Throws: `DatasetError`, naming file and line, when the file is missing, malformed, or names a photo that is
  ///   not there.
  public func verificationSet(pairs path: String? = nil) throws -> VerificationSet {
    let candidates = [Disk.join(root, "pairs.txt"), Disk.join(root, "../pairs.txt")]
    guard let file = path ?? candidates.first(where: Disk.isFile) else {
      throw DatasetError(
        .missing, path: candidates[0], problem: "no pairs.txt in this folder or the one above it",
        remedy: "put LFW's pairs.txt there, or name it")
    }
    let all = try LFW(root: root)
    return VerificationSet(name: "LFW", dataset: all, pairs: try LFWPairs(file: file, dataset: all).pairs())
  }

  static func locate(_ root: String) -> String {
    let known = ["lfw-deepfunneled", "lfw_funneled", "lfw"].map { Disk.join(root, $0) }
    return known.first(where: Disk.isFolder) ?? root
  }

  private static func names(in list: String, known: Set<String>) throws -> [String] {
    try Disk.lines(list).map { line in
      let name = String(line.text.split(whereSeparator: \.isWhitespace).last!)
      guard known.contains(name) else { throw unknown(name, path: list, line: line.number) }
      return name
    }
  }

  private static func unknown(_ name: String, path: String, line: Int?) -> DatasetError {
    DatasetError(
      .malformed, path: path, line: line, problem: "\"\(name)\" is not a person of this LFW",
      remedy: "write the name as the person's folder is called")
  }

  private static func select(
    _ people: ImageFolder, minimumPhotos: Int, excluding excluded: Set<String>
  ) throws -> PhotoFiles {
    var photos: [[String]] = Array(repeating: [], count: people.identityCount)
    for index in 0..<people.count { photos[people.label(at: index)].append(people.files.paths[index]) }
    var files = PhotoFiles(root: people.files.root)
    for (name, photos) in zip(people.identityNames, photos)
    where photos.count >= minimumPhotos && !excluded.contains(name) {
      files.append(identity: name, photos: photos)
    }
    guard files.count > 0 else {
      throw DatasetError(
        .empty, path: people.files.root, problem: "nobody is left with \(minimumPhotos) or more photos",
        remedy: "ask for fewer photos per person or leave fewer people out")
    }
    return files
  }
}
