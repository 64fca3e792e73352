import ExplainableChannels
import FaceDatasets
import Torch

/// Pairs of a protocol with their photos as network input, a few at a time.
struct PairSource {
  let summary: RemovalProtocol
  /// As many of one person as of two, in an order of their own.
  let pairs: [FacePair]
  let damaged: [DamagedPhoto]
  private let scan: NetworkScan
  private let store: PhotoStore
  /// Pairs in a batch.
  private let size = 8

  /// Draws at most `settings.pairs` of the readable pairs and fixes the threshold on all of them.
  init(_ set: VerificationSet, _ scan: NetworkScan, _ settings: FaithfulnessSettings) throws {
    self.scan = scan
    store = scan.store(set.dataset)
    // The photos alone, whatever the protocol's convention: those that lose pixels have no mirror image beside them.
    let whole = try scan.scores(set, store: store)
    damaged = whole.damaged
    let lost = Set(damaged.map(\.index))
    let readable = set.pairs.filter { !lost.contains($0.first) && !lost.contains($0.second) }
    var random = SeededRandom(seed: settings.seed, stream: "faithfulness pairs")
    let order = random.permutation(readable.count).map { readable[$0] }
    let kinds = [order.filter(\.same), order.filter { !$0.same }]
    // By turns, so that any beginning holds both kinds; no more of one than of the other.
    let half = min(settings.pairs / 2, kinds[0].count, kinds[1].count)
    pairs = (0..<half).flatMap { place in kinds.map { $0[place] } }
    let threshold = try OperatingCurve(scores: whole.scores, same: whole.pairs.map(\.same)).equalError.threshold
    let drawn = VerificationSet(name: set.name, dataset: set.dataset, pairs: pairs)
    let scores = try scan.scores(drawn, store: store).scores
    summary = RemovalProtocol(
      name: set.name, pairs: pairs.count, threshold: threshold,
      accuracy: Share(hits: zip(scores, pairs).count { ($0 >= threshold) == $1.same }, of: pairs.count).value)
  }

  /// A few pairs by the rows of their photos [N, 3, S, S].
  struct Batch {
    let pairs: [PhotoPair]
    let photos: Tensor
  }

  /// Where batches begin.
  var starts: StrideTo<Int> { stride(from: 0, to: pairs.count, by: size) }

  /// The batch that begins at a pair; its photos are read now.
  func batch(at start: Int) throws -> Batch {
    let some = pairs[start..<min(pairs.count, start + size)]
    let photos = Array(Set(some.flatMap { [$0.first, $0.second] })).sorted()
    let rows = Dictionary(uniqueKeysWithValues: photos.enumerated().map { ($1, $0) })
    return Batch(pairs: some.map { PhotoPair(rows[$0.first]!, rows[$0.second]!) }, photos: try input(photos))
  }

  /// The first photos of the pairs, [N, 3, S, S].
  func photos(limit: Int) throws -> Tensor {
    var seen: Set<Int> = []
    let photos = pairs.flatMap { [$0.first, $0.second] }.filter { seen.insert($0).inserted }
    return try input(Array(photos.prefix(limit)))
  }

  private func input(_ photos: [Int]) throws -> Tensor {
    let settings = scan.model.info.input
    let bytes = try store.batch(photos).photos.to(scan.device)
    let maps = [AffineMap](repeating: .centered(settings), count: photos.count)
    return try Tensor.networkInput(bytes, through: maps, size: settings.size)
  }
}
