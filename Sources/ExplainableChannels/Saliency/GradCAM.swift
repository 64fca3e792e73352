import FaceNetworks
import Torch

/// Grad-CAM (Selvaraju et al., ICCV 2017) of the cosine on a convolutional layer: each channel's map weighted by the mean of
/// the cosine's gradient over the channel, summed over channels, and resized to the input bilinearly.
///
///     map(x) = sum_c w_c A_c(x)      w_c = mean_x d cosine / d A_c(x)
public struct GradCAM: MatchExplainer {
  /// What a look at photos gives: embeddings [B, D], the layer's activations [B, C, H, W], and the map of that size that the
  /// embeddings are computed from: the activations themselves, or what they are the positive part of.
  public typealias Look = (Tensor) throws -> (embedding: Tensor, target: Tensor, source: Tensor)

  public let name: String
  private let look: Look
  private let isSigned: Bool

  /// `isSigned: false` takes the positive part of the sum, as its authors do; `true` keeps what speaks against a match.
  public init(isSigned: Bool = false, _ look: @escaping Look) {
    name = isSigned ? "Grad-CAM, signed" : "Grad-CAM"
    self.isSigned = isSigned
    self.look = look
  }

  /// Grad-CAM on a network's target layer. Throws ``SaliencyError`` when it has none.
  public init(isSigned: Bool = false, of network: FaceNetwork) throws {
    guard network.targetChannels > 0 else { throw SaliencyError.noTargetLayer(explainer: "Grad-CAM") }
    self.init(isSigned: isSigned) { photos in
      let output = try network(photos)
      return (output.embedding, output.target!, output.carried)
    }
  }

  public func explain(_ pairs: [PhotoPair], of photos: Tensor) throws -> [MatchSaliency] {
    let side = try checkedSide(pairs, photos)
    guard !pairs.isEmpty else { return [] }
    // The photos ask for a gradient so that there is a graph whatever the network's weights ask for.
    let (embedding, target, source) = try look(gathered(pairs, of: photos).detached().requireGradient())
    guard let gradient = try summedCosine(embedding).gradients(of: [source])[0] else {
      throw TorchError(message: "the embedding does not depend on the layer that Grad-CAM looks at")
    }
    let weights = try gradient.mean(2, 3, keep: true)
    let sum = try (weights * target.detached()).sum(1, keep: true)
    let map = isSigned ? sum : try sum.relu()
    return try saliencies(map.contiguous().resized(height: side, width: side, antialias: false).squeezed(1))
  }
}
