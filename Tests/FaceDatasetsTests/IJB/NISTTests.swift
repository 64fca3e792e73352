import FaceDatasets
import FaceImages
import Foundation
import TestSupport
import Testing

@Suite struct NISTTests {
  @Test(arguments: [MiniatureIJB.Layout.nistTests, .nist, .nistB])
  func readsEachShape(layout: MiniatureIJB.Layout) throws {
    let files = try MiniatureIJB(layout)
    #expect(DatasetLayout(of: files.root) == .ijb)
    let ijb = try IJB(root: files.root)
    #expect(ijb.name == (layout == .nistB ? "IJB-B" : "IJB-C") && ijb.count == 9 && ijb.templateCount == 5)

    // The same templates, pairs and search as InsightFace's files say, whatever places they have.
    let others = try MiniatureIJB()
    let known = try IJB(root: others.root)
    func pairs(_ ijb: IJB) throws -> [[Int]] {
      var found: [[Int]] = []
      let numbers = ijb.photos.templateNumbers
      try ijb.forEachPair { found.append([numbers[$0], numbers[$1], $2 ? 1 : 0]) }
      return found
    }
    #expect(try pairs(ijb) == pairs(known))
    func lists(_ ijb: IJB) throws -> [[Int: Int]] {
      let search = try #require(try ijb.search())
      return (search.galleries + [search.probes]).map { list in
        Dictionary(uniqueKeysWithValues: zip(list.templates.map { ijb.photos.templateNumbers[$0] }, list.subjects))
      }
    }
    #expect(try lists(ijb) == lists(known))
    #expect(try ijb.search()?.galleries.map(\.name) == (layout == .nistB ? ["S1", "S2"] : ["G1", "G2"]))

    /// How many photos each media of a template has.
    func medias(_ ijb: IJB, _ number: Int) -> [Int] {
      let place = ijb.photos.templateNumbers.firstIndex(of: number)!
      let own = (0..<ijb.count).filter { Int(ijb.photos.templates[$0]) == place }
      return Dictionary(grouping: own) { ijb.photos.medias[$0] }.map(\.value.count).sorted()
    }
    for number in known.photos.templateNumbers { #expect(medias(ijb, number) == medias(known, number)) }
    expectDatasetError(.missing, "--no-detector-score") { _ = try ijb.detectorScores() }
  }

  @Test func cutsPhotosToASquareAboutTheBox() throws {
    let files = try MiniatureIJB(.nist)
    try files.folder.write(files.path(1), "")
    let ijb = try IJB(root: files.root)
    // Template 3, photo 1: a box of 20 x 30 from (-1, 1) grows to 36 x 36 from (-9, -2).
    let place = try #require((0..<9).first { ijb.source(at: $0).hasSuffix(files.path(1)) })
    var photo = Image(width: 400, height: 300, color: RGB(10, 20, 30))
    for y in 0..<300 { for x in 0..<400 { photo[x, y] = RGB(UInt8(x % 256), UInt8(y % 256), 9) } }
    try files.folder.write(files.path(1), photo.pngData())
    #expect(try ijb.size(at: place) == (36, 36))
    let cut = try ijb.image(at: place, minimumSide: 16)
    #expect(cut.width == 36 && cut.height == 36)
    #expect(cut[0, 0] == photo[0, 0] && cut[9, 2] == photo[0, 0] && cut[35, 35] == photo[26, 33])

    // A JPEG may come smaller; the cut goes with it.
    try files.folder.write(files.path(1), photo.resized(width: 1600, height: 1200).jpegData(quality: 95))
    let whole = try ijb.image(at: place, minimumSide: nil)
    let small = try ijb.image(at: place, minimumSide: 9)
    #expect(whole.width == 36 && small.width < 36 && small.width >= 9)
    #expect(throws: (any Error).self) { try ijb.image(at: (place + 1) % 9, minimumSide: nil) }
    try files.folder.write(files.path(1), Image(width: 8, height: 8).pngData())
    expectDatasetError(.malformed, "four times") { _ = try ijb.image(at: place, minimumSide: nil) }
    // Photos that were shrunk without their tables.
    let other = try #require((0..<9).first { ijb.source(at: $0).hasSuffix(files.path(8)) })
    try files.folder.write(files.path(8), Image(width: 4, height: 9).pngData())
    expectDatasetError(.malformed, "outside of the photo") { _ = try ijb.image(at: other, minimumSide: nil) }
  }

  private static let header = "TEMPLATE_ID,SUBJECT_ID,FILENAME,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n"

  @Test(arguments: [
    ("", "holds no templates", "enroll"), (header, "holds no templates", "enroll"),
    ("TEMPLATE_ID,FILENAME\n", "line 1", "SUBJECT_ID"), (header + "1,2,a.jpg,1,2,3\n", "line 2", "box"),
    (header + "1,2,a.jpg,1,2,0,4\n", "line 2", "box"), (header + "1,2,a.jpg,1,2,3,nan\n", "line 2", "box"),
    (header + "1,2,a.jpg,1,2,3,99999999\n", "line 2", "box"), (header + "x,2,a.jpg,1,2,3,4\n", "line 2", "template"),
    (header + "1,2,,1,2,3,4\n", "line 2", "name"),
    (header + "1,2,a.jpg,1,2,3,4\n1,3,b.jpg,1,2,3,4\n", "line 3", "two people"),
  ])
  func saysWhereATableIsWrong(text: String, words: String, more: String) throws {
    let files = try MiniatureIJB(.nistTests)
    try files.folder.write("protocols/test1/enroll_templates.csv", text)
    let error = #expect(throws: DatasetError.self) { try IJB(root: files.root) }
    for word in [words, more, "enroll_templates.csv"] {
      #expect(error?.description.contains(word) == true, "\(error!)")
    }
  }

  @Test(arguments: [
    ("3,10\n3\n", "line 2", "TEMPLATE,TEMPLATE"), ("a,b\nc,d\n", "line 2", "c,d"), ("3,12\n", "line 1", "template 12"),
    ("ENROLL,VERIF\n", "match.csv", "no pairs"),
  ])
  func saysWhereAPairIsWrong(text: String, words: String, more: String) throws {
    let files = try MiniatureIJB(.nistTests)
    try files.folder.write("protocols/test1/match.csv", text)
    let ijb = try IJB(root: files.root)
    let error = #expect(throws: DatasetError.self) { try ijb.forEachPair { _, _, _ in } }
    for word in [words, more, "match.csv"] { #expect(error?.description.contains(word) == true, "\(error!)") }
  }

  @Test func tellsApartWhatSharesANumber() throws {
    let files = try MiniatureIJB(.nistTests)
    // In the search number 10 is somebody else.
    try files.folder.write("protocols/test4/probes.csv", NISTTests.header + "10,9,img/x.jpg,1,2,3,4\n")
    let ijb = try IJB(root: files.root)
    #expect(ijb.templateCount == 6 && ijb.count == 10)
    let probes = try #require(try ijb.search()).probes
    #expect(probes.subjects == [9] && ijb.photos.templateNumbers[probes.templates[0]] == 10)
    // Within the protocol it is a mistake.
    try files.folder.write("protocols/test1/verif_templates.csv", NISTTests.header + "3,9,img/x.jpg,1,2,3,4\n")
    expectDatasetError(.malformed, "template 3") { _ = try IJB(root: files.root) }
  }

  @Test func goesWithoutTheSearch() throws {
    let files = try MiniatureIJB(.nistTests)
    try FileManager.default.removeItem(atPath: files.root + "/protocols/test4")
    #expect(try IJB(root: files.root).search() == nil)
    try files.folder.write("protocols/test4/probes.csv", NISTTests.header + "10,9,img/x.jpg,1,2,3,4\n")
    expectDatasetError(.missing, "gallery_G1.csv") { _ = try IJB(root: files.root) }
  }
}
