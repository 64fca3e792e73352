import ExplainableChannels
import FileDigests
import Foundation

/// An account made again from its files, beside what was written down.
public struct ExplanationAudit: Encodable, Sendable {
  /// A file that the account names.
  public struct File: Encodable, Sendable {
    public enum State: String, Encodable, Sendable { case same, changed, missing }

    /// Where it was found; of a missing one where it was looked for last.
    public let path: String
    public let state: State
    /// What the account says of it.
    public let recorded: FileFingerprint

    /// Looks for the file in several places: the first that holds its bytes counts, else the first that holds others. What cannot
    /// be read counts as missing, and so does another file of the account that goes by the same name in another folder, one of
    /// `namesakes` by its digest: it is that one and not this one changed.
    public init(_ recorded: FileFingerprint, in places: [String], namesakes: Set<String> = []) {
      let digests = namesakes.subtracting([recorded.sha256.lowercased()])
      let found = places.lazy.compactMap { try? FileFingerprint(of: $0) }.filter { !digests.contains($0.sha256) }
      let isSame = { (file: FileFingerprint) in
        file.sha256 == recorded.sha256.lowercased() && file.bytes == recorded.bytes
      }
      let file = found.first(where: isSame) ?? found.first
      self.recorded = recorded
      path = file?.path ?? places.last ?? recorded.path
      state = file.map { isSame($0) ? .same : .changed } ?? .missing
    }

    /// What it is called in its folder.
    fileprivate static func name(_ file: FileFingerprint) -> Substring? { file.path.split(separator: "/").last }
  }

  public let photoA: File
  public let photoB: File
  public let model: File
  /// The score that was written down.
  public let score: Double
  /// The score of the same files now; nil where one is changed or missing.
  public let found: Double?
  /// The largest difference of the score and of any line of the account; nil where it was not made again, or has other lines.
  public let largestDifference: Double?
  /// What does not agree, in words.
  public let objections: [String]
  /// Whether all files are the same and the account came out as it was written down.
  public let holds: Bool

  /// Differences of numbers up to this much are another machine's rounding.
  public static let tolerance = 1e-4

  /// `objections`: what speaks against the record before anything is made again.
  fileprivate init(
    _ record: ExplanationRecord.Account, model: File, photos: [File], objections: [String],
    account: ExplanationRecord.Accountant
  ) throws {
    let recorded = record.explanation
    (photoA, photoB, self.model, score) = (photos[0], photos[1], model, recorded.score)
    let files = [("photo A", photoA), ("photo B", photoB), ("the model", model)]
    var found =
      files.filter { $0.1.state != .same }.map { "\($0.0) is \($0.1.state.rawValue): \($0.1.path)" } + objections
    let again = found.isEmpty ? try Self.again(recorded, photoA, photoB, account) : nil
    if let again { found = try record.document.differences(from: JSONValue(again), tolerance: Self.tolerance) }
    self.found = again?.score
    largestDifference = again.flatMap { Self.largestDifference(recorded, $0) }
    self.objections = found
    holds = found.isEmpty
  }

  /// The account made again, as it is written down where nothing was changed.
  private static func again(
    _ recorded: Explanation, _ photoA: File, _ photoB: File, _ account: ExplanationRecord.Accountant
  ) throws -> Explanation {
    var again = try account(photoA.path, photoB.path, recorded.counterfactual != nil)
    (again.photoA, again.photoB) = (photoA.recorded.path, photoB.recorded.path)
    // At the very edge rounding alone may turn a decision, and with it what would flip it.
    if let threshold = again.threshold, abs(again.score - threshold) <= tolerance, again.same != recorded.same {
      (again.same, again.counterfactual) = (recorded.same, recorded.counterfactual)
    }
    return again
  }

  private static func largestDifference(_ a: Explanation, _ b: Explanation) -> Double? {
    guard a.parts.map(\.part) == b.parts.map(\.part) else { return nil }
    return zip(a.parts, b.parts).map { abs($0.contribution - $1.contribution) }.reduce(abs(a.score - b.score), max)
  }
}

/// What `facet explain` wrote down: a pair's account, or a gallery's, best first.
public struct ExplanationRecord: Sendable {
  struct Account: Sendable {
    let explanation: Explanation
    let provenance: Provenance
    /// The same as it stands in the file, but for its origin and how long it took.
    let document: JSONValue
    /// What of these `facet explain` does not write.
    let strange: [String]
  }

  let accounts: [Account]
  /// Keys beside a gallery's candidates that `facet explain` does not write.
  private let strangeKeys: [String]

  /// Makes the account of two photos again, with or without what would flip the decision.
  public typealias Accountant = (_ a: String, _ b: String, _ counterfactual: Bool) throws -> Explanation

