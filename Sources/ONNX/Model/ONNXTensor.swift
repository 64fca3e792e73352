import ProtocolBuffers
import Torch

/// A constant of a graph. Its numbers are fetched when they are needed.
public struct ONNXTensor {
  public var name: String
  public var element: ONNXElement
  public var shape: [Int]
  /// Hands out the numbers in row-major order, little endian.
  let contents: ProtobufMessage.Contents

  /// `contents` has to hand out as many bytes as shape and element take.
  public init(
    _ name: String, _ element: ONNXElement, _ shape: [Int], contents: @escaping ProtobufMessage.Contents
  ) {
    self.name = name
    self.element = element
    self.shape = shape
    self.contents = contents
  }

  public var type: ONNXType { ONNXType(sizes: shape, element) }
  /// Numbers in it.
  public var count: Int { shape.reduce(1, *) }
  /// Bytes of its numbers.
  public var byteCount: Int { count * element.byteCount }

  /// Its bytes at once. Throws ``ONNXError`` when the file they lie in was shortened, or what computing them throws.
  public func bytes() throws -> [UInt8] {
    var all: [UInt8] = []
    try contents { all.append(contentsOf: $0) }
    return all
  }
}

extension ONNXTensor {
  /// A constant of 32-bit floats that `tensor` gives when it is asked, on any device.
  public init(_ name: String, shape: [Int], floats tensor: @escaping () throws -> Tensor) {
    self.init(name, .float32, shape) { sink in
      let plain = try withoutGradient { try tensor().detached().to(.cpu).to(.float32).contiguous() }
      try plain.withUnsafeBytes(sink)
    }
  }

  /// A constant of 64-bit integers, as shapes are.
  public init(_ name: String, integers: [Int]) {
    let numbers = integers.map { Int64($0).littleEndian }
    self.init(name, .int64, [integers.count]) { try numbers.withUnsafeBytes($0) }
  }

  /// Whether all its numbers are numbers, and finite.
  func isFinite() throws -> Bool {
    switch element {
    case .float16: try all { (bits: UInt16) in bits & 0x7C00 != 0x7C00 }
    case .bfloat16: try all { (bits: UInt16) in bits & 0x7F80 != 0x7F80 }
    case .float32: try all { Float(bitPattern: $0).isFinite }
    case .float64: try all { Double(bitPattern: $0).isFinite }
    case .uint8, .int8, .uint16, .int16, .int32, .int64, .bool, .uint32, .uint64: true
    }
  }

  /// Whether `holds` is true of the bits of every number.
  private func all<Bits: FixedWidthInteger>(_ holds: (Bits) -> Bool) throws -> Bool {
    try bytes().withUnsafeBytes { bytes in
      (0..<count).allSatisfy { place in
        holds(Bits(littleEndian: bytes.loadUnaligned(fromByteOffset: Bits.bitWidth / 8 * place, as: Bits.self)))
      }
    }
  }

  /// The numbers of 64-bit integers; nil for other elements, or for many of them: shapes are short.
  func integers() throws -> [Int]? {
    guard element == .int64, shape.count == 1, count <= 8 else { return nil }
    return try bytes().withUnsafeBytes { bytes in
      (0..<count).map { Int(Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self))) }
    }
  }
}
