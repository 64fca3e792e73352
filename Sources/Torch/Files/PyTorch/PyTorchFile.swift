import Foundation

/// A file that `torch.save` wrote (`.pth`, `.pt`, `.ckpt`), in either of its forms: named tensors, read without running
/// Python or anything in the file.
///
/// The file is mapped; its tensors share that memory. What the file says besides tensors (an optimizer's state, settings,
/// classes of other libraries) is skipped and never called.
public struct PyTorchFile {
  /// The tensors' names in the file's order.
  public let names: [String]
  /// The key that the tensors were found under in a training checkpoint, such as "state_dict"; empty for a plain state dict.
  public let section: String
  private let entries: [String: Entry]
  private let mapping: MappedFile

  private struct Entry {
    let dtype: DType
    let bytes: Range<Int>
    let shape: [Int]
    let strides: [Int]
  }

  /// Where checkpoints keep the network: PyTorch Lightning (AdaFace), arcface_torch, and what people call it otherwise.
  private static let sections = ["state_dict", "state_dict_backbone", "model_state_dict", "backbone", "model", "net"]

  /// Opens a file. Throws ``PyTorchFileError`` when it is missing, damaged, or holds no named tensors.
  public init(contentsOf path: String) throws {
    do {
      mapping = try MappedFile(path, access: .copyOnWrite)
    } catch let error as MappedFileError {
      throw PyTorchFileError(path: path, reason: error.reason)
    }
    func damaged(_ reason: String) -> PyTorchFileError { PyTorchFileError(path: path, reason: reason) }
    let bytes = mapping.bytes
    do {
      let archive =
        bytes.starts(with: [0x50, 0x4b, 3, 4])
        ? try PyTorchArchive(zip: bytes) : try PyTorchArchive(legacy: bytes)
      let (section, state) = try PyTorchFile.state(archive.pickle)
      var entries: [String: Entry] = [:]
      var names: [String] = []
      for (name, value) in state {
        guard let description = try archive.tensor(value) else { continue }
        guard entries[name] == nil else { throw damaged("it holds two tensors named '\(name)'") }
        names.append(name)
        entries[name] = try PyTorchFile.entry(description) { damaged("tensor '\(name)': \($0)") }
      }
      (self.entries, self.names, self.section) = (entries, names, section)
    } catch let error as PickleError {
      throw damaged("its pickle cannot be used, \(error)")
    } catch let error as ZipDirectory.Damage {
      throw damaged(error.reason)
    } catch let error as PyTorchArchive.Damage {
      throw damaged(error.reason)
    }
  }

  private static func state(_ pickle: Pickle) throws -> (section: String, state: [(key: String, value: Pickle.Value)]) {
    guard let root = pickle.dictionary(pickle.root) else {
      if case .object(let place) = pickle.root, pickle.objects[place].kind == .call {
        let name = pickle.globals[pickle.objects[place].callee]
        throw PyTorchArchive.Damage(
          reason: "it is a whole object of the class \(name), which only its own code can open; save its state_dict()")
      }
      throw PyTorchArchive.Damage(reason: "it holds no state dict")
    }
    func holdsTensors(_ state: [(key: String, value: Pickle.Value)]) -> Bool {
      state.contains { PyTorchArchive.isTensor($0.value, pickle) }
    }
    if holdsTensors(root) { return ("", root) }
    for section in sections {
      if let value = root.first(where: { $0.key == section })?.value, let state = pickle.dictionary(value),
        holdsTensors(state)
      {
        return (section, state)
      }
    }
    let keys = root.prefix(8).map(\.key).joined(separator: ", ")
    throw PyTorchArchive.Damage(
      reason: "it holds no state dict, neither at the top (\(keys)) nor under \(sections.joined(separator: ", "))")
  }

