import FaceNetworks
import Torch

/// The explainers that can be set side by side. A new one is a case and a line here.
public enum ExplainerKind: String, Codable, CaseIterable, Sendable {
  case account
  case difference
  case gradcam
  case signedGradcam = "gradcam-signed"
  case corrrise
  case gradient
  case random

  /// The explainer of a model on its own device, ready for inference. `seed` decides what is drawn at random.
  /// Throws ``SaliencyError`` when it needs a layer that the network lacks.
  public func explainer(of model: FaceModel, seed: UInt64) throws -> any MatchExplainer {
    let network = model.network
    let embed: PhotoEmbedding = { try network($0).embedding }
    switch self {
    case .account: return try AccountSaliency(model)
    case .difference: return try AccountSaliency(model, of: .difference)
    case .gradcam: return try GradCAM(of: network)
    case .signedGradcam: return try GradCAM(isSigned: true, of: network)
    case .corrrise:
      var settings = CorrRISE.Settings()
      settings.seed = seed
      return try CorrRISE(settings, embed: embed)
    case .gradient: return GradientTimesInput(embed)
    case .random: return RandomSaliency(seed: seed)
    }
  }
}
