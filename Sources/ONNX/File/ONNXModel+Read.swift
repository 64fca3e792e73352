import ProtocolBuffers
import Torch

extension ONNXModel {
  /// Reads a file, ours or another's, as far as models like ours need: graphs of operators over tensors whose numbers are in
  /// the file itself. The file is mapped; weights stay there until they are asked for. Memory is taken by what the file holds,
  /// never by what it claims.
  ///
  /// Throws ``ONNXError``. ``check()`` says whether what was read makes sense.
  public init(contentsOf path: String) throws {
    let file: MappedFile
    do { file = try MappedFile(path) } catch let error as MappedFileError {
      throw ONNXError(error.reason, path: path)
    }
    do { try self.init(file) } catch { throw ONNXError(error.reason, path: path) }
  }

  /// ModelProto.
  private init(_ file: MappedFile) throws(Damage) {
    var (version, operators): (Int?, Int?) = (nil, nil)
    var (producer, producerVersion, documentation) = ("", "", "")
    var graph: ONNXGraph?
    var metadata: [String: String] = [:]
    var model = ProtobufReader(file.bytes)
    try model.forEach("the file") { (field) throws(Damage) in
      switch field.number {
      case 1: version = try field.integer()
      case 2: producer = try field.text()
      case 3: producerVersion = try field.text()
      case 6: documentation = try field.text()
      case 7:
        guard graph == nil else { throw Damage(reason: "it has two graphs") }
        graph = try ONNXGraph(field.message(), in: file)
      case 8:
        let set = try ONNXModel.operatorSet(field.message())
        if set.domain.isEmpty || set.domain == "ai.onnx" { operators = set.version }
      case 14:
        let (key, value) = try ONNXModel.entry(field.message())
        metadata[key] = value
      default: break
      }
    }
    guard let version, let graph else {
      throw Damage(reason: "it has no \(version == nil ? "format version" : "graph")")
    }
    guard let operators else { throw Damage(reason: "it does not say which operator set it is of") }
    self.init(
      graph, producerName: producer, producerVersion: producerVersion, documentation: documentation,
      metadata: metadata)
    irVersion = version
    opset = operators
  }

  /// OperatorSetIdProto.
  private static func operatorSet(_ message: ProtobufReader) throws(Damage) -> (domain: String, version: Int) {
    var (reader, domain, version) = (message, "", 0)
    try reader.forEach("an operator set") { (field) throws(Damage) in
      switch field.number {
      case 1: domain = try field.text()
      case 2: version = try field.integer()
      default: break
      }
    }
    return (domain, version)
  }

  /// StringStringEntryProto.
  private static func entry(_ message: ProtobufReader) throws(Damage) -> (key: String, value: String) {
    var (reader, key, value) = (message, "", "")
    try reader.forEach("the metadata") { (field) throws(Damage) in
      switch field.number {
      case 1: key = try field.text()
      case 2: value = try field.text()
      default: break
      }
    }
    return (key, value)
  }
}

extension ONNXGraph {
  /// GraphProto.
  fileprivate init(_ message: ProtobufReader, in file: MappedFile) throws(Damage) {
    self.init(name: "", nodes: [], initializers: [], inputs: [], outputs: [])
    var reader = message
    try reader.forEach("the graph") { (field) throws(Damage) in
      switch field.number {
      case 1: nodes.append(try ONNXNode(field.message()))
      case 2: name = try field.text()
      case 5: initializers.append(try ONNXTensor(field.message(), in: file))
      case 11: inputs.append(try ONNXValue(field.message()))
      case 12: outputs.append(try ONNXValue(field.message()))
      case 15: throw Damage(reason: "it has sparse weights, which are not read")
      default: break
      }
    }
  }
}
