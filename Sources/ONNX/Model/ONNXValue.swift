/// One size of a shape.
public enum ONNXDimension: Hashable, Sendable, CustomStringConvertible {
  case size(Int)
  /// Any size, by a name: equal names mean equal sizes.
  case symbol(String)

  public var description: String {
    switch self {
    case .size(let size): String(size)
    case .symbol(let name): name
    }
  }
}

/// Elements and shape of a value.
public struct ONNXType: Hashable, Sendable, CustomStringConvertible {
  public var element: ONNXElement
  /// Outermost first.
  public var shape: [ONNXDimension]

  public init(_ shape: [ONNXDimension], _ element: ONNXElement = .float32) {
    self.shape = shape
    self.element = element
  }

  public init(sizes: [Int], _ element: ONNXElement = .float32) { self.init(sizes.map { .size($0) }, element) }

  /// "float32 [N, 3, 112, 112]"
  public var description: String { "\(element) [\(shape.map(\.description).joined(separator: ", "))]" }
}

/// A named value: an input or an output of a graph.
public struct ONNXValue: Hashable, Sendable {
  public var name: String
  public var type: ONNXType

  public init(_ name: String, _ type: ONNXType) {
    self.name = name
    self.type = type
  }
}

/// Types of elements, by ONNX's numbers.
public enum ONNXElement: Int, Sendable, CustomStringConvertible {
  case float32 = 1
  case uint8 = 2
  case int8 = 3
  case uint16 = 4
  case int16 = 5
  case int32 = 6
  case int64 = 7
  case bool = 9
  case float16 = 10
  case float64 = 11
  case uint32 = 12
  case uint64 = 13
  case bfloat16 = 16

  public var byteCount: Int {
    switch self {
    case .uint8, .int8, .bool: 1
    case .uint16, .int16, .float16, .bfloat16: 2
    case .float32, .int32, .uint32: 4
    case .int64, .float64, .uint64: 8
    }
  }

  public var description: String {
    switch self {
    case .float32: "float32"
    case .uint8: "uint8"
    case .int8: "int8"
    case .uint16: "uint16"
    case .int16: "int16"
    case .int32: "int32"
    case .int64: "int64"
    case .bool: "bool"
    case .float16: "float16"
    case .float64: "float64"
    case .uint32: "uint32"
    case .uint64: "uint64"
    case .bfloat16: "bfloat16"
    }
  }
}
