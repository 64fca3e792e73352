import Foundation
import TestSupport
import Testing
import Torch

@Suite struct PyTorchFileTests {
  private func fixture(_ name: String) -> String {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return here.appendingPathComponent("Fixtures/insightface/\(name)").path
  }

  @Test(arguments: ["state.pth", "state-legacy.pth"])
  func readsWhatTorchSaves(name: String) throws {
    let file = try PyTorchFile(contentsOf: fixture(name))
    let wanted = try Safetensors(contentsOf: fixture("state.safetensors"))
    #expect(file.section == "" && Set(file.names) == Set(wanted.names) && file.names.first == "plain")
    for name in wanted.names {
      let (found, expected) = (try #require(try file.tensor(name)), try #require(try wanted.tensor(name)))
      #expect(found.shape == expected.shape && found.dtype == expected.dtype, "\(name)")
      #expect(try found.contiguous().withUnsafeBytes { Data($0) } == expected.withUnsafeBytes { Data($0) }, "\(name)")
    }
    #expect(try file.tensor("none") == nil)
  }

  @Test func looksIntoCheckpoints() throws {
    let file = try PyTorchFile(contentsOf: fixture("checkpoint.pth"))
    #expect(file.section == "state_dict_backbone" && file.names == ["a.weight"])
    #expect(try file.tensor("a.weight")?.shape == [2, 3, 4])
  }

  @Test func refusesWholeNetworksAndOtherFiles() throws {
    func reason(_ path: String) -> String {
      #expect(throws: PyTorchFileError.self) { try PyTorchFile(contentsOf: path) }?.description ?? ""
    }
    #expect(reason(fixture("module.pth")).contains("torch.nn.modules.linear.Linear"))
    #expect(reason(fixture("pairs-4.bin")).contains("not one of torch.save's"))
    #expect(reason(fixture("state.safetensors")).contains("neither as an archive nor as a pickle"))
    #expect(reason("/nowhere.pth").contains("/nowhere.pth"))
    let folder = try TemporaryFolder()
    #expect(reason(try folder.write("empty.pth")).contains("empty.pth"))
    let whole = try Data(contentsOf: URL(fileURLWithPath: fixture("state.pth")))
    #expect(reason(try folder.write("cut.pth", whole.dropLast(100))).contains("cut off"))
    let old = try Data(contentsOf: URL(fileURLWithPath: fixture("state-legacy.pth")))
    #expect(reason(try folder.write("old.pth", old.dropLast(30))).contains("cut off"))
  }

  /// Every byte of a small file changed in turn, every length cut: an error or a file, never more.
  @Test(arguments: ["checkpoint.pth", "state-legacy.pth"])
  func survivesDamageAnywhere(name: String) throws {
    let folder = try TemporaryFolder()
    let whole = try Data(contentsOf: URL(fileURLWithPath: fixture(name)))
    for place in stride(from: 0, to: whole.count, by: 3) {
      var changed = whole
      changed[place] ^= UInt8(1 << (place % 8))
      let path = try folder.write("x.pth", place % 2 == 0 ? changed : whole.prefix(place))
      do {
        for (_, tensor) in try PyTorchFile(contentsOf: path).tensors() { _ = try tensor.contiguous() }
      } catch is PyTorchFileError {}
    }
  }
}