  private static func entry(
    _ tensor: PyTorchArchive.TensorDescription, _ damaged: (String) -> PyTorchFileError
  ) throws -> Entry {
    guard tensor.shape.count <= 32, tensor.strides.count == tensor.shape.count,
      (tensor.shape + tensor.strides + [tensor.offset]).allSatisfy({ $0 >= 0 })
    else { throw damaged("its shape is malformed") }
    var count = 1
    var last = 0
    for (size, stride) in zip(tensor.shape, tensor.strides) {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      let (reach, far) = max(0, size - 1).multipliedReportingOverflow(by: stride)
      let (sum, beyond) = last.addingReportingOverflow(reach)
      guard !overflow, !far, !beyond else { throw damaged("its shape is larger than any file") }
      (count, last) = (product, sum)
    }
    let available = tensor.storage.count / tensor.dtype.byteCount
    guard count == 0 || (tensor.offset < available && last < available - tensor.offset) else {
      throw damaged("it reaches beyond its \(available) numbers")
    }
    // Elements that share memory would let a few bytes become a tensor of any size.
    guard count == 0 || isDense(tensor.shape, tensor.strides) else {
      throw damaged("its elements do not lie side by side")
    }
    let start = tensor.storage.lowerBound + (count == 0 ? 0 : tensor.offset * tensor.dtype.byteCount)
    return Entry(
      dtype: tensor.dtype, bytes: start..<(start + count * tensor.dtype.byteCount), shape: tensor.shape,
      strides: tensor.strides)
  }

  /// Whether the elements fill a piece of memory, each once, in some order of the dimensions.
  private static func isDense(_ shape: [Int], _ strides: [Int]) -> Bool {
    var product = 1
    for (size, stride) in zip(shape, strides).filter({ $0.0 != 1 }).sorted(by: { $0.1 < $1.1 }) {
      guard stride == product else { return false }
      product *= size
    }
    return true
  }

  /// The tensor of that name, nil when there is none. It may share the file's memory: read it, do not write to it.
  public func tensor(_ name: String) throws -> Tensor? {
    guard let entry = entries[name] else { return nil }
    do { try mapping.checkSize() } catch let error as MappedFileError {
      throw PyTorchFileError(path: error.path, reason: error.reason)
    }
    // Outermost first in memory, then in the order of the tensor's own dimensions.
    let order = entry.shape.indices.filter { entry.shape[$0] != 1 }.sorted { entry.strides[$0] > entry.strides[$1] }
    let stored = order.map { entry.shape[$0] }
    let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[entry.bytes])
    guard let start = bytes.baseAddress, !bytes.isEmpty, Int(bitPattern: start) % entry.dtype.byteCount == 0 else {
      return try arranged(Tensor(bytes: bytes, stored, dtype: entry.dtype), order, entry.shape)
    }
    let shared = try Tensor(
      sharing: UnsafeMutableRawPointer(mutating: start), of: mapping, stored, dtype: entry.dtype)
    return try arranged(shared, order, entry.shape)
  }

  private func arranged(_ tensor: Tensor, _ order: [Int], _ shape: [Int]) throws -> Tensor {
    if order == order.sorted() { return try tensor.reshaped(shape) }
    let places = order.sorted().map { order.firstIndex(of: $0)! }
    return try tensor.permuted(places).contiguous().reshaped(shape)
  }

  /// All tensors by name. Throws ``PyTorchFileError`` when they are much larger than the file: names that share a tensor are few.
  public func tensors() throws -> [String: Tensor] {
    var rest = 4 * mapping.bytes.count
    for name in names {
      rest -= entries[name]!.bytes.count
      guard rest >= 0 else {
        throw PyTorchFileError(
          path: mapping.path, reason: "its \(names.count) tensors are more than four times as large as the file")
      }
    }
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try tensor($0)!) })
  }
}

/// A PyTorch file that cannot be read.
public struct PyTorchFileError: Error, CustomStringConvertible, Sendable {
  public let path: String
  public let reason: String
  public var description: String { "\(path) is not a usable PyTorch file: \(reason)" }
}
