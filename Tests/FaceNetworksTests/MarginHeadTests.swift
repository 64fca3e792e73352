import FaceDatasets
import Foundation
import Testing
import Torch

@testable import FaceNetworks

/// The losses as their papers write them, in double precision and plain Swift.
private struct HeadReference {
  let kind: HeadSettings.Kind
  let scale = 16.0
  let margin = 0.4
  let concentration = 0.333
  /// AdaFace's margin scaler of each row, which no gradient passes through.
  var push: [Double] = []

  private func length(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }

  /// AdaFace's scaler from feature norms and its running statistics, moved by one batch in training.
  mutating func setPush(_ embeddings: [[Double]], training: Bool) {
    let norms = embeddings.map { min(max(length($0), 0.001), 100) }
    let mean = norms.reduce(0, +) / Double(norms.count)
    let variance = norms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(norms.count - 1)
    let center = training ? 0.99 * 20 + 0.01 * mean : 20
    let spread = training ? 0.99 * 100 + 0.01 * variance.squareRoot() : 100
    push = norms.map { min(max(($0 - center) / (spread + 1e-3) * concentration, -1), 1) }
  }

  private func logit(_ cosine: Double, row: Int, isLabel: Bool) -> Double {
    switch kind {
    case .softmax: return cosine
    case .cosface: return scale * (cosine - (isLabel ? margin : 0))
    case .arcface:
      guard isLabel else { return scale * cosine }
      let angle = acos(cosine)
      return scale * (angle + margin < .pi ? cos(angle + margin) : cosine - margin * sin(margin))
    case .adaface:
      let clipped = min(max(cosine, -1 + 1e-3), 1 - 1e-3)
      guard isLabel else { return scale * clipped }
      let angle = min(max(acos(clipped) - margin * push[row], 1e-3), .pi - 1e-3)
      return scale * (cos(angle) - (margin + margin * push[row]))
    }
  }

  func loss(_ embeddings: [[Double]], _ weights: [[Double]], _ labels: [Int]) -> Double {
    var total = 0.0
    for (row, x) in embeddings.enumerated() {
      let logits = weights.enumerated().map { identity, w -> Double in
        let product = zip(x, w).reduce(0) { $0 + $1.0 * $1.1 }
        let cosine = kind == .softmax ? product : product / (length(x) * length(w))
        return logit(cosine, row: row, isLabel: identity == labels[row])
      }
      let most = logits.max()!
      total += most + log(logits.reduce(0) { $0 + exp($1 - most) }) - logits[labels[row]]
    }
    return total / Double(embeddings.count)
  }

  /// d(loss) / d(embeddings) and d(loss) / d(weights), row by row, by central differences.
  func gradients(_ embeddings: [[Double]], _ weights: [[Double]], _ labels: [Int]) -> ([Double], [Double]) {
    func slope(_ matrix: [[Double]], _ loss: ([[Double]]) -> Double) -> [Double] {
      matrix.indices.flatMap { row in
        matrix[row].indices.map { column in
          var (up, down) = (matrix, matrix)
          up[row][column] += 1e-6
          down[row][column] -= 1e-6
          return (loss(up) - loss(down)) / 2e-6
        }
      }
    }
    return (
      slope(embeddings) { loss($0, weights, labels) }, slope(weights) { loss(embeddings, $0, labels) }
    )
  }
}

@Suite struct MarginHeadTests {
  private let rows = 6
  private let size = 5
  private let identities = 4

  private func makeHead(_ kind: HeadSettings.Kind) throws -> any MarginHead {
    var settings = HeadSettings()
    settings.kind = kind
    settings.scale = 16
    settings.margin = 0.4
    var random = SeededRandom(seed: 1)
    let head = try settings.makeHead(embeddingSize: size, identities: identities, using: &random)
    // Weights of ordinary size, so that gradients are too.
    try weight(of: head).multiply(inPlace: 10)
    return head
  }

  private func weight(of head: any MarginHead) throws -> Tensor {
    try #require(head.parameters().first { $0.name == "weight" }).tensor
  }

  private func rows(_ tensor: Tensor) throws -> [[Double]] {
    try (0..<tensor.size(0)).map { try tensor[$0].doubles() }
  }

