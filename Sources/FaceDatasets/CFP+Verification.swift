import Foundation

extension CFP {
  /// The two verification protocols of CFP.
  public enum VerificationProtocol: String, Sendable, Codable, CaseIterable, Hashable {
    /// Frontal against frontal.
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case FF
    /// Frontal (first) against profile (second).
    // swift-format-ignore: AlwaysUseLowerCamelCase
    case FP

    var kinds: [Kind] { self == .FF ? [.frontal] : [.frontal, .profile] }
    /// The kind of each column of a split's pairs, found by checking identities over all folds.
    var columns: [Kind] { self == .FF ? [.frontal, .frontal] : [.frontal, .profile] }
  }

  /// The pairs of a protocol, with the photos of just those folds.
  ///
  /// The pairs are `Protocol/Split/{FF,FP}/NN/{same,diff}.txt`: two numbers a line, rows of `Pair_list_F.txt`
  /// (frontal) or `Pair_list_P.txt` (profile). Every pair is checked against the identities it names.
  ///
  /// - Parameter folds: Fold numbers from 1; this dataset's own when nil. `FacePair.fold` counts them from 0.
  /// - Throws: `DatasetError` when a fold is absent or a protocol file is missing or malformed.
  public func verificationSet(_ kind: VerificationProtocol, folds: [Int]? = nil) throws -> VerificationSet {
    let dataset = try CFP(root: root, folds: folds ?? self.folds, kinds: kind.kinds)
    var rows: [Kind: [Int: Int]] = [:]
    for photoKind in kind.kinds { rows[photoKind] = try dataset.pairList(photoKind) }
    let columns = kind.columns.map { rows[$0]! }
    var pairs: [FacePair] = []
    for fold in dataset.folds {
      for same in [true, false] {
        pairs += try dataset.split(kind, fold: fold, same: same, columns: columns)
      }
    }
    return VerificationSet(name: "CFP-\(kind.rawValue)", dataset: dataset, pairs: pairs)
  }

  /// From the numbers in a pair list to this dataset's photos; rows of other folds are left out.
  private func pairList(_ kind: Kind) throws -> [Int: Int] {
    let file = Disk.join(root, "Protocol/Pair_list_\(kind == .frontal ? "F" : "P").txt")
    var photos: [Substring: Int] = [:]
    let prefix = Disk.join(root, "Data/Images/").count
    for index in 0..<count { photos[files.path(at: index).dropFirst(prefix)] = index }
    var rows: [Int: Int] = [:]
    for line in try Disk.lines(file) {
      let fields = line.text.split(separator: " ", omittingEmptySubsequences: true)
      guard fields.count == 2, let row = Int(fields[0]), let images = fields[1].range(of: "Data/Images/") else {
        throw DatasetError(
          .malformed, path: file, line: line.number,
          problem: "expected a number and ../Data/Images/..., found "
            + "\"\(line.text)\"", remedy: "restore the file from CFP's archive")
      }
      if let photo = photos[fields[1][images.upperBound...]] { rows[row] = photo }
    }
    return rows
  }

  private func split(
    _ kind: VerificationProtocol, fold: Int, same: Bool, columns: [[Int: Int]]
  ) throws -> [FacePair] {
    let file = Disk.join(
      root, "Protocol/Split/\(kind.rawValue)/\(Self.padded(fold, 2))/\(same ? "same" : "diff").txt")
    let pairs = try Disk.lines(file).map { line in
      func malformed(_ problem: String, column: Int? = nil) -> DatasetError {
        DatasetError(
          .malformed, path: file, line: line.number, column: column, problem: problem,
          remedy: "restore Protocol from CFP's archive")
      }
      let numbers = line.text.split(separator: ",").map { Int($0.trimmingCharacters(in: .whitespaces)) }
      guard numbers.count == 2, let first = numbers[0], let second = numbers[1] else {
        throw malformed("expected two numbers, found \"\(line.text)\"")
      }
      guard let a = columns[0][first] else { throw malformed("\(first) is no photo of fold \(fold)", column: 1) }
      guard let b = columns[1][second] else { throw malformed("\(second) is no photo of fold \(fold)", column: 2) }
      guard (label(at: a) == label(at: b)) == same else {
        throw malformed("\(first) and \(second) are \(same ? "different people" : "the same person")")
      }
      return FacePair(first: a, second: b, same: same, fold: fold - 1)
    }
    guard !pairs.isEmpty else {
      throw DatasetError(.empty, path: file, problem: "holds no pairs", remedy: "restore it from CFP's archive")
    }
    return pairs
  }
}
