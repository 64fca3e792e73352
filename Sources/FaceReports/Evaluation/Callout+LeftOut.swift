import FaceDatasets

extension Callout {
  /// Photos that had to be left out, so that nobody takes the numbers for more than they are.
  ///
  /// - Parameter consequence: What went with them, after "were left out".
  static func leftOut(_ photos: [DamagedPhoto], consequence: String = "") -> Callout {
    var lines = photos.prefix(50).map(\.description)
    if photos.count > 50 { lines.append("and \(photos.count - 50) more") }
    let title = photos.count == 1 ? "One damaged photo was left out" : "\(photos.count) damaged photos were left out"
    return Callout(
      .warning, title: title + consequence, blocks: [CodeBlock(lines.joined(separator: "\n"), title: "photos")])
  }
}
