import TestSupport
import Testing

@testable import facet

@Suite struct PackTests {
  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// What packing throws, in words.
  private func refusal(_ data: String, _ output: String) -> String {
    var pack = Pack()
    pack.data = folder.path + "/" + data
    pack.output = folder.path + "/" + output
    do {
      try pack.run()
      return "nothing"
    } catch {
      return "\(error)"
    }
  }

  @Test(arguments: [
    ("set", "set/train.rec"), ("set/train.rec", "set/./train.rec"), ("set", "set/lfw.bin"),
    ("set/lfw.bin", "set/lfw.bin"),
  ])
  func whatIsReadIsNotReplaced(data: String, output: String) throws {
    for name in ["train.rec", "lfw.bin"] { try folder.write("set/" + name, "mine") }
    let refusal = refusal(data, output)
    #expect(refusal.contains("reads that file"), "\(refusal)")
  }

  /// A benchmark's photos do not come from records in its folder, which may be packed again.
  @Test func recordsInABenchmarksFolderAreNotRead() throws {
    for name in ["cfp/Protocol/Pair_list_F.txt", "cfp/train.rec"] { try folder.write(name, "mine") }
    let refusal = refusal("cfp", "cfp/train.rec")
    #expect(refusal.contains("Data/Images of CFP"), "\(refusal)")
  }
}
