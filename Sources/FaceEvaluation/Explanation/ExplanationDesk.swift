import ExplainableChannels
import FaceDatasets
import FaceImages
import FaceNetworks
import FileDigests
import Torch

/// Explains pairs of photos with one model: what `facet explain` does between reading and writing.
public struct ExplanationDesk {
  public struct Options: Sendable {
    /// Average each photo and its mirror image.
    public var flip: Bool
    /// Leave hidden parts out of the score.
    public var ignoreHidden: Bool
    /// Look for what would flip the decision.
    public var counterfactual: Bool

    public init(flip: Bool = false, ignoreHidden: Bool = false, counterfactual: Bool = false) {
      self.flip = flip
      self.ignoreHidden = ignoreHidden
      self.counterfactual = counterfactual
    }
  }

  public let accountant: FaceAccountant
  public let options: Options
  /// How photos are read.
  public let reader: PhotoReader
  /// What accounts say they were made by; nil leaves it out, and the files' fingerprints with it.
  public let instrument: Provenance.Instrument?
  /// Height of faces in pictures.
  public var side = 400

  private var model: FaceModel { accountant.model }

  public init(
    _ model: FaceModel, options: Options = .init(), reader: PhotoReader = .init(),
    instrument: Provenance.Instrument? = nil
  ) throws {
    accountant = try FaceAccountant(model)
    self.reader = reader
    self.instrument = instrument
    self.options = options
  }

  /// Explains one pair of photo files. Throws `ImageError` when one cannot be read, `DetectionError` when it has no face.
  public func explain(_ a: String, _ b: String) throws -> ExplainedPair {
    let (explanation, match) = try account(a, b)
    return ExplainedPair(explanation, match: match, photoA: try drawn(a), photoB: try drawn(b))
  }

  /// The account of one pair of photo files, without what pictures need. Throws as ``explain(_:_:)``.
  ///
  /// - Parameter counterfactual: Whether to look for what would flip the decision; nil leaves it to the options.
  public func account(
    _ a: String, _ b: String, counterfactual: Bool? = nil
  ) throws -> (explanation: Explanation, match: Match) {
    let (first, second) = (try read(a), try read(b))
    let faces = try accountant.examine(photos: [first.reading.photo, second.reading.photo], flip: options.flip)
    let match = try accountant.match(faces[0], faces[1], ignoreHidden: options.ignoreHidden)
    var explanation = self.explanation(match, first, second)
    if counterfactual ?? options.counterfactual { explanation.counterfactual = try self.counterfactual(match) }
    return (explanation, match)
  }

  /// A photo as every command decodes it for the network, and what its file is where accounts say so.
  private struct ReadPhoto {
    let path: String
    let reading: PhotoReader.Reading
    let file: FileFingerprint?
  }

  private func read(_ path: String) throws -> ReadPhoto {
    func decoded() throws -> PhotoReader.Reading {
      try reader.read(path, minimumSide: model.info.input.storedSide)
    }
    guard instrument != nil else { return ReadPhoto(path: path, reading: try decoded(), file: nil) }
    let (reading, file) = try FileFingerprint.taken(of: path, while: decoded)
    return ReadPhoto(path: path, reading: reading, file: file)
  }

  /// What the network sees of it, at the size of pictures.
  private func drawn(_ path: String) throws -> Image {
    model.info.input.window(of: try reader.read(path, minimumSide: side * 5 / 4).photo, side: side)
  }

