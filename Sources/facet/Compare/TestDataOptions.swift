import ArgumentParsing
import FaceTraining

/// What the methods of a comparison are measured on.
struct TestDataOptions: ParsableArguments {
  @Option(help: "Photos to measure on; those of --data without it.", valueName: "path") var testData: String?
  @Option(help: "CFP: the folds to measure on.") var testFolds = FoldList(argument: "9")!
  @Option(help: "A CSV of pairs (a,b,same,fold) instead.", valueName: "file") var testPairs: String?
  @Option(help: "Share of each side of a photo that is kept, around its middle.") var centerCrop = 1.0
  @Option(help: "Procedural faces: identities to measure on, ten photos of each.") var testIdentities = 60
  @Flag(help: "Average the embeddings of each photo and its mirror image.") var flip = false

  /// Throws `UsageError` when people would be trained and tested on.
  func check(trainedOn data: String?, folds: FoldList?) throws {
    guard testPairs == nil || testData == nil else {
      throw UsageError("--test-pairs and --test-data exclude each other")
    }
    guard let data, testPairs == nil, testData == nil || testData == data else { return }
    var settings = DataSettings()
    settings.path = data
    guard settings.resolvedKind == .cfp else {
      throw UsageError("give --test-data or --test-pairs: --data has no folds to keep apart for measuring")
    }
    guard let folds else {
      throw UsageError("give --folds too, such as 1-8: without it all people of CFP are trained on")
    }
    if let fold = folds.folds.first(where: testFolds.folds.contains) {
      throw UsageError("fold \(fold) is in --folds and in --test-folds; nobody may be trained and tested on")
    }
  }

  /// The photos to measure on.
  func photos(trainedOn data: String?) throws -> MeasuredDataOptions {
    var photos = MeasuredDataOptions()
    photos.pairs = testPairs
    photos.data = testPairs == nil ? testData ?? data : nil
    photos.centerCrop = centerCrop
    photos.identities = testIdentities
    var settings = DataSettings()
    settings.path = photos.data ?? ""
    if settings.resolvedKind == .cfp { photos.folds = testFolds }
    try photos.validate()
    return photos
  }
}