  public var count: Int { accounts.count }
  /// The first account: all are made with its model and settings.
  public var first: Explanation { accounts[0].explanation }
  public var model: FileFingerprint { accounts[0].provenance.model }
  /// The photos of all accounts.
  public var photos: [FileFingerprint] { accounts.flatMap { [$0.provenance.photoA, $0.provenance.photoB] } }

  public enum Failure: Error, Sendable {
    /// No `explanation.json`, or one with a key twice.
    case notAnExplanation
    /// It is of a gallery in which nothing could be compared.
    case withoutAccounts
    /// It does not name its files: an older Facet wrote it.
    case withoutOrigin
  }

  private struct Gallery: Decodable { let candidates: [Explanation] }

  /// Throws ``Failure``.
  public init(_ bytes: Data) throws {
    let decoder = JSONDecoder()
    decoder.dateDecodingStrategy = .iso8601
    guard let document = JSONValue(document: bytes) else { throw Failure.notAnExplanation }
    strangeKeys =
      document["candidates"] == nil
      ? [] : document.keys.filter { !["candidates", "damaged", "seconds"].contains($0) }.sorted()
    let documents = document["candidates"].map { $0.items ?? [] } ?? [document]
    let explanations =
      document["candidates"] == nil
      ? (try? decoder.decode(Explanation.self, from: bytes)).map { [$0] }
      : (try? decoder.decode(Gallery.self, from: bytes))?.candidates
    guard let explanations, explanations.count == documents.count else { throw Failure.notAnExplanation }
    guard !explanations.isEmpty else { throw Failure.withoutAccounts }
    accounts = try zip(explanations, documents).map { explanation, document in
      guard let provenance = explanation.provenance else { throw Failure.withoutOrigin }
      return Account(
        explanation: explanation, provenance: provenance,
        document: document.without("provenance").without("seconds"),
        strange: try ExplanationRecord.strange(document, provenance))
    }
  }

  /// What stands beside the versions, the device, the time and the duration, which are taken as they are written.
  private static func strange(_ document: JSONValue, _ provenance: Provenance) throws -> [String] {
    let written = try JSONValue(provenance).without("date")
    let origin = document["provenance"]?.without("date") ?? .null
    let objections = origin.differences(from: written, tolerance: 0, place: "provenance")
    guard let duration = document["seconds"] else { return objections }
    if case .number(let seconds) = duration, seconds >= 0 { return objections }
    return objections + ["seconds is no duration"]
  }

  /// Makes every account again, where all its files are the same.
  ///
  /// - Parameters:
  ///   - model: The model's file.
  ///   - places: Where a photo may lie, the likeliest place first.
  ///   - account: Makes accounts with that model and the first account's settings.
  public func audit(
    model: ExplanationAudit.File, places: (FileFingerprint) -> [String], progress: (Int) -> Void = { _ in },
    account: Accountant
  ) throws -> [ExplanationAudit] {
    let digests = Dictionary(grouping: photos, by: ExplanationAudit.File.name)
      .mapValues { Set($0.map { $0.sha256.lowercased() }) }
    func file(_ recorded: FileFingerprint) -> ExplanationAudit.File {
      .init(recorded, in: places(recorded), namesakes: digests[ExplanationAudit.File.name(recorded)] ?? [])
    }
    // A gallery has one probe.
    let probe = file(accounts[0].provenance.photoA)
    return try accounts.enumerated().map { index, record in
      defer { progress(index + 1) }
      let (photoA, photoB) = (record.provenance.photoA, record.provenance.photoB)
      return try ExplanationAudit(
        record, model: model, photos: [photoA == probe.recorded ? probe : file(photoA), file(photoB)],
        objections: objections(at: index), account: account)
    }
  }

  /// What cannot be of one gallery.
  private func objections(at index: Int) -> [String] {
    guard index > 0 else {
      return strangeKeys.map { "\($0) is recorded and does not come out" } + accounts[0].strange
    }
    let (own, first, previous) = (accounts[index], accounts[0], accounts[index - 1])
    func settings(_ account: Account) -> [JSONValue?] {
      ["flip", "ignoreHidden", "model", "threshold", "thresholdSource"].map { account.document[$0] }
    }
    var objections = own.strange
    if own.provenance.model != first.provenance.model || settings(own) != settings(first) {
      objections.append("it is recorded with another model or other settings than the first")
    }
    if own.provenance.photoA != first.provenance.photoA { objections.append("it is recorded with another probe") }
    if own.explanation.counterfactual != nil, previous.explanation.counterfactual == nil {
      objections.append("it has a counterfactual and the one before it has none")
    }
    if !(own.explanation.score <= previous.explanation.score) { objections.append("it is ranked behind a lower score") }
    return objections
  }
}
