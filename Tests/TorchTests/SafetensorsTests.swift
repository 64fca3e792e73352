import Foundation
import TestSupport
import Testing

@testable import Torch

@Suite struct SafetensorsTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  @Test(arguments: DType.allCases)
  func keepsEveryElementType(dtype: DType) throws {
    // Bytes that are 0 or 1 are true or false, too.
    let bytes = (0..<(6 * dtype.byteCount)).map { place -> UInt8 in
      dtype == .bool ? UInt8(place % 2) : UInt8((place * 37 + 11) % 256)
    }
    let tensor = try bytes.withUnsafeBytes { try Tensor(bytes: $0, [2, 3], dtype: dtype) }
    let path = folder.path + "/one"
    try Safetensors.write([("x", tensor)], to: path)
    let found = try #require(try Safetensors(contentsOf: path).tensor("x"))
    #expect(found.dtype == dtype && found.shape == [2, 3])
    #expect(try found.withUnsafeBytes { Array($0) } == bytes)
  }

  @Test func keepsNamesShapesAndMetadata() throws {
    let metadata = ["facet": "{\"a\": \"ü / \\n\"}", "empty": "", "long": String(repeating: "x", count: 10_000)]
    let tensors: [NamedTensor] = [
      ("scalar", try .full([], 3)), ("layer1.0.weight", try Tensor.range(24).reshaped(2, 3, 4)),
      ("bytes", try Tensor([1, 2, 3] as [UInt8], [3])),
      ("transposed", try Tensor.range(6).reshaped(2, 3).transposed(0, 1)),
      ("Größe/😀", try Tensor.range(2, dtype: .int64)), ("learns", try Tensor.ones([2]).requireGradient()),
    ]
    let path = folder.path + "/many"
    try Safetensors.write(tensors, metadata: metadata, to: path)
    let file = try Safetensors(contentsOf: path)
    #expect(file.metadata == metadata)
    #expect(Set(file.names) == Set(tensors.map(\.name)))
    let found = try file.tensors()
    for (name, tensor) in tensors {
      #expect(found[name]?.shape == tensor.shape, "\(name)")
      #expect(try found[name]?.doubles() == tensor.doubles(), "\(name)")
    }
    #expect(try file.tensor("other") == nil)
    #expect(file.names.first == "Größe/😀", "the largest elements come first")
  }

  @Test func keepsEmptyFilesAndEmptyTensors() throws {
    let path = folder.path + "/empty"
    try Safetensors.write([], to: path)
    #expect(try Safetensors(contentsOf: path).names == [])
    // An empty tensor begins where another one does.
    try Safetensors.write(
      [("a", try .ones([2])), ("z", try .zeros([0, 3], dtype: .float64)), ("b", try .zeros([0]))], to: path)
    let found = try Safetensors(contentsOf: path).tensors()
    #expect(found["z"]?.shape == [0, 3] && found["z"]?.dtype == .float64 && found["b"]?.count == 0)
    #expect(try found["a"]?.floats() == [1, 1])
  }

  @Test func outlivesItsFile() throws {
    let path = folder.path + "/short-lived"
    try Safetensors.write([("x", try Tensor.range(4))], to: path)
    let tensor = try #require(try Safetensors(contentsOf: path).tensor("x"))
    let other = try #require(try Safetensors(contentsOf: path).tensor("x"))
    // A write stays in this process's memory.
    try other.fill(9)
    #expect(try Safetensors(contentsOf: path).tensor("x")?.floats() == [0, 1, 2, 3])
    try FileManager.default.removeItem(atPath: path)
    #expect(try tensor.floats() == [0, 1, 2, 3])
  }

  @Test func alignsTheFirstTensor() throws {
    for length in 0..<9 {
      let path = folder.path + "/aligned"
      try Safetensors.write([("x", try .ones([1]))], metadata: ["m": String(repeating: "x", count: length)], to: path)
      let data = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect((data.count - 4) % 8 == 0)
    }
  }

  @Test func refusesNamesThatNoReaderWouldFind() throws {
    let one = try Tensor.ones([1])
    let path = folder.path + "/refused"
    for tensors: [NamedTensor] in [[("x", one), ("x", one)], [("__metadata__", one)]] {
      #expect(throws: SafetensorsError.self) { try Safetensors.write(tensors, to: path) }
    }
    #expect(!FileManager.default.fileExists(atPath: path))
  }
}

