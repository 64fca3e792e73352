import FaceDatasets
import TestSupport
import Testing

@Suite struct IJBTests {
  let files: MiniatureIJB
  init() throws { files = try MiniatureIJB() }

  private var ijb: IJB { get throws { try IJB(root: files.root) } }

  @Test func readsInsightFacesLayout() throws {
    #expect(DatasetLayout(of: files.root) == .ijb)
    let ijb = try ijb
    #expect(ijb.name == "IJB-C" && ijb.count == 9 && ijb.photos.templateNumbers == [3, 10, 11, 20, 21])
    #expect(ijb.photos.templates == [1, 0, 1, 1, 2, 3, 3, 4, 2] && ijb.photos.medias == [7, 5, 7, 8, 9, 5, 5, 1, 10])
    #expect(try ijb.detectorScores() == MiniatureIJB.scores.map(Float.init))
    #expect(ijb.source(at: 8) == files.root + "/loose_crop/9.jpg" && ijb.label(at: 4) == 2)
    var pairs: [[Int]] = []
    try ijb.forEachPair { pairs.append([$0, $1, $2 ? 1 : 0]) }
    #expect(pairs == [[0, 1, 1], [2, 3, 1], [0, 2, 0], [1, 4, 0]])
  }

  @Test func readsNISTsSearch() throws {
    let search = try #require(try ijb.search())
    #expect(search.galleries.map(\.name) == ["G1", "G2"] && search.galleries.map(\.templates) == [[0], [2]])
    #expect(search.probes == IJB.TemplateList(name: "probes", templates: [1, 3, 4], subjects: [1, 2, 3]))
    let without = try MiniatureIJB(.insightFaceWithoutSearch)
    #expect(try IJB(root: without.root).search() == nil)
  }

  @Test func readsIJBB() throws {
    let folder = try TemporaryFolder()
    try folder.write("meta/ijbb_face_tid_mid.txt", "a.jpg 1 1\nb.jpg 2 1")
    try folder.write("meta/ijbb_template_pair_label.txt", "1 2 0")
    for gallery in ["S1", "S2"] {
      try folder.write("meta/ijbb_1N_gallery_\(gallery).csv", "TEMPLATE_ID,SUBJECT_ID,FILENAME\n1,5,x\n")
    }
    let ijb = try IJB(root: folder.path)
    #expect(ijb.name == "IJB-B" && ijb.count == 2)
    expectDatasetError(.missing, "name_5pts_score.txt", "--no-detector-score") { _ = try ijb.detectorScores() }
    expectDatasetError(.missing, "ijbb_1N_probe_mixed.csv") { _ = try ijb.search() }
    try folder.write("meta/ijbb_1N_probe_mixed.csv", "TEMPLATE_ID,SUBJECT_ID\n2,5\n")
    #expect(try ijb.search()?.galleries.map(\.name) == ["S1", "S2"])
  }

  @Test(arguments: [
    ("face_tid_mid.txt", "1.jpg 10 7\n2.jpg 3\n", "line 2", "PHOTO TEMPLATE MEDIA"),
    ("face_tid_mid.txt", "1.jpg 10 x\n", "line 1", "1.jpg 10 x"),
    ("face_tid_mid.txt", "\n\n1.jpg 10 7 9\n", "line 3", "MEDIA"),
    ("face_tid_mid.txt", "1.jpg 99999999999 7\n", "line 1", "MEDIA"),
    ("face_tid_mid.txt", "", "face_tid_mid.txt", "no photos"),
    ("name_5pts_score.txt", "1.jpg 1 2 3 4 5 6 7 8 9 10 0.5\n", "1 lines for 9 photos", "again"),
    ("name_5pts_score.txt", "2.jpg 1 2 3 4 5 6 7 8 9 10 0.5\n", "line 1", "\"1.jpg\""),
    ("name_5pts_score.txt", "1.jpg 1 2 3 4 5 6 7 8 9 10\n", "line 1", "a score"),
    ("name_5pts_score.txt", "1.jpg 1 2 3 4 5 6 7 8 9 10 nan\n", "line 1", "a score"),
  ])
  func saysWhereAListOfPhotosIsWrong(file: String, text: String, words: String, more: String) throws {
    try files.folder.write("meta/ijbc_" + file, text)
    let error = #expect(throws: DatasetError.self) { try ijb }
    for word in [words, more, file] { #expect(error?.description.contains(word) == true, "\(error!)") }
  }

  @Test(arguments: [
    ("3 10 1\n3 10\n", "line 2", "1 or 0"), ("3 10 2\n", "line 1", "3 10 2"), ("3 12 1\n", "line 1", "template 12"),
    ("13 3 1\n", "line 1", "template 13"), ("a b c\n", "line 1", "a b c"), ("3 10 1 1\n", "line 1", "1 or 0"),
    ("\n \n", "pair_label.txt", "no pairs"),
  ])
  func saysWhereAPairIsWrong(text: String, words: String, more: String) throws {
    try files.folder.write("meta/ijbc_template_pair_label.txt", text)
    let ijb = try ijb
    let error = #expect(throws: DatasetError.self) { try ijb.forEachPair { _, _, _ in } }
    for word in [words, more, "pair_label.txt"] { #expect(error?.description.contains(word) == true, "\(error!)") }
  }

  @Test(arguments: [
    ("TEMPLATE,SUBJECT\n", "line 1", "header"), ("TEMPLATE_ID,SUBJECT_ID\n3\n", "line 2", "numbers"),
    ("TEMPLATE_ID,SUBJECT_ID\n3,\n", "line 2", "numbers"), ("TEMPLATE_ID,SUBJECT_ID\n4,1\n", "line 2", "template 4"),
    ("TEMPLATE_ID,SUBJECT_ID\n3,1,x\n3,2,y\n", "line 3", "two people"),
    ("TEMPLATE_ID,SUBJECT_ID\n", "G1", "no templates"),
  ])
  func saysWhereAGalleryIsWrong(text: String, words: String, more: String) throws {
    try files.folder.write("meta/ijbc_1N_gallery_G1.csv", text)
    let ijb = try ijb
    let error = #expect(throws: DatasetError.self) { try ijb.search() }
    for word in [words, more, "gallery_G1.csv"] { #expect(error?.description.contains(word) == true, "\(error!)") }
  }

  @Test func saysWhatIsMissing() throws {
    expectDatasetError(.missing, "ijbc_face_tid_mid.txt", "InsightFace") { _ = try IJB(root: files.root + "/meta") }
    let folder = try TemporaryFolder()
    try folder.write("meta/ijbc_face_tid_mid.txt", "a.jpg 1 1\n")
    let ijb = try IJB(root: folder.path)
    expectDatasetError(.missing, "template_pair_label.txt") { try ijb.forEachPair { _, _, _ in } }
    #expect(throws: (any Error).self) { try ijb.image(at: 0, minimumSide: nil) }
  }
}
