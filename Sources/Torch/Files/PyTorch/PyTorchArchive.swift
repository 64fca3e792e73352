import Foundation

/// What `torch.save` leaves: a pickle, and the bytes of the tensors' storages beside it.
struct PyTorchArchive {
  let pickle: Pickle
  /// The bytes of each storage by its key.
  private let storages: [String: Range<Int>]

  struct Damage: Error { let reason: String }

  /// A tensor as the pickle describes it.
  struct TensorDescription {
    let dtype: DType
    let storage: Range<Int>
    let offset: Int
    let shape: [Int]
    let strides: [Int]
  }

  /// The form since PyTorch 1.6: an archive with `NAME/data.pkl`, `NAME/data/KEY` and `NAME/byteorder`.
  init(zip bytes: UnsafeRawBufferPointer) throws {
    let files = try ZipDirectory(bytes).files
    guard let main = files.keys.filter({ $0.hasSuffix("/data.pkl") }).min(by: { ($0.count, $0) < ($1.count, $1) })
    else {
      throw Damage(reason: "it is an archive without data.pkl: it was not written by torch.save")
    }
    let folder = main.dropLast("data.pkl".count)
    if let order = files[folder + "byteorder"], !bytes[order].elementsEqual("little".utf8) {
      throw Damage(reason: "its numbers are big-endian; save it again on a little-endian machine")
    }
    pickle = try PickleReader.read(bytes, in: files[main]!)
    let prefix = folder + "data/"
    storages = files.reduce(into: [:]) { found, file in
      if file.key.hasPrefix(prefix) { found[String(file.key.dropFirst(prefix.count))] = file.value }
    }
  }

  /// torch.save's first pickle in the old form, as the two's complement of a whole number.
  private static let legacyMagic: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

  /// The form before: pickles of a magic number, a version, the machine, the object, the storages' keys; then for each
  /// storage the number of its elements and their bytes.
  init(legacy bytes: UnsafeRawBufferPointer) throws {
    var place = 0
    func next() throws -> Pickle {
      let pickle = try PickleReader.read(bytes, in: place..<bytes.count)
      place = pickle.end
      return pickle
    }
    let first: Pickle
    do {
      first = try next()
    } catch is PickleError {
      throw Damage(reason: "it begins neither as an archive nor as a pickle: torch.save did not write it")
    }
    guard case .long(let magic) = first.root, first.bytes(magic) == PyTorchArchive.legacyMagic,
      try next().root == .int(1001)
    else { throw Damage(reason: "it is a pickle, but not one of torch.save's") }
    let machine = try next()
    if let pairs = machine.dictionary(machine.root), pairs.contains(where: { $0 == ("little_endian", .bool(false)) }) {
      throw Damage(reason: "its numbers are big-endian; save it again on a little-endian machine")
    }
    pickle = try next()
    let keys = try next()
    guard let list = keys.sequence(keys.root) else { throw Damage(reason: "the list of its storages is missing") }
    let sizes = try PyTorchArchive.elementSizes(pickle)
    var storages: [String: Range<Int>] = [:]
    for key in list {
      guard let key = keys.text(key), let size = sizes[key], place <= bytes.count - 8 else {
        throw Damage(reason: "it is cut off, or a storage is nobody's")
      }
      let count = bytes.loadUnaligned(fromByteOffset: place, as: Int64.self).littleEndian
      place += 8
      guard count >= 0, count <= (bytes.count - place) / size else { throw Damage(reason: "storage \(key) is cut off") }
      storages[key] = place..<(place + Int(count) * size)
      place += Int(count) * size
    }
    self.storages = storages
  }

  /// Bytes an element of each storage that the pickle names.
  private static func elementSizes(_ pickle: Pickle) throws -> [String: Int] {
    var sizes: [String: Int] = [:]
    for object in pickle.objects where object.kind == .tuple && object.items.count >= 5 {
      guard pickle.text(object.items[0]) == "storage", let type = pickle.global(object.items[1]),
        let key = pickle.text(object.items[2]), let dtype = dtypes[type]
      else { continue }
      sizes[key] = dtype.byteCount
    }
    return sizes
  }

  private static let dtypes: [String: DType] = [
    "torch.FloatStorage": .float32, "torch.DoubleStorage": .float64, "torch.HalfStorage": .float16,
    "torch.BFloat16Storage": .bfloat16, "torch.LongStorage": .int64, "torch.IntStorage": .int32,
    "torch.ShortStorage": .int16, "torch.CharStorage": .int8, "torch.ByteStorage": .uint8, "torch.BoolStorage": .bool,
  ]

  /// The call that makes a tensor, looking into a parameter.
  private static func rebuilding(_ value: Pickle.Value, _ pickle: Pickle) -> Pickle.Object? {
    let inner = pickle.call(value, of: "torch._utils._rebuild_parameter")?.items.first ?? value
    return pickle.call(inner, of: "torch._utils._rebuild_tensor_v2")
      ?? pickle.call(inner, of: "torch._utils._rebuild_tensor")
  }

  static func isTensor(_ value: Pickle.Value, _ pickle: Pickle) -> Bool { rebuilding(value, pickle) != nil }

  /// The tensor that a value describes; nil when it is something else. Throws ``Damage`` when its parts are not there.
  func tensor(_ value: Pickle.Value) throws -> TensorDescription? {
    guard let call = PyTorchArchive.rebuilding(value, pickle) else { return nil }
    guard call.items.count >= 4, case .persistent(let place) = call.items[0], let offset = pickle.int(call.items[1]),
      let shape = numbers(call.items[2]), let strides = numbers(call.items[3])
    else { throw Damage(reason: "a tensor is described in a way that is not PyTorch's") }
    let storage = pickle.objects[place].items
    guard storage.count >= 5, pickle.text(storage[0]) == "storage", let type = pickle.global(storage[1]),
      let key = pickle.text(storage[2]), let count = pickle.int(storage[4])
    else { throw Damage(reason: "a tensor's storage is described in a way that is not PyTorch's") }
    guard storage.count < 6 || storage[5] == .none else { throw Damage(reason: "storage \(key) is a view of another") }
    guard let dtype = PyTorchArchive.dtypes[type] else {
      throw Damage(reason: "storage \(key) holds \(type), which is not numbers that Facet knows")
    }
    guard let bytes = storages[key] else { throw Damage(reason: "storage \(key) is missing") }
    guard count >= 0, count <= bytes.count / dtype.byteCount else {
      throw Damage(reason: "storage \(key) should hold \(count) numbers, there are \(bytes.count) bytes")
    }
    return TensorDescription(
      dtype: dtype, storage: bytes.lowerBound..<(bytes.lowerBound + count * dtype.byteCount), offset: offset,
      shape: shape, strides: strides)
  }

  private func numbers(_ value: Pickle.Value) -> [Int]? {
    guard let items = pickle.object(value, .tuple)?.items else { return nil }
    let numbers = items.compactMap(pickle.int)
    return numbers.count == items.count ? numbers : nil
  }
}
