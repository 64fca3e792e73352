/// Keeps apart photos that would be one file when they are unpacked: whose paths differ in the endings alone, which then are
/// those of what the bytes are, or in upper and lower case, which not every disk tells apart.
struct DistinctNames {
  private var taken: Set<String> = []

  /// `path`; where a photo before it has that name, with `number` before its own: "anna/7_a.jpg" for "anna/a.jpg".
  mutating func add(_ path: String, number: Int) -> String {
    var path = path
    while !taken.insert(Disk.stem(of: path).lowercased()).inserted {
      path = Disk.join(Disk.folder(of: path), "\(number)_\(Disk.name(of: path))")
    }
    return path
  }
}
