import ExplainableChannels
import FaceDatasets
import FaceImages
import FaceNetworks
import Testing
import Torch

/// Explainers on networks so small that the answer can be worked out by hand.
@Suite struct SaliencyTests {
  private func photos(_ count: Int, side: Int, seed: UInt64 = 5) throws -> Tensor {
    var random = SeededRandom(seed: seed)
    return try Tensor.uniform([count, 3, side, side], -1...1, using: &random)
  }

  private func cosine(_ a: [Double], _ b: [Double]) -> Double { dot(a, b) / (dot(a, a) * dot(b, b)).squareRoot() }
  private func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }

  /// d cos(a, b) / d a = (b / |b| - cos a / |a|) / |a|.
  private func gradient(_ a: [Double], _ b: [Double]) -> [Double] {
    let (la, lb) = (dot(a, a).squareRoot(), dot(b, b).squareRoot())
    let cosine = cosine(a, b)
    return zip(a, b).map { ($1 / lb - cosine * $0 / la) / la }
  }

  @Test(arguments: [false, true]) func gradCAMIsItsFormula(isSigned: Bool) throws {
    // The target is the photo's positive part; the embedding mixes its three channels' means.
    let mixing: [Float] = [0.5, -1, 2, 1.5, 0.3, -0.7]
    let explainer = GradCAM(isSigned: isSigned) { photos in
      let target = try photos.relu()
      return (try target.mean(2, 3).linear(Tensor(mixing, [2, 3])), target, target)
    }
    let input = try photos(2, side: 4)
    let maps = try explainer.explain([PhotoPair(0, 1)], of: input)[0]
    let targets = try (0..<2).map { try input.relu()[$0].doubles() }
    let means = targets.map { target in
      (0..<3).map { channel in target[(16 * channel)..<(16 * channel + 16)].reduce(0, +) / 16 }
    }
    let mixed = [Array(mixing[..<3]), Array(mixing[3...])].map { $0.map(Double.init) }
    let embeddings = means.map { mean in mixed.map { dot($0, mean) } }
    for (own, map) in [(0, maps.first), (1, maps.second)] {
      let slope = gradient(embeddings[own], embeddings[1 - own])
      for place in 0..<16 {
        var expected = 0.0
        for channel in 0..<3 {
          let weight = slope[0] * Double(mixing[channel]) + slope[1] * Double(mixing[3 + channel])
          expected += weight / 16 * targets[own][16 * channel + place]
        }
        #expect(abs(Double(map.values[place]) - (isSigned ? expected : max(0, expected))) < 1e-6)
      }
    }
    #expect(maps.first.values.contains { $0 < 0 } == isSigned)
  }

  @Test func gradCAMReadsTheTargetLayerOfANetwork() throws {
    let network = try makeNetwork()
    network.setTraining(false)
    let maps = try GradCAM(of: network).explain([PhotoPair(0, 1), PhotoPair(1, 0)], of: photos(2, side: 32))
    #expect(maps[0].first.width == 32 && maps[0].first.values.contains { $0 > 0 })
    // The pair the other way round has the maps the other way round.
    #expect(zip(maps[0].first.values, maps[1].second.values).allSatisfy { abs($0 - $1) < 1e-6 })
    let without = try makeNetwork { ($0.embedding, $0.targetStage) = (.backbone, 0) }
    #expect(throws: SaliencyError.noTargetLayer(explainer: "Grad-CAM")) { _ = try GradCAM(of: without) }
  }

  /// There the embedding comes from the layer's signed output, and what Grad-CAM draws is its positive part.
  @Test func gradCAMReadsALayerInPlace() throws {
    let network = try makeNetwork { ($0.targetStage, $0.targetLayer, $0.embedding) = (0, "layer2.0", .backbone) }
    network.setTraining(false)
    let input = try photos(2, side: 32)
    let map = try GradCAM(isSigned: true, of: network).explain([PhotoPair(0, 1)], of: input)[0].first
    let carried = try network(input).carried.detached().requireGradient()
    let embedding = try network.embedding(carried: carried).normalized(1)
    let slopes = try #require(try (embedding[0] * embedding[1]).sum().gradients(of: [carried])[0]).mean(
      2, 3, keep: true)
    let expected = try (slopes * carried.detached().relu()).sum(1, keep: true)[0..<1]
      .resized(height: 32, width: 32, antialias: false).floats()
    #expect(expected.contains { abs($0) > 1e-6 })
    // One photo's slopes are along the other alone, and so are these.
    #expect(zip(map.values, expected).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func gradientTimesInputIsItsFormula() throws {
    var random = SeededRandom(seed: 2)
    let weight = try Tensor.normal([5, 48], using: &random)
    let explainer = GradientTimesInput { try $0.contiguous().flattened(from: 1).linear(weight) }
    let input = try photos(2, side: 4)
    let maps = try explainer.explain([PhotoPair(0, 1)], of: input)[0]
    let rows = try weight.doubles()
    let pixels = try (0..<2).map { try input[$0].doubles() }
    let embeddings = pixels.map { x in (0..<5).map { row in dot(Array(rows[(48 * row)..<(48 * row + 48)]), x) } }
    for (own, map) in [(0, maps.first), (1, maps.second)] {
      let slope = gradient(embeddings[own], embeddings[1 - own])
      for place in 0..<16 {
        var expected = 0.0
        for i in [place, place + 16, place + 32] {
          for row in 0..<5 { expected += pixels[own][i] * slope[row] * rows[48 * row + i] }
        }
        #expect(abs(Double(map.values[place]) - expected) < 1e-5)
      }
    }
  }

  /// Only the square from 20 to 28 counts: the embedding is its mean, and a constant.
  private func planted(_ photos: Tensor) throws -> Tensor {
    let mean = try photos.sliced(2, 20..<28).sliced(3, 20..<28).mean(1, 2, 3).unsqueezed(1)
    return try Tensor.concatenated([mean, Tensor.ones([photos.size(0), 1])], 1)
  }

  @Test func corrRISEFindsThePlantedSquare() throws {
    let bright = try Tensor.ones([2, 3, 56, 56])
    let maps = try CorrRISE(embed: planted).explain([PhotoPair(0, 1)], of: bright)[0]
    for map in [maps.first, maps.second] {
      var (inside, outside): ([Float], [Float]) = ([], [])
      for y in 0..<56 {
        for x in 0..<56 {
          if (20..<28).contains(x) && (20..<28).contains(y) {
            inside.append(map[x, y])
          } else if abs(x - 24) > 20 || abs(y - 24) > 20 {
            outside.append(map[x, y])
          }
        }
      }
      #expect(inside.min()! > 0.4, "\(inside.min()!)")
      #expect(outside.map(abs).max()! < 0.25, "\(outside.map(abs).max()!)")
    }
    // Against a photo whose square is dark, covering the bright square makes the two more alike.
    let mixed = try Tensor.concatenated([bright[0..<1], bright[0..<1] * -1], 0)
    #expect(try CorrRISE(embed: planted).explain([PhotoPair(0, 1)], of: mixed)[0].first[24, 24] < -0.4)
  }

  /// The brightest pixel is seen under every mask, so that the cosine is always the same: what rounding makes of it is no signal.
  @Test(arguments: [0.3, 0.55, 0.8]) func corrRISEFindsNothingInAConstantCosine(level: Double) throws {
    let constant = { (photos: Tensor) throws -> Tensor in
      let brightest = try photos.reshaped(photos.size(0), photos.count / photos.size(0)).max(1).unsqueezed(1)
      return try Tensor.concatenated([brightest, Tensor.ones([photos.size(0), 1]) * 0.7], 1)
    }
    let photos = try Tensor.concatenated([Tensor.ones([1, 3, 56, 56]) * level, Tensor.ones([1, 3, 56, 56])], 0)
    let maps = try CorrRISE(embed: constant).explain([PhotoPair(0, 1)], of: photos)[0]
    #expect((maps.first.values + maps.second.values).allSatisfy { $0 == 0 })
  }

  @Test func corrRISEIsTheSameForASeedAndAmongOtherPairs() throws {
    var settings = CorrRISE.Settings()
    settings.masks = 40
    let input = try photos(3, side: 56)
    let all = try CorrRISE(settings, embed: planted).explain([PhotoPair(0, 1), PhotoPair(2, 1)], of: input)
    let one = try CorrRISE(settings, embed: planted).explain([PhotoPair(0, 1)], of: input[1..<3])
    #expect(zip(all[1].first.values, one[0].second.values).allSatisfy { abs($0 - $1) < 1e-5 })
    settings.seed = 1
    let other = try CorrRISE(settings, embed: planted).explain([PhotoPair(0, 1)], of: input)
    #expect(other[0].first != all[0].first)
  }

  @Test func masksHaveThreePatchesThatScaleWithTheInput() throws {
    for (side, patch) in [(112, 30), (64, 17)] {
      let masks = try CorrRISE(embed: { $0 }).masks(side: side)
      #expect(masks.shape == [500, 1, side, side])
      let covered = try (1 - masks).sum(1, 2, 3).integers()
      #expect(covered.max()! == 3 * patch * patch && covered.min()! >= patch * patch)
    }
  }

  @Test func randomMapsBelongToTheirPhotos() throws {
    let input = try photos(3, side: 8)
    let pairs = [PhotoPair(0, 1), PhotoPair(1, 2)]
    let maps = try RandomSaliency(seed: 1).explain(pairs, of: input)
    #expect(try RandomSaliency(seed: 1).explain([pairs[1]], of: input)[0].first == maps[1].first)
    #expect(maps[0].first != maps[1].first && maps[0].first != maps[0].second)
    #expect(try RandomSaliency(seed: 2).explain(pairs, of: input)[0].first != maps[0].first)
  }

  @Test func whatCannotBeExplainedIsSaid() throws {
    let explainer = RandomSaliency()
    #expect(throws: SaliencyError.noSuchPhoto(row: 2, photos: 2)) {
      _ = try explainer.explain([PhotoPair(0, 2)], of: photos(2, side: 8))
    }
    #expect(throws: SaliencyError.photos(shape: [1, 3, 8, 4])) {
      _ = try explainer.explain([], of: Tensor.zeros([1, 3, 8, 4]))
    }
    for change: (inout CorrRISE.Settings) -> Void in [{ $0.masks = 1 }, { $0.patches = 0 }, { $0.patchSide = 112 }] {
      var settings = CorrRISE.Settings()
      change(&settings)
      #expect(throws: SaliencyError.self) { _ = try CorrRISE(settings, embed: { $0 }) }
    }
    #expect(try GradientTimesInput { $0 }.explain([], of: photos(1, side: 8)).isEmpty)
  }
}
