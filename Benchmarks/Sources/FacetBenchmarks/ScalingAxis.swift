import ArgumentParsing
import ExplainableChannels
import Foundation

/// What a training step's time is measured against, everything else fixed and small: `StepSettings.small`. The raw values are the
/// names in the table, in the JSON and after `--axis`.
enum ScalingAxis: String, CaseIterable, ExpressibleByArgument {
  /// Images, with ECLoss.
  case batch
  /// Side of the input in pixels, with ECLoss.
  case side
  /// Channels of the target layer, with ECLoss.
  case channels
  /// Identities of the head.
  case identities
  /// The same with a softmax over a tenth of them.
  case tenth = "identities-sampled-0.1"
  /// The same with a softmax over as many whatever their number.
  case fixedSample = "identities-sample-of-1000"

  var sizes: [Int] {
    switch self {
    case .batch: [4, 8, 16, 32, 64]
    case .side: [32, 64, 96, 128]
    case .channels: [64, 256, 1024, 4096]
    case .identities, .tenth: [10, 100, 1000, 10_000, 100_000, 1_000_000]
    case .fixedSample: [10_000, 100_000, 1_000_000]
    }
  }

  /// The exponent that the operations imply where the part that grows is all there is.
  var expected: Double {
    switch self {
    case .batch, .channels, .identities, .tenth: 1
    case .side: 2
    case .fixedSample: 0
    }
  }

  /// The step at a size.
  func step(_ size: Int) -> StepSettings {
    var step = StepSettings.small
    switch self {
    case .batch: (step.batch, step.loss) = (size, ECLossSettings())
    case .side: (step.inputSize, step.loss) = (size, ECLossSettings())
    case .channels: (step.network.targetChannels, step.loss) = (size, ECLossSettings())
    case .identities: step.identities = size
    case .tenth: (step.identities, step.sampled) = (size, 0.1)
    case .fixedSample: (step.identities, step.sampled) = (size, 1000 / Double(size))
    }
    return step
  }
}
