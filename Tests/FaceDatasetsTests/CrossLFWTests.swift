import TestSupport
import Testing

@testable import FaceDatasets

@Suite struct CrossLFWTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// Twenty people with two photos each, pairs as the authors list them.
  private func write(_ kind: CrossLFW.Kind, in photos: String) throws {
    var list = ""
    for person in 10..<30 {
      for number in 1...2 { try folder.write("\(photos)/Ann_Van_\(person)_000\(number).jpg") }
      list += "Ann_Van_\(person)_0001.jpg 1\r\nAnn_Van_\(person)_0002.jpg 1\r\n"
    }
    for person in 10..<29 { list += "Ann_Van_\(person)_0001.jpg\t0\nAnn_Van_\(person + 1)_0002.jpg\t0\n" }
    try folder.write(kind.listName, list)
  }

  @Test(arguments: [("aligned images", CrossLFW.Kind.age), ("images", .pose), ("images&landmarks/images", .pose)])
  func readsTheAuthorsLayout(photos: String, kind: CrossLFW.Kind) throws {
    try write(kind, in: photos)
    #expect(DatasetLayout(of: folder.path) == (kind == .age ? .calfw : .cplfw))
    let data = try CrossLFW(root: folder.path, kind: kind)
    #expect(data.count == 40 && data.identityCount == 20 && data.identityNames.first == "Ann_Van_10")
    let set = try data.verificationSet()
    #expect(set.name == kind.title && set.pairs.count == 39 && set.pairs.count(where: \.same) == 20)
    #expect(set.pairs.prefix(20).map(\.fold) == (0..<20).map { $0 / 2 })
    #expect(set.pairs.last?.fold == 9 && set.pairs[20].fold == 0)
    let pair = set.pairs[20]
    #expect(data.source(at: pair.first).hasSuffix("Ann_Van_10_0001.jpg"))
    #expect(data.source(at: pair.second).hasSuffix("Ann_Van_11_0002.jpg"))
  }

  /// CALFW's list numbers the pairs of one person by fold, in order.
  @Test func equalRunsAreTheFoldsOfTheList() throws {
    var list = ""
    for person in 10..<30 {
      for number in 1...2 {
        try folder.write("aligned images/Ann_\(person)_000\(number).jpg")
        list += "Ann_\(person)_000\(number).jpg \((person - 10) / 2 + 1)\n"
      }
    }
    try folder.write(CrossLFW.Kind.age.listName, list)
    let pairs = try CrossLFW(root: folder.path, kind: .age).verificationSet().pairs
    #expect(pairs.map(\.fold) == (0..<20).map { $0 / 2 })
  }

  @Test func readsNamesWithSlips() {
    #expect(CrossLFW.person("Leni_Bjorklund-2.jpg") == "Leni_Bjorklund")
    #expect(CrossLFW.person("Mike_Montgomery_3.jip.jpg") == "Mike_Montgomery")
    #expect(CrossLFW.person("Nobody.jpg") == "Nobody")
  }

  @Test(arguments: [
    ("A_1.jpg\nA_2.jpg\n", "a number"), ("A_1.jpg 1\n", "second photo"), ("A_1.jpg 1\nA_2.jpg 0\n", "carry 1 and 0"),
    ("A_1.jpg 1\nB_1.jpg 1\n", "two people"), ("A_1.jpg 0\nA_2.jpg 0\n", "one person"),
    ("A_1.jpg 1\nA_9.jpg 1\n", "A_9.jpg"), ("", "no pairs"), ("A_1.jpg -1\nA_2.jpg -1\n", "a number"),
  ])
  func saysWhereTheListIsWrong(text: String, word: String) throws {
    for name in ["A_1", "A_2", "B_1"] { try folder.write("images/\(name).jpg") }
    try folder.write("pairs_CPLFW.txt", text)
    let data = try CrossLFW(root: folder.path, kind: .pose)
    let error = #expect(throws: DatasetError.self) { try data.verificationSet() }
    #expect(error?.description.contains(word) == true && error?.path.hasSuffix("pairs_CPLFW.txt") == true, "\(error!)")
  }
}

@Suite struct AgeDBTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test func readsPhotosAndPairs() throws {
    let names = ["0_MariaCallas_35_f", "1_MariaCallas_70_f", "12_Jan_van_Eyck_20_m", "13_Jan_van_Eyck_55_m"]
    for name in names {
      try folder.write("03_Protocol_Images/\(name).jpg")
      try folder.write("03_Protocol_Images/\(name).pts", "points")
    }
    let lines = (0..<10).map { "\(names[$0 % 4]).jpg\t\(names[($0 + 1) % 4])\t\($0 % 2 == 0 ? 1 : 0)\n" }
    #expect(DatasetLayout(of: folder.path) == .agedb)
    let data = try AgeDB(root: folder.path)
    #expect(data.count == 4 && data.identityNames == ["Jan_van_Eyck", "MariaCallas"])
    expectDatasetError(.missing, "agedb_30_pairs.txt", "scripts/agedb_pairs.py") { _ = try data.verificationSet() }
    try folder.write("agedb_30_pairs.txt", lines.joined())
    let set = try data.verificationSet()
    #expect(set.name == "AgeDB-30" && set.pairs.map(\.fold) == Array(0..<10))
    #expect(set.pairs[0].same && !set.pairs[1].same)
    #expect(data.source(at: set.pairs[1].second).hasSuffix("12_Jan_van_Eyck_20_m.jpg"))
  }

  @Test(arguments: ["a b\n", "0_A_1_f 0_A_1_f 2\n", "0_A_1_f 9_B_1_f 1\n", ""])
  func saysWhereTheListIsWrong(text: String) throws {
    try folder.write("03_Protocol_Images/0_A_1_f.jpg")
    try folder.write("agedb_30_pairs.txt", text)
    let data = try AgeDB(root: folder.path)
    let error = #expect(throws: DatasetError.self) { try data.verificationSet() }
    #expect(error?.path.hasSuffix("agedb_30_pairs.txt") == true)
  }
}
