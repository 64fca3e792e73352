/// An IJB of made-up lists: five templates (numbers 3, 10, 11, 20, 21) of nine photos.
///
/// Template 10 has two photos of media 7 and one of media 8; 3, 20 and 21 have one media of one or two photos. Subjects are 1
/// (templates 3 and 10), 2 (11 and 20) and 3 (21); gallery G1 holds 3, G2 holds 11, the probes are 10, 20 and 21.
public struct MiniatureIJB {
  public let folder: TemporaryFolder
  public let layout: Layout
  public var root: String { folder.path }

  /// Who gives the files out, and how.
  public enum Layout: CaseIterable, Sendable {
    /// InsightFace's IJB-C, with and without the files of the search.
    case insightFace, insightFaceWithoutSearch
    /// NIST's IJB-C, its tables by protocol, or in one folder; NIST's IJB-B.
    case nistTests, nist, nistB
  }

  /// Photo, template, media.
  public static let photos = [
    ("1.jpg", 10, 7), ("2.jpg", 3, 5), ("3.jpg", 10, 7), ("4.jpg", 10, 8), ("5.jpg", 11, 9), ("6.jpg", 20, 5),
    ("7.jpg", 20, 5), ("8.jpg", 21, 1), ("9.jpg", 11, 10),
  ]
  public static let scores = [1.0, 0.5, 0.25, 0.75, 1, 1, 0.5, 0.875, 0.125]
  public static let pairs = "3 10 1\n11 20 1\n3 11 0\n10 21 0\n"
  private static let subjects = [3: 1, 10: 1, 11: 2, 20: 2, 21: 3]

  /// Where photo `place` of ``photos`` is, from the root.
  public func path(_ place: Int) -> String {
    let name = MiniatureIJB.photos[place].0
    switch layout {
    case .insightFace, .insightFaceWithoutSearch: return "loose_crop/" + name
    case .nist, .nistTests: return "images/" + MiniatureIJB.file(place)
    case .nistB: return MiniatureIJB.file(place)
    }
  }

  /// What NIST calls photo `place`: frames of a video after the video.
  private static func file(_ place: Int) -> String {
    let (name, template, media) = photos[place]
    return [7, 5].contains(media) ? "frames/\(template)\(media)_\(name)" : "img/\(template)\(media).jpg"
  }

  /// The box of photo `place`: width 20, height 30.
  public static func box(_ place: Int) -> (x: Int, y: Int) { (2 * place - 3, place) }

  public init(_ layout: Layout = .insightFace) throws {
    folder = try TemporaryFolder()
    self.layout = layout
    switch layout {
    case .insightFace, .insightFaceWithoutSearch: try writeInsightFace()
    case .nistTests:
      try write("protocols/test1/enroll_templates.csv", [3, 11])
      try write("protocols/test1/verif_templates.csv", [10, 20, 21])
      try writePairs("protocols/test1/match.csv", header: "ENROLL_TEMPLATE_ID,VERIF_TEMPLATE_ID\n")
      try write("protocols/test4/gallery_G1.csv", [3])
      try write("protocols/test4/gallery_G2.csv", [11])
      try write("protocols/test4/probes.csv", [10, 20, 21])
    case .nist, .nistB:
      let (folder, name) = layout == .nist ? ("protocols/archive", "ijbc") : ("protocol", "ijbb")
      let (first, second) = layout == .nist ? ("G1", "G2") : ("S1", "S2")
      try write("\(folder)/\(name)_1N_gallery_\(first).csv", [3])
      try write("\(folder)/\(name)_1N_gallery_\(second).csv", [11])
      try write("\(folder)/\(name)_1N_probe_mixed.csv", [10, 20, 21])
      try writePairs("\(folder)/\(name)_11_\(first)_\(second)_matches.csv", header: "")
    }
  }

  private func writeInsightFace() throws {
    let lines = MiniatureIJB.photos.map { "\($0.0) \($0.1) \($0.2)\n" }
    try folder.write("meta/ijbc_face_tid_mid.txt", lines.joined())
    let landmarks = (1...10).map { "\($0).5" }.joined(separator: " ")
    try folder.write(
      "meta/ijbc_name_5pts_score.txt",
      zip(MiniatureIJB.photos, MiniatureIJB.scores).map { "\($0.0) \(landmarks) \($1)\r\n" }.joined())
    try folder.write("meta/ijbc_template_pair_label.txt", MiniatureIJB.pairs)
    guard layout == .insightFace else { return }
    let header = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X\n"
    try folder.write("meta/ijbc_1N_gallery_G1.csv", header + "3,1,img/2.jpg,5,\n")
    try folder.write("meta/ijbc_1N_gallery_G2.csv", header + "11,2,img/5.jpg,9,4\n11,2,img/9.jpg,10,\n")
    try folder.write(
      "meta/ijbc_1N_probe_mixed.csv", header + "21,3,img/8.jpg,1,\n10,1,img/1.jpg,7,2\n20,2,frames/6.jpg,5,\n")
  }

  /// One of NIST's tables, its columns as the layout has them.
  private func write(_ name: String, _ templates: [Int]) throws {
    let header =
      switch layout {
      case .nistTests: "TEMPLATE_ID,SUBJECT_ID,FILENAME,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n"
      case .nistB: "TEMPLATE_ID,SUBJECT_ID,FILE,SIGHTING_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT,FRAME\n"
      default: "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT,FRAME_NUM\n"
      }
    let lines = templates.flatMap { template in
      MiniatureIJB.photos.indices.filter { MiniatureIJB.photos[$0].1 == template }.map { place in
        let box = MiniatureIJB.box(place)
        let (before, after) = layout == .nistTests ? ("", "") : ("77,", ",")
        let file = MiniatureIJB.file(place)
        return "\(template),\(MiniatureIJB.subjects[template]!),\(file),\(before)\(box.x),\(box.y).0,20,30\(after)\r\n"
      }
    }
    try folder.write(name, header + lines.joined())
  }

  private func writePairs(_ name: String, header: String) throws {
    let lines = MiniatureIJB.pairs.split(separator: "\n").map {
      $0.split(separator: " ").prefix(2).joined(separator: ",") + "\n"
    }
    try folder.write(name, header + lines.joined())
  }
}
