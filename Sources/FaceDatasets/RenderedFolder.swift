/// What `facet faces` writes: photos and part masks in folders of the same names, and the landmarks of all photos. Taken
/// for a folder of people it would hold two, called "photos" and "parts".
enum RenderedFolder {
  /// The folder whose photos are meant by `path`: `path/photos` where `path` is such a folder, else `path` itself.
  static func photos(of path: String) -> String {
    let photos = Disk.join(path, "photos")
    let isRendered =
      Disk.isFile(Disk.join(path, "landmarks.json")) && Disk.isFolder(photos) && Disk.isFolder(Disk.join(path, "parts"))
    return isRendered ? photos : path
  }
}
