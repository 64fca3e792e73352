import Foundation
import Testing
import Torch

@Suite struct PickleTests {
  private func fixture(_ name: String) throws -> Data {
    let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return try Data(contentsOf: here.appendingPathComponent("Fixtures/insightface/\(name)"))
  }

  private func read<Result>(
    _ data: Data, allowing allowed: Set<String>? = nil, _ body: (Pickle) throws -> Result
  ) throws -> Result {
    try data.withUnsafeBytes { try body(PickleReader.read($0, allowing: allowed)) }
  }

  private func bytes(_ pickle: Pickle, _ value: Pickle.Value) -> [UInt8]? {
    switch pickle.data(value) {
    case .mapped(let range): pickle.bytes(range)
    case .copied(let bytes): bytes
    case nil: nil
    }
  }

  /// What scripts/fixtures/make_insightface_fixtures.py pickles.
  private let photos: [[UInt8]] = [
    [0xff, 0xd8] + Array("first".utf8), [], Array(0...255) + Array(0...255), Array("fourth\n'\"\\".utf8),
  ]

  @Test(arguments: 0...5)
  func readsPythonsBytesInEveryProtocol(version: Int) throws {
    try read(fixture("pairs-\(version).bin")) { pickle in
      let root = try #require(pickle.sequence(pickle.root))
      let list = try #require(pickle.sequence(root[0]))
      #expect(list.map { bytes(pickle, $0) } == photos)
      #expect(pickle.sequence(root[1]) == [.bool(true), .bool(false)])
    }
  }

  @Test func readsNumbersAndTexts() throws {
    let text = "(lp0\nI5\naI-7\naL123456789012L\naF2.5\naS'a\\x00\\'b\\\\'\naVz\\u00e9\\U0001f600\naNag0\na."
    try read(Data(text.utf8)) { pickle in
      let items = try #require(pickle.sequence(pickle.root))
      #expect(Array(items.prefix(4)) == [.int(5), .int(-7), .int(123_456_789_012), .float(2.5)])
      #expect(bytes(pickle, items[4]) == [97, 0, 39, 98, 92])
      #expect(pickle.text(items[5]) == "zé😀")
      // The list holds itself.
      #expect(items[6] == .none && items[7] == pickle.root)
    }
    let binary: [UInt8] =
      [0x80, 2, 0x28, 0x4a, 0xfe, 0xff, 0xff, 0xff, 0x8a, 2, 0x00, 0x80, 0x8a, 0]
      + [0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0x55, 2, 0xff, 0xd8, 0x74, 0x2e]
    try read(Data(binary)) { pickle in
      let items = try #require(pickle.sequence(pickle.root))
      #expect(Array(items.prefix(4)) == [.int(-2), .int(-32768), .int(0), .float(1.5)])
      #expect(bytes(pickle, items[4]) == [0xff, 0xd8], "a string of Python 2 is bytes")
    }
  }

  @Test func namesWhatItRefusesAndRunsNothing() throws {
    let attack = Data("cos\nsystem\n(S'touch /tmp/facet-was-here'\ntR.".utf8)
    let error = #expect(throws: PickleError.self) { try read(attack, allowing: ["numpy.ndarray"]) { _ in } }
    #expect(error?.reason.contains("'os.system'") == true)
    // Without a list of names it stays a description.
    try read(attack) { pickle in
      #expect(pickle.call(pickle.root, of: "os.system") != nil && pickle.data(pickle.root) == nil)
    }
    let unknown = #expect(throws: PickleError.self) { try read(Data([0x80, 4, 0x97, 0x2e])) { _ in } }
    #expect(unknown?.reason.contains("0x97") == true && unknown?.offset == 2)
  }

  @Test(
    arguments: [
      [], [0x2e], [0x80], [0x80, 9, 0x2e], [0x28], [0x65, 0x2e], [0x5d, 0x65, 0x2e], [0x28, 0x61, 0x2e], [0x4b],
      [0x68, 0, 0x2e], [0x54, 0xff, 0xff, 0xff, 0xff], [0x8e, 255, 255, 255, 255, 255, 255, 255, 255, 0x2e],
      [0x4b, 1, 0x4b, 1, 0x52, 0x2e], [0x4b, 1, 0x62, 0x2e], [0x4b, 1, 0x51, 0x2e], [0x28, 0x4b, 1, 0x64, 0x2e],
      [0x49, 0x31], [0x49, 0x78, 10, 0x2e], [0x5d, 0x4b, 1, 0x4b, 2, 0x73, 0x2e], [0x28, 0x30, 0x2e], [0x32, 0x2e],
      [0x53, 0x27, 0x5c, 10], [0x53, 0x27, 0x5c, 0x27, 10, 0x2e], [0x56, 0x5c, 0x75, 0x31, 10, 0x2e],
    ] as [[UInt8]])
  func refusesDamage(code: [UInt8]) {
    #expect(throws: PickleError.self) { try read(Data(code)) { _ in } }
  }

  /// One long text that every key refers to would be copied for each.
  @Test func longTextsAreNoKeys() throws {
    func dictionary(_ text: Int) -> Data {
      let key = [0x58, UInt8(text & 255), UInt8(text >> 8), 0, 0] + [UInt8](repeating: 97, count: text)
      return Data([0x80, 2, 0x7d, 0x28] + key + [0x71, 0, 0x4e] + [0x68, 0, 0x4e, 0x68, 0, 0x4e] + [0x75, 0x2e])
    }
    try read(dictionary(1024)) { #expect($0.dictionary($0.root)?.count == 3) }
    try read(dictionary(1025)) { #expect($0.dictionary($0.root)?.count == 0) }
  }

  @Test func memoryIsBoundedByTheFile() {
    let lists = Data(repeating: 0x5d, count: 4 << 20)
    let error = #expect(throws: PickleError.self) { try read(lists) { _ in } }
    #expect(error?.reason.contains("far more objects") == true)
    // Nested tuples are freed without recursion.
    let nested = Data([0x29]) + Data(repeating: 0x85, count: 5000) + Data([0x2e])
    #expect(throws: Never.self) { try read(nested) { _ in } }
  }
}
