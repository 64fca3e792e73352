import ProtocolBuffers

extension ONNXNode {
  /// NodeProto. A node without an operator or a result is damage: many empty ones would take more memory than their file.
  init(_ message: ProtobufReader) throws(Damage) {
    self.init(name: "", operation: "", inputs: [], outputs: [])
    var domain = ""
    var reader = message
    try reader.forEach("a node") { (field) throws(Damage) in
      switch field.number {
      case 1: inputs.append(try field.text())
      case 2: outputs.append(try field.text())
      case 3: name = try field.text()
      case 4: operation = try field.text()
      case 5:
        let (key, attribute) = try ONNXAttribute.named(field.message())
        guard attributes.updateValue(attribute, forKey: key) == nil else {
          throw Damage(reason: "a node has two attributes '\(key)'")
        }
      case 7: domain = try field.text()
      default: break
      }
    }
    guard !operation.isEmpty, !outputs.isEmpty else { throw Damage(reason: "a node has no operator or no result") }
    guard domain.isEmpty || domain == "ai.onnx" else {
      throw Damage(reason: "operator \(operation) is of '\(domain)', not of ONNX itself")
    }
  }
}

extension ONNXAttribute {
  /// AttributeProto.
  static func named(_ message: ProtobufReader) throws(Damage) -> (String, ONNXAttribute) {
    var (name, kind): (String, Int?) = ("", nil)
    var (float, integer, string): (Float, Int, String) = (0, 0, "")
    var (floats, integers): ([Float], [Int]) = ([], [])
    var reader = message
    try reader.forEach("an attribute") { (field) throws(Damage) in
      switch field.number {
      case 1: name = try field.text()
      case 2: float = try field.float()
      case 3: integer = try field.integer()
      case 4: string = try field.text()
      case 7: floats += try field.floats()
      case 8: integers += try field.integers()
      case 20: kind = try field.integer()
      default: break
      }
    }
    guard !name.isEmpty, let kind else { throw Damage(reason: "an attribute has no name or no type") }
    switch kind {
    case 1: return (name, .float(float))
    case 2: return (name, .integer(integer))
    case 3: return (name, .string(string))
    case 6: return (name, .floats(floats))
    case 7: return (name, .integers(integers))
    default: return (name, .other(kind: kind))
    }
  }
}
