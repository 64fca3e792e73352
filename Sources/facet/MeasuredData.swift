import ArgumentParsing
import FaceDatasets
import Foundation

/// The photos a model is measured on.
struct MeasuredDataOptions: ParsableArguments {
  @Option(
    help: """
      CFP, LFW, CALFW, CPLFW, AgeDB, IJB-B or IJB-C (evaluate alone), InsightFace's .bin or .rec, or a folder with one \
      folder a person; procedural faces without it.
      """, valueName: "path")
  var data: String?
  @Option(help: "CFP: the folds to measure on, such as 9.") var folds: FoldList?
  @Option(help: "A CSV of pairs (a,b,same,fold) instead.", valueName: "file") var pairs: String?
  @Option(help: "Share of each side of a photo that is kept, around its middle (LFW: 0.6 shows the face).")
  var centerCrop = 1.0
  @OptionGroup var detection: DetectOptions
  @Option(help: "Procedural faces: identities, ten photos of each.") var identities = 60
  @Option(help: "Procedural faces: the first identity; training uses those from 0.") var firstIdentity = 1_000_000
  @Option(help: "The seed of procedural faces and of how faces move.") var seed = 1

  mutating func validate() throws {
    try detection.check(centerCrop: centerCrop)
    guard isWhole || pairs != nil || data != nil else {
      throw UsageError(
        "--detect and --center-crop cut the photos of --data or --pairs: give one of these; procedural faces fill theirs"
      )
    }
    guard pairs == nil || data == nil else { throw UsageError("--pairs and --data exclude each other") }
    guard folds == nil || layout == .cfp else {
      throw UsageError("--folds are folds of CFP: give CFP as --data")
    }
  }

  /// What lies at --data; nil without it.
  private var layout: DatasetLayout? { data.map(DatasetLayout.init) }

  /// Whether photos are taken as they are.
  private var isWhole: Bool { !detection.detect && centerCrop == 1 }

  /// What a dataset is called where it is cut as the options say.
  func named(_ name: String) -> String {
    if detection.detect { return "\(name), cut by --detect" }
    return centerCrop == 1 ? name : "\(name), the middle \(Int((centerCrop * 100).rounded())) % of each side"
  }

  /// The photos cut as the options say.
  private func cut(_ photos: any FaceDataset) throws -> any FaceDataset {
    try detection.apply(to: photos.centerCropped(centerCrop))
  }

  /// Whether --data holds templates instead of pairs.
  var isIJB: Bool { layout == .ijb }

  /// IJB, when that is what lies at --data, and its photos as they are to be cut.
  func openIJB() throws -> (ijb: IJB, photos: any FaceDataset)? {
    guard let data, isIJB else { return nil }
    let ijb = try IJB(root: data)
    return (ijb, try cut(ijb))
  }

  /// Takes the folds of CFP; other data has none.
  mutating func take(folds: FoldList) {
    if layout == .cfp { self.folds = folds }
  }

  /// How faces move where they are measured as moved.
  var moved: MovedFaces {
    var moved = MovedFaces()
    moved.seed = randomSeed
    return moved
  }

  private var randomSeed: UInt64 { UInt64(bitPattern: Int64(seed)) }

  /// What was opened.
  struct Opened {
    var sets: [VerificationSet]
    /// Photos with annotations, for the channels.
    var annotated: (any FaceDataset)?
    /// All photos.
    var photos: any FaceDataset
  }

  /// Opens the photos, cut to their faces where that is asked for.
  func open(side: Int) throws -> Opened {
    var opened = try openWhole(side: side)
    if isWhole { return opened }
    // Protocols share photos, which are looked at once.
    let photos = try cut(opened.photos)
    for place in opened.sets.indices {
      let isShared = opened.sets[place].dataset.name == opened.photos.name
      opened.sets[place].dataset = isShared ? photos : try cut(opened.sets[place].dataset)
    }
    if opened.annotated != nil { opened.annotated = photos }
    opened.photos = photos
    return opened
  }

  private func openWhole(side: Int) throws -> Opened {
    if let pairs { return try opened([PairList.load(pairs)]) }
    guard let data, let layout else {
      return try SettingAssignment.checked {
        let faces = try ProceduralFaces(
          name: "procedural faces", identities: identities, photosPerIdentity: 10, imageSize: max(96, side),
          seed: randomSeed, firstIdentity: firstIdentity)
        return Opened(
          sets: [try faces.verificationSet(pairs: 6000, seed: randomSeed)], annotated: faces, photos: faces)
      }
    }
    switch layout {
    case .cfp:
      let cfp = try CFP(root: data, folds: folds?.folds)
      return Opened(
        sets: [try cfp.verificationSet(.FF), try cfp.verificationSet(.FP)], annotated: cfp.hasLandmarks ? cfp : nil,
        photos: cfp)
    case .lfw: return try opened([LFW(root: data).verificationSet()])
    case .calfw: return try opened([CrossLFW(root: data, kind: .age).verificationSet()])
    case .cplfw: return try opened([CrossLFW(root: data, kind: .pose).verificationSet()])
    case .agedb: return try opened([AgeDB(root: data).verificationSet()])
    case .bin: return try opened([VerificationBin.load(data)])
    case .rec:
      let sets = try VerificationBin.sets(beside: data)
      return try sets.isEmpty ? randomPairs(RecordDataset(data)) : opened(sets)
    case .ijb:
      throw UsageError("--data \(data) holds templates, not pairs of photos: facet evaluate alone measures on them")
    case .folder:
      ImageFolder.strayNote(root: data).map(CommandOutput.current.printNote)
      return try randomPairs(ImageFolder(root: data))
    }
  }

  private func opened(_ sets: [VerificationSet]) -> Opened {
    Opened(sets: sets, annotated: nil, photos: sets[0].dataset)
  }

  /// Pairs drawn from a dataset that comes without any.
  private func randomPairs(_ dataset: any FaceDataset) -> Opened {
    let pairs = RandomPairs.balanced(dataset, count: 6000, seed: randomSeed)
    return opened([VerificationSet(name: dataset.name, dataset: dataset, pairs: pairs)])
  }
}
