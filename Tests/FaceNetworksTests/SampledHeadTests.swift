import FaceDatasets
import Testing
import Torch

@testable import FaceNetworks

/// Partial FC: a softmax over some of the identities.
@Suite struct SampledHeadTests {
  private let identities = 9

  private func makeHead(_ kind: HeadSettings.Kind, identities: Int = 9) throws -> any MarginHead {
    var settings = HeadSettings()
    settings.kind = kind
    settings.scale = 8
    settings.margin = 0.3
    var random = SeededRandom(seed: 1)
    let head = try settings.makeHead(embeddingSize: 5, identities: identities, using: &random)
    try head.weights.matrix.multiply(inPlace: 10)
    return head
  }

  private func embeddings(_ count: Int) throws -> Tensor {
    var random = SeededRandom(seed: 2)
    return try Tensor.normal([count, 5], deviation: 9, using: &random).requireGradient()
  }

  @Test(arguments: HeadSettings.Kind.allCases)
  func aSampleOfAllIdentitiesIsTheWholeSoftmax(kind: HeadSettings.Kind) throws {
    let (whole, sampled) = (try makeHead(kind), try makeHead(kind))
    let labels = try Tensor([0, 8, 3, 3], [4])
    try sampled.weights.choose(Array(0..<identities))
    let results = try [whole, sampled].map { head in
      let x = try embeddings(4)
      let loss = try head.loss(x, labels)
      let found = try loss.gradients(of: [x, head.weights.current]).map { try #require($0).floats() }
      return [try loss.floats()] + found
    }
    #expect(results[0] == results[1])
    #expect(results[0][2].count == identities * 5 && results[0][2].contains { $0 != 0 })
  }

  /// What the softmax of a sample must be: that of a head which knows no others.
  @Test(arguments: HeadSettings.Kind.allCases)
  func aSampleIsASoftmaxOverItsIdentities(kind: HeadSettings.Kind) throws {
    let (head, small) = (try makeHead(kind), try makeHead(kind, identities: 4))
    let sample = [1, 4, 5, 8]
    try small.weights.matrix.copy(from: head.weights.matrix.indexed(0, Tensor(sample, [4])))
    try head.weights.choose(sample)
    let x = try embeddings(3)
    let loss = try head.loss(x, Tensor([8, 1, 5], [3]))
    #expect(try loss.item() == small.loss(x, Tensor([3, 0, 2], [3])).item())
    try loss.backward()
    #expect(try head.weights.matrix.gradient == nil)
    #expect(try head.weights.current.gradient?.shape == [4, 5])
  }

  @Test(arguments: HeadSettings.Kind.allCases)
  func refusesLabelsThatAreNotInTheSample(kind: HeadSettings.Kind) throws {
    let head = try makeHead(kind)
    try head.weights.choose([1, 4])
    try head.weights.choose([0, 3])
    for label in [1, 2, 9, -1] {
      #expect(throws: TorchError.self, "\(label)") { try head.loss(.ones([1, 5]), Tensor([label], [1])) }
    }
  }

  private func sample(_ share: Double, _ labels: [Int], of identities: Int, seed: UInt64 = 0) throws -> [Int]? {
    var settings = HeadSettings()
    settings.sampled = share
    var random = SeededRandom(seed: seed, stream: "identities")
    return try settings.sample(labels, of: identities, using: &random)
  }

  @Test func aSampleHoldsTheLabelsAndOthersUpToTheShare() throws {
    for (share, labels, count, size) in [
      (0.1, [3, 99, 3, 0], 100, 10), (0.5, [0, 1, 2], 7, 4), (0.999, [6], 7, 7), (0.01, [4], 7, 2),
      (0.2, [9, 8, 7, 6, 5], 10, 5), (0.9, [5, 6, 7], 10, 9), (1e-9, [1], 2, 2),
    ] {
      let found = try #require(try sample(share, labels, of: count))
      #expect(found.count == size, "\(share) of \(count)")
      #expect(found == Set(found).sorted() && found.allSatisfy((0..<count).contains))
      #expect(Set(found).isSuperset(of: labels))
    }
    #expect(try sample(1, [0], of: 5) == nil)
  }

  @Test func theSameStreamGivesTheSameSample() throws {
    let first = try sample(0.1, [7], of: 1000, seed: 4)
    #expect(try sample(0.1, [7], of: 1000, seed: 4) == first)
    #expect(try sample(0.1, [7], of: 1000, seed: 5) != first)
  }

  /// Labels low, high and in the middle, so that others stand in for them.
  @Test func othersAreDrawnEquallyOften() throws {
    let (labels, count, rounds) = ([0, 5, 18, 19], 20, 4000)
    var hits = [Int](repeating: 0, count: count)
    for seed in 0..<rounds {
      for identity in try #require(try sample(0.5, labels, of: count, seed: UInt64(seed))) { hits[identity] += 1 }
    }
    // 6 of the 16 others: a binomial of mean 1500 and deviation 31.
    for (identity, hits) in hits.enumerated() {
      let isLabel = labels.contains(identity)
      #expect(isLabel ? hits == rounds : abs(hits - 1500) < 140, "\(identity): \(hits)")
    }
  }

  @Test func refusesWhatIsNoIdentity() {
    for label in [5, -1] {
      for share in [0.5, 1] {
        let message = failure { try sample(share, [0, label], of: 5) }
        #expect(message.contains("label \(label)") && message.contains("5"), "\(message)")
      }
    }
  }
}
