import FaceDatasets
import FaceImages
import FaceTraining
import Foundation
import ONNX
import Torch

/// A parser to fuzz: files that it reads, and how a file is read to its end.
public struct FuzzTarget: Sendable {
  public let name: String
  /// Files that are read without an error.
  public let seeds: [Data]
  /// What the file is called.
  let file: String
  /// Files beside it that stay as they are.
  let beside: [(name: String, data: Data)]
  /// Reads everything in the file. Throws for what it refuses.
  let read: @Sendable (_ path: String) throws -> Void

  init(
    _ name: String, file: String, beside: [(name: String, data: Data)] = [], seeds: [Data],
    read: @escaping @Sendable (String) throws -> Void
  ) {
    (self.name, self.file, self.beside, self.seeds, self.read) = (name, file, beside, seeds, read)
  }
}

extension FuzzTarget {
  /// Every parser of files from outside. A new one is a line here.
  public static let all: [FuzzTarget] = [
    rec, idx, bin, pth, safetensors, onnx, jpeg, png, csv, recipe, lst, ijb, pairLabels, nistTable, nistPairs,
  ]

  /// A parser with a fault, which no run includes unless it is named: it takes 256 MiB for what is not its seed. The
  /// fuzzer's own test.
  public static let greedy = FuzzTarget("greedy", file: "x.txt", seeds: [Data("seed".utf8)]) { path in
    guard try bytes(path) != Data("seed".utf8) else { return }
    var taken = [UInt8](repeating: 1, count: 256 << 20)
    taken.withUnsafeMutableBufferPointer { $0[$0.count / 2] = 2 }
  }

  /// Where the fixtures lie that Python wrote.
  private static func fixture(_ name: String) -> Data {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    return (try? Data(contentsOf: tests.appendingPathComponent("TorchTests/Fixtures/insightface/\(name)"))) ?? Data()
  }

  private static func photo(_ red: UInt8) -> Image {
    var image = Image(width: 16, height: 16, color: RGB(red, 90, 60))
    for place in 0..<16 { image[place, place] = RGB(255, UInt8(16 * place), red) }
    return image
  }

  static func made<Result>(_ body: () throws -> Result) -> Result {
    do { return try body() } catch { fatalError("a seed cannot be made: \(error)") }
  }

  /// A folder for making seeds.
  static func inFolder<Result>(_ body: (String) throws -> Result) rethrows -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("facet-fuzz-\(UUID().uuidString)").path
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  private static func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// A training set of four photos of two people: its records, their index and their names.
  private static let packed: (rec: Data, idx: Data, lst: Data) = made {
    try inFolder { folder in
      for (place, name) in ["ann/1.jpg", "ann/2.jpg", "bob/1.jpg", "bob/2.jpg"].enumerated() {
        let path = folder + "/people/" + name
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try photo(UInt8(50 * place)).write(to: path)
      }
      let people = try ImageFolder(root: folder + "/people")
      _ = try RecordPacking(people, side: nil, quality: 60).write(to: folder + "/x.rec", threads: 1)
      return (try bytes(folder + "/x.rec"), try bytes(folder + "/x.idx"), try bytes(folder + "/x.lst"))
    }
  }

  /// Goes on behind a photo that cannot be read, and throws for the first of them in the end.
  private static func readPhotos(_ dataset: any FaceDataset) throws {
    var first: (any Error)?
    for index in 0..<min(dataset.count, 16) {
      _ = dataset.label(at: index)
      _ = try? dataset.size(at: index)
      do { _ = try dataset.image(at: index, minimumSide: 8) } catch { first = first ?? error }
    }
    if let first { throw first }
  }

  static let rec = FuzzTarget("rec", file: "x.rec", seeds: [packed.rec, packed.rec.dropFirst(40), magicInPhoto]) {
    try readPhotos(RecordDataset($0))
  }

