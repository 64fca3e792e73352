/// A folder of people: one subfolder a person, photos (jpg, jpeg, png, webp) in it at any depth. Hidden files and
/// folders are ignored; people and photos are in the order of their names, so labels never depend on the machine. Of a folder
/// that `facet faces` wrote the photos are taken, not the part masks beside them.
public struct ImageFolder: PhotoFileDataset {
  public let name: String
  public let files: PhotoFiles
  /// The people left out because they have fewer photos than asked for.
  public let leftOut: [String]

  /// Lists the folder; no photo is opened.
  ///
  /// - Parameters:
  ///   - root: The folder that holds the people's folders.
  ///   - name: A name for tables; the folder's own when nil.
  ///   - minimumPhotos: People with fewer photos are left out (and named in `leftOut`).
  /// - Throws: `DatasetError` when the folder or one below it is missing or unreadable, when it holds no people,
  ///   or when nobody has enough photos.
  public init(root: String, name: String? = nil, minimumPhotos: Int = 1) throws {
    guard minimumPhotos >= 1 else {
      throw DatasetError(
        .invalidRequest, path: root, problem: "cannot ask for \(minimumPhotos) photos per person",
        remedy: "ask for at least 1")
    }
    let (given, root) = (root, RenderedFolder.photos(of: root))
    let entries = try Disk.list(root)
    let people = entries.filter { Disk.isFolder(Disk.join(root, $0)) }
    if people.isEmpty { throw Self.noPeople(in: root, entries: entries) }
    var files = PhotoFiles(root: root)
    var leftOut: [String] = []
    for person in people {
      let photos = try Disk.photos(root: root, folder: person)
      if photos.count >= minimumPhotos {
        files.append(identity: person, photos: photos)
      } else {
        leftOut.append(person)
      }
    }
    guard files.count > 0 else {
      throw DatasetError(
        .empty, path: root,
        problem: "none of the \(people.count) folders in it holds \(minimumPhotos) or more photos",
        remedy: "put jpg, png or webp photos there, or ask for fewer photos per person")
    }
    self.name = name ?? Disk.name(of: given)
    self.files = files
    self.leftOut = leftOut
  }

  /// The photos that lie directly in `root` beside the people's folders: nobody has said who they show, so they are not part of
  /// the set. Empty where there is no such folder, or no person's folder in it.
  public static func strays(root: String) -> [String] {
    let folder = RenderedFolder.photos(of: root)
    let entries = (try? Disk.list(folder)) ?? []
    guard entries.contains(where: { Disk.isFolder(Disk.join(folder, $0)) }) else { return [] }
    return entries.filter(Disk.isPhoto)
  }

  /// What to say of `strays`; nil without any.
  public static func strayNote(root: String) -> String? {
    let photos = strays(root: root)
    guard let first = photos.first else { return nil }
    let (lie, are, names) = photos.count == 1 ? ("photo lies", "is", first) : ("photos lie", "are", "\(first), ...")
    return "\(photos.count) \(lie) beside the folders of people in \(root) and \(are) left out (\(names)): "
      + "put them into a person's folder"
  }

  private static func noPeople(in root: String, entries: [String]) -> DatasetError {
    if entries.contains(where: Disk.isPhoto) {
      return DatasetError(
        .empty, path: root, problem: "holds photos and no folders of people",
        remedy: "put each person's photos into a folder of their own")
    }
    return DatasetError(
      .empty, path: root, problem: entries.isEmpty ? "the folder is empty" : "holds no folders of people",
      remedy: "give a folder with one subfolder of photos for each person")
  }
}
