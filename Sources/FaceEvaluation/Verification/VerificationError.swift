/// Why scores cannot be judged.
public enum VerificationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The lists do not belong together.
  case countMismatch(scores: Int, same: Int, folds: Int)
  /// There are no pairs of the same person, or none of different people.
  case oneClassOnly(same: Int, different: Int)
  /// Every fold needs a pair.
  case tooFewForFolds(pairs: Int, folds: Int)
  /// A fold (from 0) of consecutive pairs holds none of the same person, or none of different people.
  case foldOfOneKind(fold: Int, same: Int, different: Int)
  /// The score of a pair (from 0) is not a finite number.
  case scoreNotFinite(pair: Int, score: String)
  /// `values` numbers are not rows of `dimension` each.
  case embeddingShape(values: Int, dimension: Int)
  /// A pair (from 0) names a row of the embeddings that is not there.
  case noSuchEmbedding(pair: Int, row: Int, rows: Int)
  /// Higher scores are no sign of one person.
  case scoresMeanNothing
  /// One half is reached at a score that no cosine can be.
  case thresholdOutOfReach(Double)
  /// A template's feature holds numbers that are not finite.
  case templateNotFinite
  /// No pair has two templates with a photo that can be read and shows a face.
  case noTemplates(pairs: Int)
  /// No probe's person is in a gallery.
  case noMates(gallery: String)
  /// Nothing can be measured on pairs that had no say.
  case noCrossValidation(reason: String)
  /// One pair of different people is a larger share of them than the false accept rate asked for.
  case tooFewForRate(rate: Double, different: Int)

  public var description: String {
    switch self {
    case .countMismatch(let scores, let same, let folds):
      "\(scores) scores, \(same) answers and \(folds) folds do not belong together; give one of each for every pair"
    case .oneClassOnly(let same, let different):
      "the pairs hold \(same) of the same person and \(different) of different people; verification is judged on "
        + "pairs of both kinds, so add the missing kind"
    case .tooFewForFolds(let pairs, let folds):
      "\(pairs) pairs do not make \(folds) folds; InsightFace's measure needs pairs of both kinds in each"
    case .foldOfOneKind(let fold, let same, let different):
      "fold \(fold + 1) of consecutive pairs holds \(same) of the same person and \(different) of different people; "
        + "InsightFace's measure needs both kinds in each, so mix them or give more"
    case .scoreNotFinite(let pair, let score):
      "the score of pair \(pair + 1) is \(score), not a finite number; look for a damaged model or an embedding of "
        + "length zero"
    case .embeddingShape(let values, let dimension):
      "\(values) numbers are not rows of \(dimension); give one embedding after the other"
    case .noSuchEmbedding(let pair, let row, let rows):
      "pair \(pair + 1) names embedding \(row), but there are \(rows); embed every photo of the pairs' dataset"
    case .scoresMeanNothing:
      "pairs of one person do not score higher than pairs of two: this model cannot verify these photos"
    case .thresholdOutOfReach(let score):
      "a probability of one half is reached at a score of \(score), which no cosine is: these pairs are too few, or too unlike "
        + "those that the model can tell; give more pairs"
    case .templateNotFinite:
      "the features of a template are not finite numbers; look for a damaged model"
    case .noTemplates(let pairs):
      "none of \(pairs) pairs of templates could be compared, for lack of photos; look whether the photos' folder (loose_crop) is "
        + "whole, and with --detect whether faces are found in it"
    case .noMates(let gallery):
      "no probe shows a person of gallery \(gallery); give probes and galleries of one benchmark"
    case .noCrossValidation(let reason): "\(reason); give more pairs of both kinds"
    case .tooFewForRate(let rate, let different):
      "\(different) pairs of different people cannot tell a false accept rate of \(rate): one pair is more than that; ask "
        + "for a higher one, or give more pairs"
    }
  }
}
