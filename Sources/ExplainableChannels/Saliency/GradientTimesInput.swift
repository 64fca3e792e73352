import Torch

/// Gradient times input: how much the cosine would fall, to first order, if a pixel became mid-gray (which is 0 in a network's
/// input) (Shrikumar et al., "Not just a black box", 2016).
public struct GradientTimesInput: MatchExplainer {
  public let name = "gradient x input"
  private let embed: PhotoEmbedding

  public init(_ embed: @escaping PhotoEmbedding) { self.embed = embed }

  public func explain(_ pairs: [PhotoPair], of photos: Tensor) throws -> [MatchSaliency] {
    _ = try checkedSide(pairs, photos)
    guard !pairs.isEmpty else { return [] }
    let input = try gathered(pairs, of: photos).detached().requireGradient()
    guard let gradient = try summedCosine(embed(input)).gradients(of: [input])[0] else {
      throw TorchError(message: "the embedding does not depend on the photo")
    }
    return try saliencies((gradient * input.detached()).sum(1))
  }
}
