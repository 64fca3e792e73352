import FaceDatasets

extension Callout {
  /// Photos that had to be left out, so that nobody takes the numbers for more than they are.
  ///
  /// - Parameter consequence: What went with them, after "were left out".
  static func leftOut(_ photos: [DamagedPhoto], consequence: String = "") -> Callout {
    var lines = photos.prefix(50).map(\.description)
    if photos.count > 50 { lines.append("and \(photos.count - 50) more") }
    // Those that could be read are not damaged.
    let kind = photos.contains(where: \.wasRead) ? "" : "damaged "
    let title =
      photos.count == 1 ? "One \(kind)photo was left out" : "\(photos.count) \(kind)photos were left out"
    return Callout(
      .warning, title: title + consequence, blocks: [CodeBlock(lines.joined(separator: "\n"), title: "photos")])
  }
}
