import AtomicFiles
import Foundation

/// A safetensors file: named tensors behind a JSON header, readable by Python's `safetensors` too.
///
/// Layout: 8 bytes of header length N (little endian), N bytes of JSON, then the tensors' bytes. The file is mapped, not
/// read: its tensors share that memory, and ``Module/load(_:prefix:)`` copies them.
public struct Safetensors {
  /// Free text beside the tensors.
  public let metadata: [String: String]
  /// Names in the order of their bytes in the file.
  public let names: [String]
  private let entries: [String: Entry]
  private let mapping: MappedFile
  private let dataStart: Int

  private struct Entry {
    let dtype: DType
    let shape: [Int]
    let range: Range<Int>
  }

  /// Opens a file. Throws ``SafetensorsError`` when it is missing, damaged or hostile; never allocates by what a header
  /// claims, only by what the file holds.
  public init(contentsOf path: String) throws {
    do {
      mapping = try MappedFile(path, access: .copyOnWrite)
    } catch let error as MappedFileError {
      throw SafetensorsError.missing(path: path, reason: error.reason)
    }
    let size = mapping.bytes.count
    func damaged(_ what: String) -> SafetensorsError { .damaged(path: path, reason: what) }
    guard size >= 8 else { throw damaged("it holds \(size) bytes, fewer than a header") }
    let length = mapping.bytes.loadUnaligned(as: UInt64.self).littleEndian
    guard length <= UInt64(size - 8) else { throw damaged("its header is longer than the file") }
    guard length <= 100_000_000 else { throw damaged("its header is longer than 100 MB") }
    dataStart = 8 + Int(length)
    let text = Data(bytes: mapping.bytes.baseAddress! + 8, count: Int(length))
    guard let header = try? JSONSerialization.jsonObject(with: text) as? [String: Any] else {
      throw damaged("its header is not a JSON object")
    }
    metadata = header["__metadata__"] as? [String: String] ?? [:]
    var entries: [String: Entry] = [:]
    for (name, value) in header where name != "__metadata__" {
      entries[name] = try Safetensors.entry(value, limit: size - dataStart) { damaged("tensor '\(name)': \($0)") }
    }
    // An empty tensor comes before the one that begins at the same byte.
    let ordered = entries.sorted { a, b in
      let (x, y) = (a.value.range, b.value.range)
      return (x.lowerBound, x.upperBound, a.key) < (y.lowerBound, y.upperBound, b.key)
    }
    var end = 0
    for (name, entry) in ordered {
      guard entry.range.lowerBound == end else { throw damaged("tensor '\(name)' overlaps another or leaves a hole") }
      end = entry.range.upperBound
    }
    guard end == size - dataStart else {
      throw damaged("it holds \(size - dataStart) bytes of tensors, its header \(end)")
    }
    self.entries = entries
    names = ordered.map(\.key)
  }

  private static func entry(_ value: Any, limit: Int, _ damaged: (String) -> SafetensorsError) throws -> Entry {
    guard let fields = value as? [String: Any], let code = fields["dtype"] as? String,
      let sizes = fields["shape"] as? [NSNumber], let offsets = fields["data_offsets"] as? [NSNumber],
      offsets.count == 2
    else { throw damaged("its entry lacks dtype, shape or data_offsets") }
    guard let dtype = codes.first(where: { $0.value == code })?.key else {
      throw damaged("unknown element type \(code)")
    }
    guard sizes.count <= 32 else { throw damaged("it has \(sizes.count) dimensions") }
    var bytes = dtype.byteCount
    var shape: [Int] = []
    for size in sizes {
      guard let size = Int(exactly: size.doubleValue), size >= 0 else { throw damaged("a size is not a whole number") }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else { throw damaged("its shape is larger than any file") }
      bytes = product
      shape.append(size)
    }
    guard let begin = Int(exactly: offsets[0].doubleValue), let end = Int(exactly: offsets[1].doubleValue),
      begin >= 0, end >= begin, end <= limit
    else { throw damaged("its bytes lie outside the file") }
    guard end - begin == bytes else {
      throw damaged("its shape needs \(bytes) bytes, the file gives it \(end - begin)")
    }
    return Entry(dtype: dtype, shape: shape, range: begin..<end)
  }