  @Test(arguments: HeadSettings.Kind.allCases, [true, false])
  func agreesWithItsPaper(kind: HeadSettings.Kind, training: Bool) throws {
    var random = SeededRandom(seed: 2)
    let head = try makeHead(kind)
    head.setTraining(training)
    // Norms around AdaFace's starting mean of 20 give scalers of both signs.
    let spread = kind == .softmax ? 1.0 : 9.0
    let embeddings = try Tensor.normal([rows, size], deviation: spread, using: &random).requireGradient()
    let labels = [0, 1, 2, 3, 1, 0]
    // The second row's label lies opposite, where ArcFace's angle passes pi.
    let weight = try weight(of: head)
    try embeddings[1].copy(from: weight[1] * -20 + 0.1)
    let loss = try head.loss(embeddings, Tensor(labels, [rows]))
    #expect(loss.shape == [] && loss.dtype == .float32)
    var reference = HeadReference(kind: kind)
    let (x, w) = (try rows(embeddings), try rows(weight))
    reference.setPush(x, training: training)
    let wanted = reference.loss(x, w, labels)
    #expect(try abs(loss.item() - wanted) < 1e-4 * max(1, wanted))
    let found = try loss.gradients(of: [embeddings, weight])
    let (dx, dw) = reference.gradients(x, w, labels)
    try expectClose(#require(found[0]), Tensor(dx, [rows, size]), "embeddings", tolerance: 1e-4)
    try expectClose(#require(found[1]), Tensor(dw, [identities, size]), "weight", tolerance: 1e-4)
    #expect(dx.contains { abs($0) > 1e-3 } && dw.contains { abs($0) > 1e-2 })
  }

  @Test(arguments: HeadSettings.Kind.allCases, [DType.float32, .bfloat16])
  func staysFiniteAtTheExtremes(kind: HeadSettings.Kind, dtype: DType) throws {
    let head = try makeHead(kind)
    let weight = try weight(of: head)
    let rows = try Tensor.stacked([
      .zeros([size]), weight[1].detached(), weight[2].detached() * -1, weight[3].detached() * 1e4,
      weight[0].detached() * 1e-6, .full([size], -1e4),
    ])
    let embeddings = try rows.to(dtype).detached().requireGradient()
    let loss = try head.loss(embeddings, Tensor([0, 1, 2, 3, 0, 2], [6]))
    #expect(loss.dtype == .float32)
    #expect(try loss.item().isFinite && loss.item() >= 0)
    let gradients = try loss.gradients(of: [embeddings, weight])
    for gradient in gradients { #expect(try #require(gradient).isFinite().to(.float32).min().item() == 1) }
    #expect(gradients[0]?.dtype == dtype)
  }

  @Test func punishesTheLabelByItsMargin() throws {
    // One embedding at its identity, the other identity opposite.
    func loss(_ kind: HeadSettings.Kind, _ margin: Double) throws -> Double {
      var settings = HeadSettings()
      settings.kind = kind
      settings.margin = margin
      settings.scale = 4
      var random = SeededRandom(seed: 1)
      let head = try settings.makeHead(embeddingSize: 2, identities: 2, using: &random)
      try weight(of: head).copy(from: Tensor([3, 0, -2, 0] as [Float], [2, 2]))
      return try head.loss(Tensor([5, 0] as [Float], [1, 2]), Tensor([0], [1])).item()
    }
    func wanted(_ own: Double) -> Double { log(1 + exp(4 * (-1 - own))) }
    #expect(try abs(loss(.cosface, 0.5) - wanted(0.5)) < 1e-6)
    // The clamp of ArcFace's sine, 1e-7 under the root, is 3e-4 of the cosine here.
    #expect(try abs(loss(.arcface, 0.5) - wanted(cos(0.5))) < 1e-3)
    #expect(try loss(.cosface, 0.5) > loss(.cosface, 0))
    #expect(try loss(.arcface, 0.5) > loss(.arcface, 0))
    #expect(try loss(.adaface, 0.5) > loss(.adaface, 0))
  }

  @Test func movesAdaFacesStatisticsOnlyInTraining() throws {
    let head = try makeHead(.adaface)
    #expect(head.buffers().map(\.name) == ["batch_mean", "batch_std"])
    func statistics() throws -> [Double] { try head.buffers().map { try $0.tensor.item() } }
    let embeddings = try Tensor([3, 4, 0, 0, 0, 0, 0, 0, 0, 15] as [Float], [2, 5])
    head.setTraining(false)
    _ = try head.loss(embeddings, Tensor([0, 1], [2]))
    #expect(try statistics() == [20, 100])
    head.setTraining(true)
    _ = try head.loss(embeddings, Tensor([0, 1], [2]))
    let found = try statistics()
    // Norms 5 and 15: mean 10, deviation the root of 50.
    #expect(abs(found[0] - (0.99 * 20 + 0.1)) < 1e-5 && abs(found[1] - (99 + 0.01 * 50.0.squareRoot())) < 1e-4)
  }

  @Test(arguments: HeadSettings.Kind.allCases)
  func refusesLabelsThatAreNoIdentity(kind: HeadSettings.Kind) throws {
    let head = try makeHead(kind)
    for label in [4, -1] {
      #expect(throws: TorchError.self) { try head.loss(.ones([1, 5]), Tensor([label], [1])) }
    }
    #expect(throws: TorchError.self) { try head.loss(.ones([1, 4]), Tensor([0], [1])) }
  }

  @Test func refusesSettingsThatMakeNoHead() {
    let changes: [(String, (inout HeadSettings) -> Void)] = [
      ("head.scale", { $0.scale = 0 }), ("head.scale", { $0.scale = .infinity }), ("head.margin", { $0.margin = -0.1 }),
      ("head.margin", { $0.margin = .nan }), ("head.concentration", { $0.concentration = .nan }),
      ("head.sampled", { $0.sampled = 0 }), ("head.sampled", { $0.sampled = 1.01 }),
      ("head.sampled", { $0.sampled = .nan }), ("head.sampled", { $0.sampled = -1 }),
    ]
    for (text, change) in changes {
      var settings = HeadSettings()
      settings.kind = .adaface
      change(&settings)
      var random = SeededRandom(seed: 1)
      let message = failure { try settings.makeHead(embeddingSize: 2, identities: 2, using: &random) }
      #expect(message.contains(text), "\(message)")
    }
  }
}