@Suite struct DamagedSafetensorsTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A file of that header and so many bytes of tensors; `length` is what it claims for the header.
  private func file(_ header: Data, length: UInt64? = nil, bytes: Int = 0) throws -> String {
    let claim = withUnsafeBytes(of: (length ?? UInt64(header.count)).littleEndian) { Data($0) }
    return try folder.write("damaged", claim + header + Data(count: bytes))
  }

  /// Expects a refusal whose text names the file.
  private func expectRefusal(_ path: String, _ what: String = "", at location: SourceLocation = #_sourceLocation) {
    do {
      _ = try Safetensors(contentsOf: path).tensors()
      Issue.record("the file was accepted: \(what)", sourceLocation: location)
    } catch let error as SafetensorsError {
      #expect(error.description.contains(path), sourceLocation: location)
    } catch {
      Issue.record("\(what): \(error) is no SafetensorsError", sourceLocation: location)
    }
  }

  @Test(arguments: [
    // What the header says, and how many bytes follow.
    (#"[]"#, 0), (#""x""#, 0), (#"{"#, 0), (#""#, 0), (#"{"x": 1}"#, 0), (#"{"x": {}}"#, 0),
    (#"{"x": {"dtype": "F32", "shape": [1]}}"#, 4),
    (#"{"x": {"dtype": 3, "shape": [1], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": 1, "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": ["1"], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4, 8]}}"#, 4),
    (#"{"x": {"dtype": "F31", "shape": [1], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "", "shape": [1], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [-1, -1], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1.5], "data_offsets": [0, 6]}}"#, 6),
    (#"{"x": {"dtype": "F32", "shape": [1e300], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1099511627776], "data_offsets": [0, 4398046511104]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1099511627776], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [9223372036854775807], "data_offsets": [0, 4]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [4294967296, 4294967296], "data_offsets": [0, 0]}}"#, 0),
    (#"{"x": {"dtype": "F32", "shape": [2147483648, 2147483648, 4], "data_offsets": [0, 0]}}"#, 0),
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [-4, 0]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 1e300]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#, 4),
    (#"{"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}}"#, 4),
    // A hole before, a hole after, bytes that nobody owns.
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#, 8),
    (#"{"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}"#, 8),
    (#"{}"#, 1),
    // Overlaps, one of them whole.
    (
      #"{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#,
      12
    ),
    (
      #"{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 4
    ),
    // More dimensions than anything has.
    (
      #"{"x": {"dtype": "U8", "shape": [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1], "data_offsets": [0, 1]}}"#,
      1
    ),
  ])
  func isRefused(header: String, bytes: Int) throws {
    expectRefusal(try file(Data(header.utf8), bytes: bytes), header)
  }

  @Test func isRefusedWhenTheHeaderIsNoText() throws {
    expectRefusal(try file(Data([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])), "not UTF-8")
    expectRefusal(try file(Data(repeating: 0x5b, count: 200_000)), "deep arrays")
    let deep = Data(String(repeating: #"{"x":"#, count: 100_000).utf8)
    expectRefusal(try file(deep), "deep objects")
    expectRefusal(try file(Data(count: 64)), "zeros")
  }

  @Test(arguments: [9, 1 << 20, 1 << 40, UInt64(Int64.max), .max, .max - 7])
  func isRefusedWhenTheHeaderPassesTheEnd(length: UInt64) throws {
    expectRefusal(try file(Data("{}      ".utf8), length: length))
  }

  @Test func neverAllocatesByAZeroTimesALot() throws {
    // Legal bytes, an impossible shape: it may be refused, but not believed.
    let header = #"{"x": {"dtype": "F32", "shape": [0, 4611686018427387904, 64], "data_offsets": [0, 0]}}"#
    let path = try file(Data(header.utf8))
    if let tensors = try? Safetensors(contentsOf: path).tensors() { #expect(tensors["x"]?.count == 0) }
  }

  @Test func isRefusedWhenCutAnywhere() throws {
    let path = folder.path + "/whole"
    try Safetensors.write(
      [("x", try Tensor.range(3)), ("y", try .ones([2], dtype: .int64))], metadata: ["k": "v"], to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(try Safetensors(contentsOf: path).names.count == 2)
    for length in 0..<whole.count { expectRefusal(try folder.write("cut", whole.prefix(length)), "\(length) bytes") }
    expectRefusal(try folder.write("long", whole + Data(count: 1)), "one byte more")
  }

  @Test func neverCrashesOnFlippedBytes() throws {
    let path = folder.path + "/whole"
    try Safetensors.write([("x", try Tensor.range(3)), ("y", try .ones([1, 2], dtype: .int64))], to: path)
    let whole = try Data(contentsOf: URL(fileURLWithPath: path))
    var random = TestRandom(seed: 9)
    for _ in 0..<600 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let path = try folder.write("flipped", bytes)
      do {
        for (_, tensor) in try Safetensors(contentsOf: path).tensors() { #expect(tensor.count <= 24) }
      } catch is SafetensorsError {
      }
    }
  }

  @Test func isMissing() throws {
    expectRefusal(folder.path + "/absent")
    expectRefusal(folder.path)
    #expect(throws: SafetensorsError.self) { try Safetensors(contentsOf: "/dev/null") }
  }
}

@Suite struct AtomicFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

  @Test func leavesOnlyTheFile() throws {
    let path = try folder.write("model", "old")
    try Safetensors.write([("x", try .ones([3]))], to: path)
    #expect(try names() == ["model"])
    #expect(try Safetensors(contentsOf: path).names == ["x"])
  }

  @Test func keepsTheOldFileWhenWritingFails() throws {
    let path = try folder.write("model", "old")
    let one = try Tensor.ones([1])
    #expect(throws: SafetensorsError.self) { try Safetensors.write([("x", one), ("x", one)], to: path) }
    #expect(try names() == ["model"])
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
  }

  @Test func saysWhyAPlaceCannotBeWritten() throws {
    let place = try folder.folder("folder")
    try folder.write("folder/inside", "kept")
    for path in [place, folder.path + "/absent/model"] {
      let error = #expect(throws: SafetensorsError.self) { try Safetensors.write([("x", try .ones([1]))], to: path) }
      #expect(error?.description.contains(path) == true)
    }
    #expect(try names() == ["folder"])
  }

  @Test func writesFromManyTasksAtOnce() async throws {
    let path = folder.path + "/shared"
    try await withThrowingTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask { try Safetensors.write([("x", try .full([1000], Double(task)))], to: path) }
      }
      try await group.waitForAll()
    }
    let values = try #require(try Safetensors(contentsOf: path).tensor("x")).floats()
    #expect(Set(values).count == 1)
    #expect(try names() == ["shared"])
  }
}
