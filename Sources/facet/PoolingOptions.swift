import ArgumentParsing
import FaceEvaluation

extension TemplatePooling.Mirror: ExpressibleByArgument {}

/// How the photos of IJB's templates become one feature.
struct PoolingOptions: ParsableArguments {
  @Option(help: "What becomes of a photo's mirror image; without it sum, which adds the embeddings.")
  var mirror: TemplatePooling.Mirror?
  @Flag(help: "Bring each photo's embedding to unit length, instead of letting longer ones count more.")
  var unitLengths = false
  @Flag(help: "Count all photos alike, instead of by the detector's score.") var noDetectorScore = false

  /// Whether any of them was typed.
  var isGiven: Bool { mirror != nil || unitLengths || noDetectorScore }

  var pooling: TemplatePooling {
    var pooling = TemplatePooling()
    if let mirror { pooling.mirror = mirror }
    pooling.keepsLength = !unitLengths
    pooling.weighsByDetector = !noDetectorScore
    return pooling
  }
}
