import Foundation
import ONNX

extension FaceModel {
  /// The model as ONNX, with what other programs need to know of it as metadata (docs/formats.md lists the keys).
  ///
  /// - Parameters:
  ///   - unitLength: embeddings are divided by their length, so that their inner product is the score.
  ///   - version: Facet's.
  /// - Throws: `ONNXError`.
  public func onnx(unitLength: Bool = false, version: String) throws -> ONNXModel {
    ONNXModel(
      try network.graph(unitLength: unitLength), producerName: "facet", producerVersion: version,
      documentation: documentation(unitLength: unitLength),
      metadata: try onnxMetadata(unitLength: unitLength, version: version))
  }

  private func documentation(unitLength: Bool) -> String {
    let target = network.targetChannels > 0 ? " and the activations of its explained layer" : ""
    return """
      Face recognition network \(info.name) (\(info.network.backbone.rawValue)). image: \(info.normalization), [N, 3, S, S]. \
      embedding\(target): \(unitLength ? "embeddings of unit length" : "embeddings are not normalized"), the cosine is the \
      score.
      """
  }

  private func onnxMetadata(unitLength: Bool, version: String) throws -> [String: String] {
    var all = try metadata()
    all[FaceModel.recipeKey] = nil
    let (network, input) = (info.network, info.input)
    all["facet.version"] = version
    all["facet.model"] = info.name
    all["facet.backbone"] = network.backbone.rawValue
    all["facet.embedding"] = unitLength ? "unit length" : "not normalized"
    all["facet.color_order"] = "RGB"
    all["facet.layout"] = "NCHW"
    all["facet.mean"] = "127.5"
    all["facet.scale"] = String(1 / 127.5)
    all["facet.normalization"] = info.normalization
    all["facet.input_size"] = String(input.size)
    all["facet.input_border"] = String(input.border)
    all["facet.target_layer"] =
      network.targetStage > 0 ? "inserted after stage \(network.targetStage)" : network.targetLayer
    if let threshold = info.threshold { all["facet.threshold"] = String(threshold) }
    if let source = info.thresholdSource { all["facet.threshold_source"] = source }
    if let calibration = info.calibration { all["facet.calibration"] = try json(calibration) }
    if let parts = catalog?.parts(channels: self.network.targetChannels) { all["facet.parts"] = try json(parts) }
    return all
  }

  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}

extension ChannelCatalog {
  /// The part that each channel detects, in the channels' order; nil for those of which none is known.
  public func parts(channels: Int) -> [String?] {
    var parts = [String?](repeating: nil, count: channels)
    for entry in self.channels where parts.indices.contains(entry.index) { parts[entry.index] = entry.detected }
    return parts
  }
}
