import AtomicFiles
import ProtocolBuffers

// Field numbers are those of https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.

extension ONNXModel {
  /// Protocol Buffers end at 2 GiB, and with them ONNX files without a second file beside them.
  public static let largestFile = Int(Int32.max)

  /// Writes the model's file, weights one after the other, by way of `writeAtomically(to:_:)`.
  ///
  /// Throws ``ONNXError`` for a network that is too large for a file or has an attribute that was read without being understood,
  /// `FileWriteError`, and what computing a weight throws.
  public func write(to path: String) throws {
    for node in graph.nodes {
      for (name, attribute) in node.attributes.sorted(by: { $0.key < $1.key }) {
        guard case .other = attribute else { continue }
        throw ONNXError(
          "cannot write '\(path)': the attribute '\(name)' of \(node.operation) is of a kind that Facet does not read; copy "
            + "the file that it came from")
      }
    }
    let message = message()
    guard message.byteCount <= ONNXModel.largestFile else {
      throw ONNXError(
        "cannot write '\(path)': the network takes \(message.byteCount) bytes, and ONNX files end at 2 GiB; make it "
          + "smaller, by network.embedding 'pooled', fewer channels or a smaller input")
    }
    try writeAtomically(to: path) { file in try message.write { try file.append($0) } }
  }

  /// ModelProto.
  func message() -> ProtobufMessage {
    var model = ProtobufMessage()
    model.add(1, integer: irVersion)
    model.add(2, string: producerName)
    model.add(3, string: producerVersion)
    if !documentation.isEmpty { model.add(6, string: documentation) }
    model.add(7) { graph.write(to: &$0) }
    // OperatorSetIdProto; no domain means ONNX's own.
    model.add(8) { $0.add(2, integer: opset) }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      model.add(14) {
        $0.add(1, string: key)
        $0.add(2, string: value)
      }
    }
    return model
  }
}

extension ONNXGraph {
  /// GraphProto.
  fileprivate func write(to message: inout ProtobufMessage) {
    for node in nodes { message.add(1) { node.write(to: &$0) } }
    message.add(2, string: name)
    for tensor in initializers { message.add(5) { tensor.write(to: &$0) } }
    for value in inputs { message.add(11) { value.write(to: &$0) } }
    for value in outputs { message.add(12) { value.write(to: &$0) } }
  }
}

extension ONNXNode {
  /// NodeProto.
  fileprivate func write(to message: inout ProtobufMessage) {
    for input in inputs { message.add(1, string: input) }
    for output in outputs { message.add(2, string: output) }
    message.add(3, string: name)
    message.add(4, string: operation)
    for (name, attribute) in attributes.sorted(by: { $0.key < $1.key }) {
      message.add(5) {
        $0.add(1, string: name)
        attribute.write(to: &$0)
      }
    }
  }
}

extension ONNXAttribute {
  /// The value within AttributeProto, and its type in field 20.
  fileprivate func write(to message: inout ProtobufMessage) {
    switch self {
    case .float(let value): message.add(2, float: value)
    case .integer(let value): message.add(3, integer: value)
    case .string(let value): message.add(4, string: value)
    // Unlike in newer formats, numbers stand one by one here.
    case .floats(let values): for value in values { message.add(7, float: value) }
    case .integers(let values): for value in values { message.add(8, integer: value) }
    case .other: preconditionFailure("an attribute that is not understood cannot be written")
    }
    message.add(20, integer: kind)
  }

  private var kind: Int {
    switch self {
    case .float: 1
    case .integer: 2
    case .string: 3
    case .floats: 6
    case .integers: 7
    case .other(let kind): kind
    }
  }
}

extension ONNXTensor {
  /// TensorProto, with the numbers as raw bytes.
  fileprivate func write(to message: inout ProtobufMessage) {
    for size in shape { message.add(1, integer: size) }
    message.add(2, integer: element.rawValue)
    message.add(8, string: name)
    message.add(9, count: byteCount, contents: contents)
  }
}

extension ONNXValue {
  /// ValueInfoProto: a tensor's type.
  fileprivate func write(to message: inout ProtobufMessage) {
    message.add(1, string: name)
    message.add(2) { type in
      type.add(1) { tensor in
        tensor.add(1, integer: self.type.element.rawValue)
        tensor.add(2) { shape in
          for dimension in self.type.shape { shape.add(1) { dimension.write(to: &$0) } }
        }
      }
    }
  }
}

extension ONNXDimension {
  fileprivate func write(to message: inout ProtobufMessage) {
    switch self {
    case .size(let size): message.add(1, integer: size)
    case .symbol(let name): message.add(2, string: name)
    }
  }
}
