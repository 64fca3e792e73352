import FaceImages
import Foundation
import Torch

/// Verification pairs as InsightFace ships them (`lfw.bin`, `cfp_fp.bin`, `agedb_30.bin`, ...): a Python pickle of a list of
/// image files, two a pair, and a list of booleans. It is read without running Python or anything in the file.
public enum VerificationBin {
  /// What tables call the protocols that InsightFace's files are named after.
  static let titles: [(stem: String, title: String)] = [
    ("lfw", "LFW"), ("cfp_ff", "CFP-FF"), ("cfp_fp", "CFP-FP"), ("agedb_30", "AgeDB-30"), ("calfw", "CALFW"),
    ("cplfw", "CPLFW"), ("vgg2_fp", "VGG2-FP"),
  ]

  /// Reads the pairs; no photo is decoded. Ten folds of consecutive pairs, as scikit-learn's `KFold(10)` makes them.
  /// Throws `DatasetError` when the file is missing, damaged, or holds anything but photos and booleans.
  public static func load(_ path: String) throws -> VerificationSet {
    let photos = try BinPhotos(path, name: title(path))
    let folds = folds(photos.same.count)
    let pairs = photos.same.indices.map {
      FacePair(first: 2 * $0, second: 2 * $0 + 1, same: photos.same[$0], fold: folds[$0])
    }
    return VerificationSet(name: photos.name, dataset: photos, pairs: pairs, convention: .insightFace)
  }

  /// The `.bin` files in a folder, the known protocols first; none when `path` is no folder.
  public static func sets(beside path: String) throws -> [VerificationSet] {
    try files(in: path).map { try load(Disk.join(path, $0)) }
  }

  /// Whether a folder holds such files.
  public static func areBeside(_ path: String) -> Bool { (try? files(in: path))?.isEmpty == false }

  private static func files(in path: String) throws -> [String] {
    guard Disk.isFolder(path) else { return [] }
    let files = try Disk.list(path).filter { $0.hasSuffix(".bin") }
    let known = titles.map { $0.stem + ".bin" }.filter(files.contains)
    return known + files.filter { !known.contains($0) }
  }

  private static func title(_ path: String) -> String {
    let file = Disk.name(of: path)
    let stem = file.hasSuffix(".bin") ? String(file.dropLast(4)) : file
    return titles.first { $0.stem == stem }?.title ?? stem
  }

  /// The fold of each of `count` pairs: equal runs, the first of which are one longer where the count cannot be divided.
  public static func folds(_ count: Int, _ folds: Int = 10) -> [Int] {
    let (size, rest) = (count / folds, count % folds)
    return (0..<folds).flatMap { fold in Array(repeating: fold, count: size + (fold < rest ? 1 : 0)) }
  }
}

/// The photos in a `.bin` file, two a pair; nobody has said who they show, so all carry label 0.
struct BinPhotos: FaceDataset, StoredPictures {
  let name: String
  /// Whether each pair shows one person.
  let same: [Bool]
  private let file: MappedFile
  private let photos: [PickleBytes]

  /// Classes and functions of pickled bytes and arrays of bytes: OpenCV's encoder gives NumPy arrays.
  private static let allowed: Set<String> = {
    let modules = ["numpy.core.multiarray", "numpy._core.multiarray"]
    let functions = modules.flatMap { [$0 + "._reconstruct", $0 + ".scalar"] }
    return Set(functions + ["numpy.ndarray", "numpy.dtype", "_codecs.encode", "__builtin__.bytes", "builtins.bytes"])
  }()

