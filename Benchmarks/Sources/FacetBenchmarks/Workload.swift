import ArgumentParsing
import ExplainableChannels
import FaceNetworks
import Torch

/// A training step of Facet's. The raw values are the names after `--peak`.
enum Workload: String, CaseIterable, ExpressibleByArgument {
  case iresnet18, mobilefacenet, iresnet50
  /// The same with every residual block computed again in the backward pass.
  case iresnet50Recomputed = "iresnet50-recomputed"
  /// On a GPU in bfloat16.
  case iresnet50AMP = "iresnet50-amp"
  /// IResNet-18 with a target layer of 256 channels of 14 x 14 after stage 3, alone and with ECLoss, whose second pass takes a
  /// share of the batch or is left out.
  case unexplained, ecloss
  case halfEquivariance = "ecloss-equivariance-0.5"
  case quarterEquivariance = "ecloss-equivariance-0.25"

  var network: NetworkSettings {
    var settings = NetworkSettings()
    switch self {
    case .mobilefacenet: settings.backbone = .mobilefacenet
    case .iresnet50, .iresnet50Recomputed, .iresnet50AMP: settings.backbone = .iresnet50
    case .iresnet18: break
    case .unexplained, .ecloss, .halfEquivariance, .quarterEquivariance:
      settings.targetStage = 3
      settings.targetChannels = 256
    }
    return settings
  }

  var loss: ECLossSettings? {
    var loss = ECLossSettings()
    switch self {
    case .ecloss: (loss.equivarianceShare, loss.equivariance) = (0, 0)
    case .halfEquivariance: loss.equivarianceShare = 0.5
    case .quarterEquivariance: loss.equivarianceShare = 0.25
    default: return nil
    }
    return loss
  }

  var recomputedBlocks: Int { self == .iresnet50Recomputed ? 1 : 0 }
  var isLowPrecision: Bool { self == .iresnet50AMP }
  var device: Device { self == .iresnet50AMP ? .cuda() : .cpu }
}
