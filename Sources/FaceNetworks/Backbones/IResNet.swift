import ONNX
import Torch

/// The residual network of ArcFace (Deng et al. 2019, after Duta et al. 2020), with the layer names and shapes of
/// insightface's arcface_torch.
final class IResNet: Backbone {
  let units: [BackboneUnit]
  let tail: (any GraphExportable)?
  let tailNorm: BatchNorm?
  private let parts: [(name: String, module: any Module)]

  /// Blocks a stage. Depth 10 is ours: for machines without a GPU.
  static let depths: [NetworkSettings.Backbone: [Int]] = [
    .iresnet10: [1, 1, 1, 1], .iresnet18: [2, 2, 2, 2], .iresnet34: [3, 4, 6, 3], .iresnet50: [3, 4, 14, 3],
    .iresnet100: [3, 13, 30, 3], .iresnet200: [6, 26, 60, 6],
  ]

  /// Builds stages 1 to `lastStage`, and the way to the embedding when that is 4 and `withTail`.
  init(
    _ settings: NetworkSettings, inputSize: Int, lastStage: Int, withTail: Bool,
    using random: inout some RandomNumberGenerator
  ) throws {
    let blocks = IResNet.depths[settings.backbone]!
    var channels = scaled(64, by: settings.width)
    var field = ReceptiveField(limit: settings.receptiveField)
    let stem = try IResNetStem(channels, kernel: field.nextKernel(), using: &random)
    var units = [BackboneUnit(name: "prelu", stage: 0, channels: channels, stride: 1, field: field, layer: stem)]
    var parts: [(String, any Module)] = stem.parts
    let strides = stageStrides(startingAt: 1, limit: settings.outputStride)
    var stride = 1
    for stage in 1...lastStage {
      let output = scaled(64 << (stage - 1), by: settings.width)
      var layers: [any Layer] = []
      for block in 0..<blocks[stage - 1] {
        let step = block == 0 ? strides[stage - 1] : 1
        // arcface_torch projects the skip of a stage's first block whenever its shape changes.
        let layer = try IResNetBlock(channels, output, stride: step, field: &field, using: &random)
        channels = output
        stride *= step
        layers.append(layer)
        units.append(
          BackboneUnit(
            name: "layer\(stage).\(block)", stage: stage, channels: output, stride: stride, field: field, layer: layer,
            inputNorm: layer.bn1))
      }
      parts.append(("layer\(stage)", Sequential(layers)))
      if stage == settings.targetStage { field = ReceptiveField() }
    }
    if withTail {
      let side = inputSize / stride
      let last = try IResNetTail(channels, side: side, settings, using: &random)
      parts += last.parts
      tail = last
      tailNorm = last.bn2
    } else {
      tail = nil
      tailNorm = nil
    }
    self.units = units
    self.parts = parts
  }

  var members: [(name: String, member: Member)] { parts.map { ($0.name, .module($0.module)) } }
}

/// Convolution (3x3), batch normalization, PReLU.
final class IResNetStem: Layer {
  let conv1: Conv2d
  let bn1: BatchNorm
  let prelu: PReLU
  private let fused: FusedConvolution

  init(_ channels: Int, kernel: Int, using random: inout some RandomNumberGenerator) throws {
    conv1 = try Conv2d(3, channels, kernel: kernel, padding: kernel / 2, start: .normal(deviation: 0.1), using: &random)
    bn1 = try BatchNorm(channels)
    prelu = try PReLU(channels)
    fused = FusedConvolution(conv1, bn1, .prelu(prelu))
  }

  var parts: [(String, any Module)] { [("conv1", conv1), ("bn1", bn1), ("prelu", prelu)] }
  var members: [(name: String, member: Member)] { parts.map { ($0.0, .module($0.1)) } }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try fused(x) }
}

/// BN, 3x3, BN, PReLU, 3x3 (with the stride), BN, plus the skip; 1x1 where the receptive field has no room for more.
final class IResNetBlock: Layer {
  let bn1: BatchNorm
  let conv1: Conv2d
  let bn2: BatchNorm
  let prelu: PReLU
  let conv2: Conv2d
  let bn3: BatchNorm
  let downsample: Sequential?
  private let first: FusedConvolution
  private let second: FusedConvolution
  private let skip: FusedConvolution?

  init(
    _ input: Int, _ output: Int, stride: Int, field: inout ReceptiveField,
    using random: inout some RandomNumberGenerator
  ) throws {
    let start = Initialization.normal(deviation: 0.1)
    bn1 = try BatchNorm(input)
    let before = field.nextKernel()
    conv1 = try Conv2d(input, output, kernel: before, padding: before / 2, start: start, using: &random)
    bn2 = try BatchNorm(output)
    prelu = try PReLU(output)
    let after = field.nextKernel(stride: stride)
    conv2 = try Conv2d(
      output, output, kernel: after, stride: stride, padding: after / 2, start: start, using: &random)
    bn3 = try BatchNorm(output)
    first = FusedConvolution(after: bn1, conv1, bn2, .prelu(prelu))
    second = FusedConvolution(conv2, bn3)
    guard stride > 1 || input != output else {
      downsample = nil
      skip = nil
      return
    }
    let conv = try Conv2d(input, output, kernel: 1, stride: stride, start: start, using: &random)
    let bn = try BatchNorm(output)
    downsample = Sequential([conv, bn])
    skip = FusedConvolution(conv, bn)
  }

  var members: [(name: String, member: Member)] {
    [
      ("bn1", .module(bn1)), ("conv1", .module(conv1)), ("bn2", .module(bn2)), ("prelu", .module(prelu)),
      ("conv2", .module(conv2)), ("bn3", .module(bn3)),
    ] + (downsample.map { [("downsample", .module($0))] } ?? [])
  }

  func callAsFunction(_ x: Tensor) throws -> Tensor {
    try second(first(x), adding: skip?(x) ?? x)
  }
}

/// BN, dropout, one linear layer over the flattened map, BN with a fixed scale.
final class IResNetTail: Layer {
  let bn2: BatchNorm
  private let dropout: Dropout
  let fc: Linear
  let features: BatchNorm
  private let fused: FusedConvolution

  init(_ channels: Int, side: Int, _ settings: NetworkSettings, using random: inout some RandomNumberGenerator) throws {
    bn2 = try BatchNorm(channels)
    dropout = Dropout(settings.dropout)
    fc = try Linear(channels * side * side, settings.embeddingSize, using: &random)
    features = try BatchNorm(settings.embeddingSize, learnsScale: false)
    fused = FusedConvolution(after: bn2, fc, over: side, features)
  }

  var parts: [(String, any Module)] { [("bn2", bn2), ("dropout", dropout), ("fc", fc), ("features", features)] }
  var members: [(name: String, member: Member)] { parts.map { ($0.0, .module($0.1)) } }
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    if let y = try fused.atInference(x) { return try y.flattened(from: 1) }
    return try features(fc(dropout(bn2(x)).contiguous().flattened(from: 1)))
  }
}