  /// Ranks the photos of a gallery for a probe and explains the best few, whose accounts alone have counterfactuals. Photos that
  /// cannot be read or compared are left out and named. Throws ``AccountError`` when the probe itself cannot be compared.
  public func rank(
    _ probe: String, _ gallery: ImageList, best: Int, progress: (Int) -> Void = { _ in }
  ) throws -> (ranking: CandidateRanking, pairs: [ExplainedPair]) {
    let first = try read(probe)
    let face = try accountant.examine(photos: [first.reading.photo], flip: options.flip)[0]
    // A probe that leaves nothing to compare is no fault of the gallery's photos.
    _ = try accountant.score(face, face, ignoreHidden: options.ignoreHidden)
    var found: [(index: Int, explanation: Explanation)] = []
    var damaged: [DamagedPhoto] = []
    for index in 0..<gallery.count {
      let path = gallery.source(at: index)
      do {
        let second = try read(path)
        let other = try accountant.examine(photos: [second.reading.photo], flip: options.flip)[0]
        let match = try accountant.match(face, other, ignoreHidden: options.ignoreHidden)
        found.append((index, explanation(match, first, second)))
      } catch let error
        where error is ImageError || error is FileDigestError || error is DetectionError || error is AccountError
      {
        let wasRead = !(error is ImageError || error is FileDigestError)
        damaged.append(DamagedPhoto(index: index, source: path, reason: "\(error)", wasRead: wasRead))
      }
      progress(index + 1)
    }
    let ranked = found.sorted { ($1.explanation.score, $0.index) < ($0.explanation.score, $1.index) }
    let pairs = try ranked.prefix(best).map { try pair($0.explanation, face, probe, gallery.source(at: $0.index)) }
    let accounts = pairs.map(\.explanation) + ranked.dropFirst(pairs.count).map { $0.explanation }
    let candidates = zip(ranked, accounts).map { item, explanation in
      CandidateRanking.Candidate(name: gallery.files.pathBelowRoot(at: item.index), explanation: explanation)
    }
    return (
      CandidateRanking(probe: probe, model: model.info.name, candidates: candidates, damaged: damaged), pairs
    )
  }

  /// A ranked candidate with what pictures need. It is examined again, since not every candidate's activations can be kept, and
  /// keeps its account, by which it was ranked.
  private func pair(
    _ explanation: Explanation, _ face: ExaminedFace, _ probe: String, _ path: String
  ) throws -> ExplainedPair {
    let photo = try reader.read(path, minimumSide: model.info.input.storedSide).photo
    let other = try accountant.examine(photos: [photo], flip: options.flip)[0]
    let match = try accountant.match(face, other, ignoreHidden: options.ignoreHidden)
    var explanation = explanation
    if options.counterfactual { explanation.counterfactual = try counterfactual(match) }
    return ExplainedPair(explanation, match: match, photoA: try drawn(probe), photoB: try drawn(path))
  }

  private func counterfactual(_ match: Match) throws -> Counterfactual? {
    try match.threshold.map { try accountant.counterfactual(match, threshold: $0) }
  }

  private func explanation(_ match: Match, _ a: ReadPhoto, _ b: ReadPhoto) -> Explanation {
    var explanation = Explanation(
      match, model: model, photoA: a.path, photoB: b.path, flip: options.flip, ignoreHidden: options.ignoreHidden)
    (explanation.boxA, explanation.boxB) = (a.reading.box, b.reading.box)
    (explanation.facesA, explanation.facesB) = (a.reading.faces, b.reading.faces)
    if let instrument, let fileA = a.file, let fileB = b.file {
      explanation.provenance = Provenance(photoA: fileA, photoB: fileB, by: instrument)
    }
    return explanation
  }
}

extension ExplanationDesk {
  /// Writes what another program needs to check an account: `input` [2, 3, S, S], and of each view (photo, mirror image)
  /// `activations` [V, 2, C, H, W] and `embeddings` [V, 2, D], and `channels` [C], what each channel adds to the score.
  public func write(tensorsOf pair: ExplainedPair, to path: String) throws {
    let faces = [pair.match.first, pair.match.second]
    let views = faces[0].views.count
    let size = [faces[0].channels, faces[0].height, faces[0].width]
    let activations = (0..<views).flatMap { view in faces.flatMap { $0.views[view].activations } }
    let embeddings = (0..<views).flatMap { view in faces.flatMap { $0.views[view].embedding } }
    try Safetensors.write(
      [
        (
          "input",
          try model.input([pair.explanation.photoA, pair.explanation.photoB].map { try read($0).reading.photo })
        ),
        ("activations", try Tensor(activations, [views, 2] + size)),
        ("embeddings", try Tensor(embeddings, [views, 2, embeddings.count / views / 2])),
        ("channels", try Tensor(pair.match.account.channels, [size[0]])),
      ], metadata: ["model": model.info.name], to: path)
  }
}
