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
  /// IResNet-50 as in `Recipes/full.json`, alone and with ECLoss but for its second pass.
  case full
  case fullECLoss = "full-ecloss"
  /// `Recipes/cfp-ecloss.json` at 64 x 64 pixels: alone, with ECLoss but for its second pass, and with all of it.
  case small = "facet-small"
  case smallECLoss = "facet-small-ecloss"
  case smallMoved = "facet-small-ecloss-equivariance"

  var network: NetworkSettings {
    var settings = NetworkSettings()
    switch self {
    case .mobilefacenet: settings.backbone = .mobilefacenet
    case .iresnet50, .iresnet50Recomputed, .iresnet50AMP: settings.backbone = .iresnet50
    case .iresnet18: break
    case .full, .fullECLoss:
      settings.backbone = .iresnet50
      (settings.targetStage, settings.targetChannels, settings.embedding) = (3, 256, .pooled)
      settings.dropout = 0.2
    case .small, .smallECLoss, .smallMoved: settings = StepSettings.small.network
    case .unexplained, .ecloss, .halfEquivariance, .quarterEquivariance:
      settings.targetStage = 3
      settings.targetChannels = 256
    }
    return settings
  }

  var loss: ECLossSettings? {
    var loss = ECLossSettings()
    switch self {
    case .ecloss, .fullECLoss, .smallECLoss: (loss.equivarianceShare, loss.equivariance) = (0, 0)
    case .halfEquivariance: loss.equivarianceShare = 0.5
    case .quarterEquivariance: loss.equivarianceShare = 0.25
    case .smallMoved: break
    default: return nil
    }
    return loss
  }

  var device: Device { self == .iresnet50AMP ? .cuda() : .cpu }

  /// The step at the run's batch, 112 x 112 pixels and 1000 identities unless it is that of a recipe with smaller photos.
  func step(_ setup: Setup) -> StepSettings {
    let isSmall = [.small, .smallECLoss, .smallMoved].contains(self)
    var step = StepSettings(
      network: network, loss: loss, batch: setup.batch,
      inputSize: isSmall ? StepSettings.small.inputSize : setup.inputSize, identities: setup.identities)
    step.recomputedBlocks = self == .iresnet50Recomputed ? 1 : 0
    step.isLowPrecision = self == .iresnet50AMP
    step.device = device
    return step
  }
}
