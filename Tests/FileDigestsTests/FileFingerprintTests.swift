import FileDigests
import Foundation
import TestSupport
import Testing

/// Against the examples of FIPS 180-4, and what cannot be read.
@Suite struct FileFingerprintTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]) func knownAnswers(text: String, sha256: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("file", text)
    let found = try FileFingerprint(of: folder.path + "/file")
    #expect(found == FileFingerprint(path: folder.path + "/file", bytes: text.utf8.count, sha256: sha256))
  }

  /// Replaced, written to or taken away while it is read, a file is not the one that was read.
  @Test func aFileThatChangesMeanwhileIsRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/file"
    try folder.write("file", "abc")
    let (text, file) = try FileFingerprint.taken(of: path) { try String(contentsOfFile: path, encoding: .utf8) }
    #expect(try text == "abc" && file == FileFingerprint(of: path))
    let changes: [() throws -> Void] = [
      {
        try folder.write("new", "abd")
        _ = rename(folder.path + "/new", path)
      },
      { try folder.write("file", "abcd") },
      { try FileManager.default.removeItem(atPath: path) },
    ]
    for change in changes {
      let error = #expect(throws: FileDigestError.self) { _ = try FileFingerprint.taken(of: path, while: change) }
      #expect(error?.description.contains(path) == true)
    }
    // What reading itself throws comes first.
    #expect(throws: CancellationError.self) {
      _ = try FileFingerprint.taken(of: path) { throw CancellationError() }
    }
  }

  /// A million times "a", the standard's long example: many pieces, and a last one that is not full.
  @Test func longFiles() throws {
    let folder = try TemporaryFolder()
    try folder.write("long", String(repeating: "a", count: 1_000_000))
    let found = try FileFingerprint(of: folder.path + "/long")
    #expect(found.sha256 == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(found.bytes == 1_000_000)
    // As long as a piece: the end is found by an empty one.
    try folder.write("piece", String(repeating: "a", count: 1 << 17))
    #expect(try FileFingerprint(of: folder.path + "/piece").bytes == 1 << 17)
  }

  @Test func whatCannotBeReadIsSaid() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileDigestError.self) { try FileFingerprint(of: folder.path + "/gone") }
    let error = #expect(throws: FileDigestError.self) { try FileFingerprint(of: folder.path) }
    #expect(error?.description.contains(folder.path) == true)
  }
}