  init(_ path: String, name: String) throws {
    self.name = name
    func malformed(_ problem: String) -> DatasetError {
      DatasetError(
        .malformed, path: path, problem: problem,
        remedy: "give InsightFace's pickle of a list of image files and a list of booleans, or copy it again")
    }
    let pickle: Pickle
    do {
      file = try MappedFile(path)
      pickle = try PickleReader.read(file.bytes, allowing: BinPhotos.allowed)
    } catch let error as MappedFileError {
      throw DatasetError(
        .missing, path: path, problem: "cannot be opened (\(error.reason))", remedy: "check the path")
    } catch let error as PickleError {
      throw malformed("the pickle cannot be used, \(error)")
    }
    guard let parts = pickle.sequence(pickle.root), parts.count == 2, let photos = pickle.sequence(parts[0]) else {
      throw malformed("it is a pickle of something else")
    }
    same = try (pickle.booleans(parts[1]) ?? []).enumerated().map { place, value in
      guard let value else { throw malformed("the answer to pair \(place + 1) is neither true nor false") }
      return value
    }
    guard !same.isEmpty, photos.count == 2 * same.count else {
      throw malformed("it holds \(photos.count) photos and \(same.count) answers, not two photos for each answer")
    }
    // A photo that is referred to many times is decoded once.
    var known: [Int: PickleBytes] = [:]
    // Bytes written as text are copied, and no file says the same text for many photos.
    var copied = 0
    let size = file.bytes.count
    self.photos = try photos.enumerated().map { place, value in
      if case .object(let object) = value, let bytes = known[object] { return bytes }
      guard let bytes = pickle.data(value) ?? pickle.array(value) else {
        throw malformed("photo \(place + 1) is no image file but something else")
      }
      if case .object(let object) = value {
        known[object] = bytes
        if case .copied(let copy) = bytes { copied += copy.count }
        guard copied <= size else { throw malformed("its photos are larger than the file") }
      }
      return bytes
    }
  }

  var count: Int { photos.count }
  var identityCount: Int { 1 }
  func label(at index: Int) -> Int { 0 }
  func source(at index: Int) -> String { "\(file.path), photo \(index % 2 + 1) of pair \(index / 2 + 1)" }

  func image(at index: Int, minimumSide: Int?) throws -> Image {
    try decoded(at: index, minimumSide: minimumSide)
  }

  func size(at index: Int) throws -> (width: Int, height: Int) {
    try withPicture(at: index) { try Image.size(of: $0, name: source(at: index)) }
  }

  func withPicture<Result>(at index: Int, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
    switch photos[index] {
    case .mapped(let range):
      do {
        try file.checkSize()
      } catch let error as MappedFileError {
        throw DatasetError(.unreadable, path: file.path, problem: error.reason, remedy: "copy it again")
      }
      return try body(UnsafeRawBufferPointer(rebasing: file.bytes[range]))
    case .copied(let bytes): return try bytes.withUnsafeBytes(body)
    }
  }
}

extension Pickle {
  /// NumPy's names moved from `core` to `_core`.
  private func numpy(_ value: Value?, _ function: String) -> Object? {
    call(value, of: "numpy.core.multiarray.\(function)") ?? call(value, of: "numpy._core.multiarray.\(function)")
  }

  /// The bytes of a NumPy array of bytes or booleans, or nil.
  fileprivate func array(_ value: Value) -> PickleBytes? {
    // __setstate__((version, shape, dtype, is Fortran order, bytes))
    guard let state = sequence(numpy(value, "_reconstruct")?.state), state.count == 5, isBytes(state[2]),
      let shape = sequence(state[1]), let data = data(state[4])
    else { return nil }
    let elements = shape.reduce(1 as Int?) { product, size in
      guard let product, let size = int(size), size >= 0 else { return nil }
      let (value, overflow) = product.multipliedReportingOverflow(by: size)
      return overflow ? nil : value
    }
    return elements == data.count ? data : nil
  }

  private func isBytes(_ dtype: Value) -> Bool {
    call(dtype, of: "numpy.dtype").map { ["u1", "b1", "i1"].contains(text($0.items.first) ?? "") } ?? false
  }

  /// Booleans, or numbers that are 0 or 1, in a list, a tuple or a NumPy array; nil for what is none of these, and in place
  /// of an element that is neither, with which a list ends: each could be long to look at.
  fileprivate func booleans(_ value: Value) -> [Bool?]? {
    if let items = sequence(value) {
      var answers: [Bool?] = []
      for item in items {
        answers.append(boolean(item))
        if answers.last == .some(nil) { break }
      }
      return answers
    }
    switch array(value) {
    case .mapped(let range): return bytes(range).map { $0 < 2 ? $0 == 1 : nil }
    case .copied(let bytes): return bytes.map { $0 < 2 ? $0 == 1 : nil }
    case nil: return nil
    }
  }

  private func boolean(_ value: Value) -> Bool? {
    switch value {
    case .bool(let answer): return answer
    case .int(let number): return number == 0 ? false : number == 1 ? true : nil
    default:
      guard let scalar = numpy(value, "scalar"), scalar.items.count == 2, isBytes(scalar.items[0]),
        let data = data(scalar.items[1]), data.count == 1
      else { return nil }
      switch data {
      case .mapped(let range): return bytes(range)[0] != 0
      case .copied(let bytes): return bytes[0] != 0
      }
    }
  }
}
