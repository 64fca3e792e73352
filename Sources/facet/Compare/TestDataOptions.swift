import ArgumentParsing
import FaceDatasets
import FaceTraining
import Foundation

/// What the methods of a comparison are measured on.
struct TestDataOptions: ParsableArguments {
  @Option(help: "Photos to measure on; those of --data without it.", valueName: "path") var testData: String?
  @Option(help: "CFP: the folds to measure on.") var testFolds = FoldList(argument: "9")!
  @Option(help: "A CSV of pairs (a,b,same,fold) instead.", valueName: "file") var testPairs: String?
  @Option(help: "Share of each side of a photo that is kept, around its middle.") var centerCrop = 1.0
  @Option(help: "Procedural faces: identities to measure on, ten photos of each.") var testIdentities = 60
  @Flag(help: "Average the embeddings of each photo and its mirror image.") var flip = false

  mutating func validate() throws {
    guard testPairs == nil || testData == nil else {
      throw UsageError("--test-pairs and --test-data exclude each other")
    }
    if let testData, DatasetLayout(of: testData) == .ijb {
      throw UsageError("--test-data \(testData) holds templates, of which there is no comparison: use facet evaluate")
    }
  }

  /// Throws `UsageError` when people that `recipes` are trained on would be measured on. `data` is what --data says.
  func check(_ recipes: [Recipe], data: String?) throws {
    let onPhotos = recipes.filter { !$0.data.path.isEmpty }
    guard testPairs == nil, let first = onPhotos.first else { return }
    guard let measured = testData ?? data else {
      throw UsageError("'\(first.name)' is trained on \(first.data.path); give --test-data or --test-pairs")
    }
    try TestDataOptions.check(
      onPhotos, measured: measured, folds: testFolds, otherwise: "give --test-data or --test-pairs")
  }

  /// Throws `UsageError` when people that `recipes` are trained on are among those at `measured`, of CFP in the folds
  /// `folds`. `remedy` says how to measure on others.
  static func check(_ recipes: [Recipe], measured: String, folds: FoldList, otherwise remedy: String) throws {
    let (layout, measuredPlace) = (DatasetLayout(of: measured), place(measured))
    func isTrained(at path: String, as layout: DatasetLayout?) -> Bool {
      overlap(measuredPlace, place(path, as: layout))
    }
    // InsightFace's pairs are of other people than its training set, though they lie beside it; who packed them may know better.
    if layout == .bin || (layout == .rec && VerificationBin.areBeside(measured)) {
      if recipes.contains(where: { isTrained(at: $0.data.path, as: $0.data.layout) }) {
        CommandOutput.current.printNote("the pairs in \(measured) are taken to be of other people than its train.rec")
      }
      return
    }
    for recipe in recipes {
      guard recipe.data.lfw.isEmpty || !isTrained(at: recipe.data.lfw, as: .lfw) else {
        throw UsageError("\(remedy): '\(recipe.name)' is trained on people of \(measured) too, as data.lfw says")
      }
      guard isTrained(at: recipe.data.path, as: recipe.data.layout) else { continue }
      guard recipe.data.resolvedKind == .cfp, layout == .cfp else {
        throw UsageError(
          "\(remedy): '\(recipe.name)' is trained on photos of \(measured), which has no folds to keep apart for "
            + "measuring")
      }
      try checkFolds(recipe, folds.folds, of: "--test-folds")
    }
  }

  /// Throws `UsageError` when `recipe`, which learns from CFP, learns from one of the folds that `option` names.
  static func checkFolds(_ recipe: Recipe, _ folds: [Int], of option: String) throws {
    guard !recipe.data.folds.isEmpty else {
      throw UsageError("give --folds too, such as 1-8: without it all people of CFP are trained on")
    }
    if let fold = recipe.data.folds.first(where: folds.contains) {
      throw UsageError("'\(recipe.name)' is trained on fold \(fold), which \(option) names too")
    }
  }

  /// Whether photos of one are read from where those of the other are, or within.
  private static func overlap(_ a: [String], _ b: [String]) -> Bool { a.starts(with: b) || b.starts(with: a) }

  /// Where photos are read from, whatever it is called.
  private static func place(_ path: String, as layout: DatasetLayout? = nil) -> [String] {
    URL(fileURLWithPath: OutputCheck.resolved(DatasetLayout.photos(of: path, as: layout))).standardizedFileURL
      .pathComponents
  }

  /// The photos to measure on.
  func photos(trainedOn data: String?) throws -> MeasuredDataOptions {
    var photos = MeasuredDataOptions()
    photos.pairs = testPairs
    photos.data = testPairs == nil ? testData ?? data : nil
    photos.centerCrop = centerCrop
    photos.identities = testIdentities
    photos.take(folds: testFolds)
    try photos.validate()
    return photos
  }
}
