import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Testing
import Torch

@Suite struct AccountSaliencyTests {
  private func model(_ change: (inout NetworkSettings) -> Void = { _ in }) throws -> FaceModel {
    let network = try makeNetwork(change)
    network.setTraining(false)
    var input = InputSettings()
    input.size = 32
    let info = ModelInfo(name: "tiny", network: network.settings, input: input, channelLoss: "plain")
    return FaceModel(info: info, network: network, recipe: "")
  }

  private func photos() throws -> Tensor {
    var random = SeededRandom(seed: 5)
    return try Tensor.uniform([3, 3, 32, 32], -1...1, using: &random)
  }

  /// Channels in turn on these parts; nil is a channel without one.
  private func catalog(_ parts: [FacePart?], channels: Int) -> ChannelCatalog {
    let strength = ChannelCatalog.Strength(mean: 1, deviation: 0, low: 1, median: 1, high: 1)
    let entries = (0..<channels).map { index in
      let part = parts[index % parts.count]
      return ChannelCatalog.Entry(
        index: index, name: part?.title ?? "silent", part: part?.rawValue, purity: 1, place: nil, strength: strength,
        activeShare: 1)
    }
    return ChannelCatalog(data: "none", photos: 1, annotatedPhotos: 1, channels: entries)
  }

  @Test func pixelsOfBothPhotosAddUpToTheScore() throws {
    let (model, photos) = (try model(), try photos())
    let pairs = [PhotoPair(0, 1), PhotoPair(2, 1), PhotoPair(2, 2)]
    let accountant = try FaceAccountant(model)
    let faces = try accountant.examine(photos)
    for (pair, saliency) in zip(pairs, try AccountSaliency(model).explain(pairs, of: photos)) {
      let account = try accountant.account(faces[pair.first], faces[pair.second])
      let pixels = (saliency.first.values + saliency.second.values).reduce(0.0) { $0 + Double($1) }
      #expect(abs(pixels + account.constant + account.remainder - account.score) < 1e-5)
      #expect(saliency.first.width == 32 && saliency.parts == nil)
    }
  }

  /// To fill a gray pixel with gray changes nothing.
  @Test func grayPixelsHaveHardlyAShare() throws {
    let (model, photos) = (try model(), try photos())
    let stripes = try Tensor((0..<32).map { Float($0 % 2) }, [1, 1, 1, 32])
    let striped = try photos * stripes
    let pairs = [PhotoPair(0, 1)]
    let saliency = try AccountSaliency(model).explain(pairs, of: striped)[0]
    let accountant = try FaceAccountant(model)
    let faces = try accountant.examine(striped)
    let account = try accountant.account(faces[0], faces[1])
    let pixels = (saliency.first.values + saliency.second.values).reduce(0.0) { $0 + Double($1) }
    #expect(abs(pixels + account.constant + account.remainder - account.score) < 1e-5)
    func magnitude(_ odd: Int) -> Float {
      saliency.first.values.enumerated().reduce(0) { $0 + ($1.offset % 2 == odd ? abs($1.element) : 0) }
    }
    #expect(magnitude(0) > 0 && magnitude(0) < 0.02 * magnitude(1))
    // A photo that is gray all over is spread as any of one color is.
    var random = SeededRandom(seed: 6)
    let noise = try Tensor.uniform([1, 3, 32, 32], -1...1, using: &random)
    let gray = try AccountSaliency(model).explain(pairs, of: Tensor.concatenated([noise * 0 + 1e-9, noise], 0))[0]
    let light = try AccountSaliency(model).explain(pairs, of: Tensor.concatenated([noise * 0 + 0.001, noise], 0))[0]
    #expect(zip(gray.first.values, light.first.values).allSatisfy { $0.isFinite && abs($0 - $1) < 1e-3 })
  }

  @Test func pixelsOfTheDifferenceAddUpToIt() throws {
    let (model, photos) = (try model(), try photos())
    let pairs = [PhotoPair(0, 1), PhotoPair(2, 1), PhotoPair(2, 2)]
    let accountant = try FaceAccountant(model)
    let faces = try accountant.examine(photos)
    for (pair, saliency) in zip(pairs, try AccountSaliency(model, of: .difference).explain(pairs, of: photos)) {
      let account = try accountant.difference(faces[pair.first], faces[pair.second])
      let cosine = try accountant.account(faces[pair.first], faces[pair.second]).score
      #expect(abs(account.score - (cosine - 1)) < 1e-9 && abs(account.remainder) < 1e-6)
      let pixels = (saliency.first.values + saliency.second.values).reduce(0.0) { $0 + Double($1) }
      #expect(abs(pixels + account.constant + account.remainder - account.score) < 1e-5)
      if pair == pairs[2] { #expect(saliency.first.values.allSatisfy { abs($0) < 1e-9 }) }
    }
  }

  @Test(arguments: [NetworkSettings.Embedding.pooled, .flattened, .backbone], [false, true])
  func differencesOfEveryWayToTheEmbeddingAddUp(embedding: NetworkSettings.Embedding, flip: Bool) throws {
    let accountant = try FaceAccountant(model { $0.embedding = embedding })
    let faces = try accountant.examine(photos(), flip: flip)
    let account = try accountant.difference(faces[0], faces[1])
    let places = (account.first.places() + account.second.places()).reduce(0, +)
    #expect(abs(places + account.constant + account.remainder - account.score) < 1e-6)
    #expect(account.score < -1e-6 && (embedding == .backbone || abs(account.remainder) < 1e-6))
  }

  @Test func partsAreTheSumsOfTheirChannels() throws {
    var model = try self.model()
    let photos = try photos()
    model.catalog = catalog([.nose, .leftEye, nil, .nose], channels: 8)
    let parts = try #require(try AccountSaliency(model).explain([PhotoPair(0, 1)], of: photos)[0].parts)
    let accountant = try FaceAccountant(model)
    let faces = try accountant.examine(photos)
    let channels = try accountant.account(faces[0], faces[1]).channels
    #expect(Set(parts.keys) == [.nose, .leftEye])
    #expect(abs(parts[.nose]! - (channels[0] + channels[3] + channels[4] + channels[7])) < 1e-12)
    #expect(abs(parts[.leftEye]! - (channels[1] + channels[5])) < 1e-12)
  }
}
