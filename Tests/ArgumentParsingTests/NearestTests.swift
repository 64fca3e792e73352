import Testing

@testable import ArgumentParsing

@Suite struct NearestTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("abc", "", 3), ("ab", "ba", 1), ("abcd", "acbd", 1),
    ("kitten", "sitting", 3), ("ca", "abc", 3), ("train", "trian", 1), ("epochs", "epoch", 1),
  ])
  func distances(_ a: String, _ b: String, _ distance: Int) {
    #expect(editDistance(Array(a), Array(b)) == distance)
    #expect(editDistance(Array(b), Array(a)) == distance)
  }

  @Test func suggestions() {
    let commands = ["train", "evaluate", "explain", "verify"]
    #expect(nearest(to: "tarin", among: commands) == "train")
    #expect(nearest(to: "evalaute", among: commands) == "evaluate")
    #expect(nearest(to: "eval", among: commands) == "evaluate")
    #expect(nearest(to: "Verify", among: commands) == "verify")
    #expect(nearest(to: "e", among: commands) == nil)
    #expect(nearest(to: "ex", among: commands) == "explain")
    #expect(nearest(to: "dance", among: commands) == nil)
    #expect(nearest(to: "", among: commands) == nil)
    #expect(nearest(to: "train", among: []) == nil)
  }

  @Test func theFirstOfEquallyCloseCandidatesWins() {
    #expect(nearest(to: "cat", among: ["car", "can"]) == "car")
    #expect(nearest(to: "r5O", among: ["r18", "r50", "r100"]) == "r50")
  }

  @Test(arguments: [
    ("learningRate", "learning-rate"), ("HTMLReport", "html-report"), ("top5", "top5"), ("snake_case", "snake-case"),
    ("Train", "train"), ("useTF32Matmul", "use-tf32-matmul"),
  ])
  func kebabCase(_ name: String, _ expected: String) {
    #expect(kebabCased(name) == expected)
  }
}
