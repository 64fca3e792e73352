import Foundation
import TestSupport
import Testing

/// How much memory a training takes, each in a process of its own.
extension FacetCommands {
  @Suite struct Memory {
    private let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// One step on 64 photos of 64 x 64 pixels. Peak memory in bytes.
    private func peak(_ name: String, _ settings: String...) throws -> Int {
      let recipe = try folder.write(
        "recipe.json",
        """
        {"name": "memory", "data": {"identities": 8, "photos": 8, "side": 70}, "input": {"size": 64},
          "network": {"backbone": "iresnet18", "width": 0.25, "embeddingSize": 16}, "channelLoss": {"kind": "plain"},
          "training": {"epochs": 1, "batch": 64}}
        """)
      let path = folder.path + "/" + name
      let result = try FacetProcess(
        ["train", "--recipe", recipe, "--output", path, "--threads", "1", "--no-tensorboard", "--json", path + ".json"]
          + settings.flatMap { ["--set", $0] }
      ).wait()
      #expect(result.code == 0, "\(result.all)")
      let outcome = try #require(try json(path + ".json") as? [String: Any])
      #expect(outcome["steps"] as? Int == 1)
      return try #require((outcome["peakMemory"] as? [String: Any])?["resident"] as? Int)
    }

    @Test func recomputingAndAccumulatingTakeLess() throws {
      let plain = try peak("plain")
      let recomputed = try peak("recomputed", "training.recomputedBlocks=1")
      let accumulated = try peak("accumulated", "training.batch=8", "training.accumulate=8")
      #expect(Double(recomputed) < 0.85 * Double(plain), "\(recomputed >> 20) of \(plain >> 20) MiB")
      #expect(Double(accumulated) < 0.7 * Double(plain), "\(accumulated >> 20) of \(plain >> 20) MiB")
    }
  }
}
