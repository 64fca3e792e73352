/// An IJB-C of made-up lists: five templates (numbers 3, 10, 11, 20, 21) of nine photos.
///
/// Template 10 has two photos of media 7 and one of media 8; 3, 20 and 21 have one media of one or two photos. Subjects are 1
/// (templates 3 and 10), 2 (11 and 20) and 3 (21); gallery G1 holds 3, G2 holds 11, the probes are 10, 20 and 21.
public struct MiniatureIJB {
  public let folder: TemporaryFolder
  public var root: String { folder.path }

  /// Photo, template, media.
  public static let photos = [
    ("1.jpg", 10, 7), ("2.jpg", 3, 5), ("3.jpg", 10, 7), ("4.jpg", 10, 8), ("5.jpg", 11, 9), ("6.jpg", 20, 5),
    ("7.jpg", 20, 5), ("8.jpg", 21, 1), ("9.jpg", 11, 10),
  ]
  public static let scores = [1.0, 0.5, 0.25, 0.75, 1, 1, 0.5, 0.875, 0.125]
  public static let pairs = "3 10 1\n11 20 1\n3 11 0\n10 21 0\n"

  public init(identification: Bool = true) throws {
    folder = try TemporaryFolder()
    let lines = MiniatureIJB.photos.map { "\($0.0) \($0.1) \($0.2)\n" }
    try folder.write("meta/ijbc_face_tid_mid.txt", lines.joined())
    let landmarks = (1...10).map { "\($0).5" }.joined(separator: " ")
    try folder.write(
      "meta/ijbc_name_5pts_score.txt",
      zip(MiniatureIJB.photos, MiniatureIJB.scores).map { "\($0.0) \(landmarks) \($1)\r\n" }.joined())
    try folder.write("meta/ijbc_template_pair_label.txt", MiniatureIJB.pairs)
    guard identification else { return }
    let header = "TEMPLATE_ID,SUBJECT_ID,FILENAME,SIGHTING_ID,FACE_X\n"
    try folder.write("meta/ijbc_1N_gallery_G1.csv", header + "3,1,img/2.jpg,5,\n")
    try folder.write("meta/ijbc_1N_gallery_G2.csv", header + "11,2,img/5.jpg,9,4\n11,2,img/9.jpg,10,\n")
    try folder.write(
      "meta/ijbc_1N_probe_mixed.csv", header + "21,3,img/8.jpg,1,\n10,1,img/1.jpg,7,2\n20,2,frames/6.jpg,5,\n")
  }
}
