/// The photos named in a text file, one path a line; all carry label 0, for nobody has said who they show.
public struct ImageList: PhotoFileDataset {
  public let name: String
  public let files: PhotoFiles
  /// What to say of pictures in a folder that go unread for their names' endings; nil without any.
  public private(set) var note: String?

  /// Reads the list; no photo is opened. A relative path is looked for in the list's folder first, then in the
  /// working directory. Throws `DatasetError`, naming the line, when a photo is in neither, or the list is empty.
  public init(contentsOf file: String) throws {
    let lines = try Disk.lines(file)
    guard !lines.isEmpty else {
      throw DatasetError(.empty, path: file, problem: "names no photos", remedy: "write one path a line")
    }
    let folder = Disk.folder(of: file)
    let paths = try lines.map { line in
      for path in [Disk.join(folder, line.text), line.text] where Disk.isFile(path) { return path }
      throw DatasetError(
        .missing, path: file, line: line.number, problem: "there is no photo \"\(line.text)\"",
        remedy: "give paths relative to the list's folder or the working directory, or absolute ones")
    }
    self.init(name: Disk.name(of: file), paths: paths)
  }

  /// The photos (jpg, jpeg, png, webp) in a folder, at any depth, in the order of their names; without the part masks
  /// of a folder that `facet faces` wrote. Throws `DatasetError` when the folder is missing or holds none.
  public init(folder: String) throws {
    let root = RenderedFolder.photos(of: folder)
    func isPhoto(_ path: String) -> Bool { Disk.isPhoto(Disk.name(of: path)) }
    let pictures = try Disk.files(root: root, folder: "") {
      isPhoto($0) || (Disk.hasEnding($0, of: Disk.otherPictureEndings) && Disk.isFile(Disk.join(root, $0)))
    }
    let photos = pictures.filter(isPhoto)
    guard !photos.isEmpty else {
      throw DatasetError(
        .empty, path: folder, problem: "holds no photos", remedy: "put jpg, png or webp photos into it")
    }
    self.init(name: Disk.name(of: folder), paths: photos, root: root)
    note = ImageList.note(pictures.filter { !isPhoto($0) }, in: folder)
  }

  private static func note(_ others: [String], in folder: String) -> String? {
    guard let first = others.first else { return nil }
    let (files, names) = others.count == 1 ? ("1 picture", first) : ("\(others.count) pictures", "\(first), ...")
    return "\(files) in \(folder) went unread (\(names)): photos are jpg, jpeg, png or webp, by name, too"
  }

  /// Photos given by their paths, below `root` where there is one, with label 0.
  public init(name: String, paths: [String], root: String = "") {
    var files = PhotoFiles(root: root)
    files.append(identity: name, photos: paths)
    self.name = name
    self.files = files
  }
}