  /// The tensor of that name, sharing the file's memory: read it, do not write to it. Nil when there is none.
  public func tensor(_ name: String) throws -> Tensor? {
    guard let entry = entries[name] else { return nil }
    do { try mapping.checkSize() } catch let error as MappedFileError {
      throw SafetensorsError.damaged(path: error.path, reason: error.reason)
    }
    let bytes = UnsafeRawBufferPointer(
      rebasing: mapping.bytes[(dataStart + entry.range.lowerBound)..<(dataStart + entry.range.upperBound)])
    guard let start = bytes.baseAddress, !bytes.isEmpty, Int(bitPattern: start) % entry.dtype.byteCount == 0 else {
      return try Tensor(bytes: bytes, entry.shape, dtype: entry.dtype)
    }
    return try Tensor(sharing: UnsafeMutableRawPointer(mutating: start), of: mapping, entry.shape, dtype: entry.dtype)
  }

  /// All tensors by name, sharing the file's memory.
  public func tensors() throws -> [String: Tensor] {
    try Dictionary(uniqueKeysWithValues: names.map { ($0, try tensor($0)!) })
  }

  static let codes: [DType: String] = [
    .uint8: "U8", .int8: "I8", .int16: "I16", .int32: "I32", .int64: "I64", .float16: "F16", .float32: "F32",
    .float64: "F64", .bool: "BOOL", .bfloat16: "BF16",
  ]

  /// Writes tensors and metadata, to a temporary name first, renamed when whole. Throws ``SafetensorsError``.
  public static func write(_ tensors: [NamedTensor], metadata: [String: String] = [:], to path: String) throws {
    var header: [String: Any] = [:]
    if !metadata.isEmpty { header["__metadata__"] = metadata }
    // Largest elements first keeps every tensor aligned to its own element.
    let ordered = tensors.sorted { ($1.tensor.dtype.byteCount, $0.name) < ($0.tensor.dtype.byteCount, $1.name) }
    var offset = 0
    for (name, tensor) in ordered {
      guard name != "__metadata__" else {
        throw SafetensorsError.unwritable(path: path, reason: "no tensor can be named '\(name)'")
      }
      guard header[name] == nil else {
        throw SafetensorsError.unwritable(path: path, reason: "two tensors named '\(name)'")
      }
      let bytes = tensor.count * tensor.dtype.byteCount
      header[name] = [
        "dtype": codes[tensor.dtype]!, "shape": tensor.shape, "data_offsets": [offset, offset + bytes],
      ]
      offset += bytes
    }
    var text = try JSONSerialization.data(withJSONObject: header, options: [.sortedKeys, .withoutEscapingSlashes])
    // Spaces pad the header so that the first tensor starts at a multiple of 8.
    text.append(Data(repeating: 0x20, count: (8 - text.count % 8) % 8))
    do {
      try writeAtomically(to: path) { file in
        try file.append(withUnsafeBytes(of: UInt64(text.count).littleEndian) { Data($0) })
        try file.append(text)
        for (_, tensor) in ordered {
          let plain = try tensor.detached().to(.cpu).contiguous()
          try plain.withUnsafeBytes { try file.append($0) }
        }
      }
    } catch let error as FileWriteError {
      throw SafetensorsError.unwritable(path: path, reason: error.reason)
    }
  }
}

/// A safetensors file that cannot be read or written.
public enum SafetensorsError: Error, CustomStringConvertible, Sendable {
  case missing(path: String, reason: String)
  case damaged(path: String, reason: String)
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path, let reason): "cannot open \(path): \(reason)"
    case .damaged(let path, let reason): "\(path) is not a usable safetensors file: \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason)"
    }
  }
}
