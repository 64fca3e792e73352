import FaceDatasets
import Foundation
import TestSupport
import Testing

@Suite struct PairListTests {
  func load(_ text: String, root: String? = nil) throws -> VerificationSet {
    let folder = try TemporaryFolder()
    for name in ["a.jpg", "b.jpg", "c, \"d\".jpg"] { try folder.write(name) }
    return try PairList.load(folder.write("pairs.csv", text), root: root)
  }

  @Test func readsQuotesAndLineEndings() throws {
    let set = try load("a,b,same,fold\r\na.jpg,b.jpg,1,0\r\n\r\n\"a.jpg\",\"c, \"\"d\"\".jpg\",no,3")
    #expect(
      set.pairs == [.init(first: 0, second: 1, same: true, fold: 0), .init(first: 0, second: 2, same: false, fold: 3)])
    #expect(set.dataset.count == 3 && set.dataset.source(at: 2).hasSuffix("/c, \"d\".jpg") && set.name == "pairs.csv")
    #expect(set.dataset.identityCount == 1 && set.dataset.label(at: 2) == 0)
  }

  @Test func headerAndFoldAreOptional() throws {
    #expect(try load("a.jpg,b.jpg,TRUE\nb.jpg,a.jpg,0,\n").pairs.map(\.same) == [true, false])
    let set = try load("\u{FEFF}fold,same,note,b,a\n2,yes,x,b.jpg,a.jpg\n")
    #expect(set.pairs == [.init(first: 0, second: 1, same: true, fold: 2)])
    #expect(set.dataset.source(at: 0).hasSuffix("/a.jpg"))
  }

  @Test func aRootCanBeGiven() throws {
    let other = try TemporaryFolder()
    let file = try other.write("sub/x.png")
    #expect(try load("sub/x.png,\(file),1", root: other.path).dataset.count == 1)
  }

  @Test(arguments: [
    ("", "holds no pairs", DatasetError.Kind.empty), ("a,b,same\n", "holds no pairs", .empty),
    ("a,same\n", "line 1: the header names no column \"b\"", .malformed),
    ("a.jpg,b.jpg,1\na.jpg,b.jpg,maybe\n", "line 2, column 3: \"maybe\"", .malformed),
    ("a.jpg,b.jpg,1,-1\n", "line 1, column 4: fold \"-1\"", .malformed),
    ("a.jpg,b.jpg\n", "line 1, column 2: expected 3 or 4 columns", .malformed),
    ("a,b,same\na.jpg\n", "line 2, column 2: no path", .malformed),
    ("a.jpg,zzz.jpg,1\n", "line 1, column 2: there is no photo", .missing),
    ("\"a.jpg\"x,b.jpg,1\n", "line 1, column 1: a quoted field goes on", .malformed),
    ("a.jpg,b.jpg,1\na.jpg,\"b.jpg,1\n", "line 2, column 2: a quoted field is not closed", .malformed),
  ])
  func namesLineAndColumn(text: String, message: String, kind: DatasetError.Kind) {
    expectDatasetError(kind, "pairs.csv", message) { _ = try load(text) }
  }

  @Test func textThatIsNotUTF8() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("pairs.csv", Data([0xff, 0xfe, 0x41, 0]))
    expectDatasetError(.malformed, "not UTF-8") { _ = try PairList.load(file) }
  }
}

@Suite struct ImageListTests {
  @Test func pathsAreRelativeToTheList() throws {
    let folder = try TemporaryFolder()
    let far = try TemporaryFolder().write("gone.jpg")
    let absolute = try folder.write("other/y.jpg")
    try folder.write("lists/x.jpg")
    let list = try folder.write("lists/photos.txt", "x.jpg\r\n\n\(absolute)\n")
    let photos = try ImageList(contentsOf: list)
    #expect(photos.count == 2 && photos.label(at: 1) == 0 && photos.identityCount == 1)
    #expect(photos.source(at: 0) == folder.path + "/lists/x.jpg" && photos.source(at: 1) == absolute)
    try folder.write("lists/photos.txt", "x.jpg\n\n\(far)\n")
    expectDatasetError(.missing, "photos.txt, line 3", "gone.jpg") { _ = try ImageList(contentsOf: list) }
    try folder.write("lists/photos.txt", "\n")
    expectDatasetError(.empty, "names no photos") { _ = try ImageList(contentsOf: list) }
  }
}