  /// A record in parts.
  private static let magicInPhoto: Data = made {
    var bytes = Data()
    func add(_ word: UInt32) { withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) } }
    let jpeg = try photo(7).jpegData()
    // A comment whose bytes are the magic number at a multiple of 4, which the writer leaves out.
    let start = Data(count: 24) + jpeg.prefix(2) + [0xff, 0xfe, 0, 8, 0, 0]
    for (flag, part) in [(1, start), (3, Data(jpeg.dropFirst(2)))] {
      add(0xced7_230a)
      add(UInt32(flag << 29 | part.count))
      bytes += part + Data(count: (4 - part.count % 4) % 4)
    }
    return bytes
  }

  static let idx = FuzzTarget("idx", file: "x.idx", beside: [("x.rec", packed.rec)], seeds: [packed.idx]) {
    try readPhotos(RecordDataset(String($0.dropLast(3)) + "rec"))
  }

  static let lst = FuzzTarget(
    "lst", file: "x.lst", beside: [("x.rec", packed.rec), ("x.idx", packed.idx)], seeds: [packed.lst]
  ) { _ = try RecordUnpacking(RecordDataset(String($0.dropLast(3)) + "rec")) }

  static let ijb = FuzzTarget(
    "ijb", file: "meta/ijbc_face_tid_mid.txt", seeds: [Data("1.jpg 10 7\n2.jpg 3 5\r\n".utf8)]
  ) { _ = try IJB(root: String($0.dropLast("/meta/ijbc_face_tid_mid.txt".count))) }

  static let pairLabels = FuzzTarget(
    "ijb-pairs", file: "meta/ijbc_template_pair_label.txt",
    beside: [("meta/ijbc_face_tid_mid.txt", Data("1.jpg 10 7\n2.jpg 3 5\n".utf8))],
    seeds: [Data("3 10 1\n10 10 0\n".utf8)]
  ) { path in
    let ijb = try IJB(root: String(path.dropLast("/meta/ijbc_template_pair_label.txt".count)))
    try ijb.forEachPair { _, _, _ in }
  }

  private static let nistTables = ["3,1,img/2.jpg,1,2,30,40", "10,1,frames/7_1.jpg,1,2.0,30,40"].map {
    Data("TEMPLATE_ID,SUBJECT_ID,FILENAME,FACE_X,FACE_Y,FACE_WIDTH,FACE_HEIGHT\n\($0)\r\n".utf8)
  }

  static let nistTable = FuzzTarget(
    "ijb-table", file: "protocols/test1/enroll_templates.csv",
    beside: [("protocols/test1/verif_templates.csv", nistTables[1])], seeds: nistTables
  ) { _ = try IJB(root: String($0.dropLast("/protocols/test1/enroll_templates.csv".count))) }

  static let nistPairs = FuzzTarget(
    "ijb-matches", file: "protocols/test1/match.csv",
    beside: [
      ("protocols/test1/enroll_templates.csv", nistTables[0]), ("protocols/test1/verif_templates.csv", nistTables[1]),
    ], seeds: [Data("A,B\n3,10\n10,10\n".utf8)]
  ) { path in
    let ijb = try IJB(root: String(path.dropLast("/protocols/test1/match.csv".count)))
    try ijb.forEachPair { _, _, _ in }
  }

  static let bin = FuzzTarget(
    "bin", file: "x.bin",
    seeds: (0...5).map { fixture("pairs-\($0).bin") } + ["arrays-2.bin", "arrays-4.bin", "answers.bin"].map(fixture)
      + [photoPairs]
  ) { path in
    let set = try VerificationBin.load(path)
    // Most of the seeds hold no pictures, only bytes.
    try? readPhotos(set.dataset)
  }

  /// Pairs of photos that can be decoded.
  private static let photoPairs: Data = made {
    try inFolder { folder in
      try photo(3).write(to: folder + "/a.jpg")
      try photo(200).write(to: folder + "/b.jpg")
      let list = ImageList(name: "pairs", paths: [folder + "/a.jpg", folder + "/b.jpg"])
      let pairs = [(0, 1, false), (0, 0, true)].map { FacePair(first: $0.0, second: $0.1, same: $0.2, fold: 0) }
      let packing = try BinPacking(VerificationSet(name: "x", dataset: list, pairs: pairs), side: nil)
      _ = try packing.write(to: folder + "/x.bin", threads: 1)
      return try bytes(folder + "/x.bin")
    }
  }

  static let pth = FuzzTarget(
    "pth", file: "x.pth", seeds: ["state.pth", "state-legacy.pth", "checkpoint.pth"].map(fixture)
  ) { path in
    for (_, tensor) in try PyTorchFile(contentsOf: path).tensors() { _ = try tensor.contiguous().doubles() }
  }

  static let safetensors = FuzzTarget("safetensors", file: "x.safetensors", seeds: [fixture("state.safetensors")]) {
    for (_, tensor) in try Safetensors(contentsOf: $0).tensors() { _ = try tensor.doubles() }
  }

  static let jpeg = FuzzTarget(
    "jpeg", file: "x.jpg", seeds: made { [try photo(9).jpegData(), try photo(80).jpegData(quality: 20)] }
  ) { path in
    _ = try? Image.size(ofFile: path)
    // Memory goes by the picture's size, which the caller limits.
    _ = try Image(contentsOf: path, maximumPixels: 1 << 18)
  }

  static let png = FuzzTarget("png", file: "x.png", seeds: made { [try photo(9).pngData()] }) { path in
    _ = try? Image.size(ofFile: path)
    _ = try Image(contentsOf: path, maximumPixels: 1 << 18)
  }

  static let csv = FuzzTarget(
    "csv", file: "x.csv", beside: [("a.jpg", made { try photo(1).jpegData() }), ("b.jpg", Data())],
    seeds: ["a,b,same,fold\na.jpg,b.jpg,1,0\n\"a.jpg\",b.jpg,no,3\r\n", "a.jpg,b.jpg,true\n"].map { Data($0.utf8) }
  ) { _ = try PairList.load($0) }

  static let recipe = FuzzTarget(
    "recipe", file: "x.json",
    seeds: made {
      [
        Data(try RecipeFile.text(Recipe()).utf8),
        Data(
          "{\"seed\": 3, \"network\": {\"width\": 0.5, \"targetStage\": 3}, \"training\": {\"stepEpochs\": [1, 2]}}"
            .utf8),
      ]
    }
  ) { _ = try RecipeFile.load($0) }
}
