import FaceDatasets
import Foundation
import TestSupport
import Testing

@Suite struct LFWTests {
  func miniature(_ prefix: String = "lfw-deepfunneled/") throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (name, count) in [("Ann_A", 3), ("Bob_B", 2), ("Cy_C", 1), ("Di_D", 2)] {
      for number in 1...count { try folder.write("\(prefix)\(name)/\(name)_000\(number).jpg") }
    }
    try folder.write("pairs.txt", pairs)
    return folder
  }

  let pairs = "2\t1\nAnn_A\t1\t3\nBob_B\t1\tCy_C\t1\r\nBob_B\t2\t1\nAnn_A\t2\tDi_D\t2\n"

  @Test(arguments: ["lfw-deepfunneled/", ""]) func view2(prefix: String) throws {
    let folder = try miniature(prefix)
    let lfw = try LFW(root: folder.path)
    #expect(lfw.count == 8 && lfw.identityCount == 4 && lfw.name == "lfw")
    let set = try lfw.verificationSet()
    #expect(set.pairs.map(\.same) == [true, false, true, false] && set.pairs.map(\.fold) == [0, 0, 1, 1])
    #expect(set.pairs.map(\.first) == [0, 3, 4, 1] && set.pairs.map(\.second) == [2, 5, 3, 7])
  }

  @Test func leavesPeopleOut() throws {
    let folder = try miniature()
    let list = try folder.write("leave-out.txt", "007 Ann_A\n\nCy_C\n")
    let lfw = try LFW(root: folder.path, minimumPhotos: 2, excluding: [list])
    #expect(lfw.identityNames == ["Bob_B", "Di_D"] && lfw.excluded == ["Ann_A", "Cy_C"])
    #expect((0..<lfw.count).map(lfw.label) == [0, 0, 1, 1])
    #expect(try lfw.verificationSet().dataset.count == 8, "the test has all photos")
    #expect(try LFW(root: folder.path, names: ["Bob_B"]).identityCount == 3)
    let wrong = try folder.write("wrong.txt", "Ann_A\nAnn_B\n")
    expectDatasetError(.malformed, "wrong.txt, line 2", "Ann_B") { _ = try LFW(root: folder.path, excluding: [wrong]) }
    expectDatasetError(.missing, "nothing.txt") { _ = try LFW(root: folder.path, excluding: ["nothing.txt"]) }
    expectDatasetError(.empty, "nobody is left") { _ = try LFW(root: folder.path, minimumPhotos: 4) }
  }

  @Test(arguments: [
    ("2\t1\nAnn_A\t1\t3\n", "line 1: promises 2 folds"), ("x\n", "line 1: expected the number of folds"),
    ("1 1\nAnn_A 1 3\nBob_B 1 2\n", "line 3: expected NAME n OTHER m"), ("", "line 1: is empty"),
    ("1 1\nAnn_A 1 9\nBob_B 1 Cy_C 1\n", "line 2, column 3: names photo 9 of Ann_A"),
    ("1 1\nAnn_A 1 z\nBob_B 1 Cy_C 1\n", "line 2, column 3: \"z\" is not a number"),
    ("1 1\nAnn_A 1 2\nBob_B 1 Bob_B 2\n", "line 3: the two people are the same"),
    ("9223372036854775807 9\n", "promises"), ("4611686018427387905 2\n", "promises"),
  ])
  func saysWhatIsWrongWithThePairs(text: String, message: String) throws {
    let folder = try miniature()
    try folder.write("pairs.txt", text)
    let lfw = try LFW(root: folder.path)
    expectDatasetError(message.contains("names photo") ? .missing : .malformed, "pairs.txt", message) {
      _ = try lfw.verificationSet()
    }
  }

  @Test func missingPairs() throws {
    let folder = try miniature()
    try FileManager.default.removeItem(atPath: folder.path + "/pairs.txt")
    expectDatasetError(.missing, "no pairs.txt") { _ = try LFW(root: folder.path).verificationSet() }
  }

  @Test(.enabled(if: BenchmarkData.lfw != nil, "skipped: no ../shared/data/lfw"))
  func holdsWhatItsAuthorsShip() throws {
    let root = BenchmarkData.lfw!
    let lfw = try LFW(root: root)
    #expect(lfw.count == 13_233 && lfw.identityCount == 5_749)
    let set = try lfw.verificationSet()
    #expect(set.pairs.count == 6_000)
    for fold in 0..<10 { #expect(set.pairs.count { $0.fold == fold && $0.same } == 300) }
    for pair in set.pairs { #expect((lfw.label(at: pair.first) == lfw.label(at: pair.second)) == pair.same) }
    let training = try LFW(root: root, minimumPhotos: 2, excluding: [root + "/train-exclude.txt"])
    #expect(training.excluded.count == 19 && training.identityCount < 1_680)
  }

  @Test(.enabled(if: BenchmarkData.lfw != nil && BenchmarkData.cfp != nil, "skipped: no ../shared/data/{lfw,cfp}"))
  func namesSayWhoIsInBoth() throws {
    let (cfp, lfw) = (BenchmarkData.cfp!, BenchmarkData.lfw!)
    let listed = try IdentityMatch.list(contentsOf: lfw + "/in-cfp.txt", first: 0, second: 1)
    #expect(try Set(IdentityMatch.byName(cfp: cfp, lfw: lfw, first: 0, second: 1)) == Set(listed))
    #expect(try CFP.people(root: cfp).prefix(2).map(\.name) == ["50 Cent", "Aaron Hernandez"])
  }

  @Test(.enabled(if: BenchmarkData.lfw != nil && BenchmarkData.cfp != nil, "skipped: no ../shared/data/{lfw,cfp}"))
  func joinsCFP() throws {
    let lfw = try LFW(root: BenchmarkData.lfw!)
    let cfp = try CFP(root: BenchmarkData.cfp!, folds: [1])
    let matches = try IdentityMatch.list(contentsOf: BenchmarkData.lfw! + "/in-cfp.txt", first: 0, second: 1)
    let joined = try JoinedDataset([cfp, lfw], matches: matches)
    let used = matches.count - joined.unused.count
    #expect(used > 0 && joined.identityCount == cfp.identityCount + lfw.identityCount - used)
    let adam = try #require(lfw.identityNames.firstIndex(of: "Adam_Sandler"))
    let photo = try #require((0..<lfw.count).first { lfw.label(at: $0) == adam })
    #expect(joined.label(at: cfp.count + photo) == 5, "Adam Sandler is CFP's 006")
  }
}
