import ProtocolBuffers
import Torch

extension ONNXValue {
  /// ValueInfoProto, of a tensor.
  init(_ message: ProtobufReader) throws(Damage) {
    var name = ""
    var type: ONNXType?
    var reader = message
    try reader.forEach("a value") { (field) throws(Damage) in
      switch field.number {
      case 1: name = try field.text()
      case 2: type = try ONNXType(field.message())
      default: break
      }
    }
    guard !name.isEmpty, let type else { throw Damage(reason: "an input or output has no name or no type") }
    self.init(name, type)
  }
}

extension ONNXType {
  /// TypeProto, of a tensor.
  fileprivate init(_ message: ProtobufReader) throws(Damage) {
    var tensor: ProtobufReader?
    var reader = message
    try reader.forEach("a type") { (field) throws(Damage) in
      if field.number == 1 { tensor = try field.message() }
    }
    guard var tensor else { throw Damage(reason: "an input or output is no tensor") }
    var element: ONNXElement?
    var shape: [ONNXDimension]?
    try tensor.forEach("a type") { (field) throws(Damage) in
      switch field.number {
      case 1: element = ONNXElement(rawValue: try field.integer())
      case 2: shape = try ONNXType.shape(field.message())
      default: break
      }
    }
    guard let element, let shape else { throw Damage(reason: "an input or output has no known elements or no shape") }
    self.init(shape, element)
  }

  /// TensorShapeProto.
  private static func shape(_ message: ProtobufReader) throws(Damage) -> [ONNXDimension] {
    var shape: [ONNXDimension] = []
    var reader = message
    try reader.forEach("a shape") { (field) throws(Damage) in
      guard field.number == 1 else { return }
      guard shape.count < OperatorInputs.highestRank else {
        throw Damage(reason: "a shape has more than \(OperatorInputs.highestRank) dimensions")
      }
      shape.append(try dimension(field.message()))
    }
    return shape
  }

  /// TensorShapeProto.Dimension. One without a size and a name is any size: its name is empty here.
  private static func dimension(_ message: ProtobufReader) throws(Damage) -> ONNXDimension {
    var dimension = ONNXDimension.symbol("")
    var reader = message
    try reader.forEach("a shape") { (field) throws(Damage) in
      switch field.number {
      case 1:
        let size = try field.integer()
        guard (1...OperatorInputs.limit).contains(size) else { throw Damage(reason: "a shape has the size \(size)") }
        dimension = .size(size)
      case 2: dimension = .symbol(try field.text())
      default: break
      }
    }
    return dimension
  }
}

extension ONNXTensor {
  /// TensorProto, whose numbers are raw bytes in `file`.
  init(_ message: ProtobufReader, in file: MappedFile) throws(Damage) {
    var (name, shape): (String, [Int]) = ("", [])
    var element: ONNXElement?
    var raw = UnsafeRawBufferPointer(start: nil, count: 0)
    var reader = message
    try reader.forEach("a weight") { (field) throws(Damage) in
      switch field.number {
      case 1:
        shape += try field.integers()
        guard shape.count <= OperatorInputs.highestRank else {
          throw Damage(reason: "a weight has more than \(OperatorInputs.highestRank) dimensions")
        }
      case 2: element = ONNXElement(rawValue: try field.integer())
      case 8: name = try field.text()
      case 9: raw = try field.bytes()
      case 13: throw Damage(reason: "a weight lies in another file, which is not read")
      default: break
      }
    }
    guard !name.isEmpty, let element else { throw Damage(reason: "a weight has no name or no known elements") }
    var bytes = element.byteCount
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard (0...OperatorInputs.limit).contains(size), !overflow else {
        throw Damage(reason: "weight '\(name)' has the shape \(shape)")
      }
      bytes = product
    }
    guard raw.count == bytes else {
      throw Damage(reason: "weight '\(name)' of \(element) \(shape) has \(raw.count) bytes, it needs \(bytes)")
    }
    let range = Int(bitPattern: raw.baseAddress) - Int(bitPattern: file.bytes.baseAddress)
    let place = raw.isEmpty ? 0..<0 : range..<(range + raw.count)
    self.init(name, element, shape) { sink in
      do { try file.checkSize() } catch { throw ONNXError("it was shortened while it was read", path: file.path) }
      try sink(UnsafeRawBufferPointer(rebasing: file.bytes[place]))
    }
  }
}
