import ONNX
import Torch

/// MobileFaceNet (Chen et al. 2018) with the layer names and shapes of insightface's arcface_torch (its `get_mbf`:
/// blocks 1, 4, 6, 2 and doubled channels).
final class MobileFaceNet: Backbone {
  let units: [BackboneUnit]
  let tail: (any GraphExportable)?
  var tailNorm: BatchNorm? { nil }
  private let layers: Sequential

  init(
    _ settings: NetworkSettings, inputSize: Int, lastStage: Int, withTail: Bool,
    using random: inout some RandomNumberGenerator
  ) throws {
    let thin = scaled(128, by: settings.width)
    let wide = scaled(256, by: settings.width)
    let widest = scaled(512, by: settings.width)
    let strides = stageStrides(startingAt: 1, limit: settings.outputStride)
    var units: [BackboneUnit] = []
    var stride = 1
    var field = ReceptiveField(limit: settings.receptiveField)
    func add(_ layer: any GraphExportable, _ stage: Int, _ channels: Int, _ step: Int) {
      stride *= step
      units.append(
        BackboneUnit(
          name: "layers.\(units.count)", stage: stage, channels: channels, stride: stride, field: field, layer: layer))
    }
    func close(_ stage: Int) {
      if stage == settings.targetStage { field = ReceptiveField() }
    }
    var kernel = field.nextKernel(stride: strides[0])
    add(try ConvBlock(3, thin, kernel: kernel, stride: strides[0], using: &random), 1, thin, strides[0])
    kernel = field.nextKernel()
    // arcface_torch's 64 groups over its 128 channels.
    add(try ConvBlock(thin, thin, kernel: kernel, groups: thin / 2, using: &random), 1, thin, 1)
    close(1)
    let plan: [(stage: Int, input: Int, output: Int, groups: Int, blocks: Int, inner: Int)] = [
      (2, thin, thin, thin, 4, thin), (3, thin, wide, wide, 6, wide), (4, wide, wide, widest, 2, wide),
    ]
    for (stage, input, output, groups, blocks, inner) in plan where stage <= lastStage {
      let step = strides[stage - 1]
      add(
        try DepthWise(input, output, groups: groups, stride: step, residual: false, field: &field, using: &random),
        stage, output, step)
      add(try ResidualRow(output, groups: inner, blocks: blocks, field: &field, using: &random), stage, output, 1)
      close(stage)
    }
    self.units = units
    layers = Sequential(units.map(\.layer))
    tail =
      withTail
      ? try MobileFaceNetTail(wide, widest, kernel: inputSize / stride, settings, using: &random) : nil
  }

  var members: [(name: String, member: Member)] {
    [("layers", .module(layers))] + ((tail as? MobileFaceNetTail).map { $0.members } ?? [])
  }
}

/// Convolution, BN, PReLU.
final class ConvBlock: Layer {
  let layers: Sequential
  private let fused: FusedConvolution

  init(
    _ input: Int, _ output: Int, kernel: Int, stride: Int = 1, groups: Int = 1,
    using random: inout some RandomNumberGenerator
  ) throws {
    let conv = try Conv2d(
      input, output, kernel: kernel, stride: stride, padding: kernel / 2, groups: groups, start: .heNormal,
      using: &random)
    let (norm, activation) = (try BatchNorm(output), try PReLU(output))
    layers = Sequential([conv, norm, activation])
    fused = FusedConvolution(conv, norm, .prelu(activation))
  }

  var members: [(name: String, member: Member)] { [("layers", .module(layers))] }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try fused(x) }
}

/// Convolution, BN.
final class LinearBlock: Layer {
  let layers: Sequential
  private let fused: FusedConvolution

  init(_ input: Int, _ output: Int, kernel: Int, groups: Int = 1, using random: inout some RandomNumberGenerator) throws
  {
    let conv = try Conv2d(input, output, kernel: kernel, groups: groups, start: .heNormal, using: &random)
    let norm = try BatchNorm(output)
    layers = Sequential([conv, norm])
    fused = FusedConvolution(conv, norm)
  }

  var members: [(name: String, member: Member)] { [("layers", .module(layers))] }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try fused(x) }
  func callAsFunction(_ x: Tensor, adding rest: Tensor?) throws -> Tensor { try fused(x, adding: rest) }
}

/// 1x1 up, 3x3 a channel (1x1 where the receptive field has no room), 1x1 down, and the skip when `residual`.
final class DepthWise: Layer {
  let layers: Sequential
  let residual: Bool
  private let up: ConvBlock
  private let each: ConvBlock
  private let down: LinearBlock

  init(
    _ input: Int, _ output: Int, groups: Int, stride: Int, residual: Bool, field: inout ReceptiveField,
    using random: inout some RandomNumberGenerator
  ) throws {
    up = try ConvBlock(input, groups, kernel: 1, using: &random)
    each = try ConvBlock(
      groups, groups, kernel: field.nextKernel(stride: stride), stride: stride, groups: groups, using: &random)
    down = try LinearBlock(groups, output, kernel: 1, using: &random)
    layers = Sequential([up, each, down])
    self.residual = residual
  }

  var members: [(name: String, member: Member)] { [("layers", .module(layers))] }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try down(each(up(x)), adding: residual ? x : nil) }
}

/// Depth-wise blocks with skips.
final class ResidualRow: Layer {
  let layers: Sequential

  init(
    _ channels: Int, groups: Int, blocks: Int, field: inout ReceptiveField,
    using random: inout some RandomNumberGenerator
  ) throws {
    layers = Sequential(
      try (0..<blocks).map { _ in
        try DepthWise(channels, channels, groups: groups, stride: 1, residual: true, field: &field, using: &random)
      })
  }

  var members: [(name: String, member: Member)] { [("layers", .module(layers))] }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try layers(x) }
}

/// 1x1 convolution, one weighted sum a channel over the whole map, linear layer, BN.
final class MobileFaceNetTail: Layer {
  let separation: ConvBlock
  let features: GlobalDepthWise

  init(
    _ input: Int, _ channels: Int, kernel: Int, _ settings: NetworkSettings,
    using random: inout some RandomNumberGenerator
  ) throws {
    separation = try ConvBlock(input, channels, kernel: 1, using: &random)
    features = try GlobalDepthWise(
      channels, kernel: kernel, settings.embeddingSize, dropout: settings.dropout, using: &random)
  }

  var members: [(name: String, member: Member)] {
    [("conv_sep", .module(separation)), ("features", .module(features))]
  }
  func callAsFunction(_ x: Tensor) throws -> Tensor { try features(separation(x)) }
}

final class GlobalDepthWise: Layer {
  let layers: Sequential
  let dropout: Dropout

  init(
    _ channels: Int, kernel: Int, _ embeddingSize: Int, dropout: Double, using random: inout some RandomNumberGenerator
  ) throws {
    layers = Sequential([
      try LinearBlock(channels, channels, kernel: kernel, groups: channels, using: &random), Flatten(),
      try Linear(channels, embeddingSize, bias: false, using: &random), try BatchNorm(embeddingSize),
    ])
    self.dropout = Dropout(dropout)
  }

  var members: [(name: String, member: Member)] { [("layers", .module(layers)), ("dropout", .module(dropout))] }
  func callAsFunction(_ x: Tensor) throws -> Tensor {
    let pooled = try layers.layers[1](layers.layers[0](x))
    return try layers.layers[3](layers.layers[2](dropout(pooled)))
  }
}
