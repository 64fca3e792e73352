import FaceDatasets

/// The list of parts that a peak can be credited to.
public struct PartVocabulary: Sendable, Equatable {
  /// The parts' names, in the order of their numbers.
  public let names: [String]
  /// The number of each `FacePart` in the order of `allCases`; nil when the list leaves it out.
  let numbers: [UInt8?]

  /// How many parts the list tells apart.
  public var count: Int { names.count }

  /// Each part is `names[number]`; parts that `number` maps to nil are left out.
  private init(names: [String], number: (FacePart) -> UInt8?) {
    self.names = names
    self.numbers = FacePart.allCases.map(number)
  }

  /// All the parts that Facet knows.
  public static let full = PartVocabulary(
    names: FacePart.allCases.map(\.rawValue), number: { UInt8(FacePartLabel.index(of: $0)) })

  /// Eye (left and right as one), brow, nose, mouth and chin; peaks on cheek, jaw or forehead are misses.
  public static let five = PartVocabulary(names: ["brow", "eye", "nose", "mouth", "chin"]) { part in
    switch part {
    case .brow: 0
    case .leftEye, .rightEye: 1
    case .nose: 2
    case .mouth: 3
    case .chin: 4
    case .jaw, .cheek, .forehead: nil
    }
  }

  /// The part's number in this list.
  public func number(of part: FacePart) -> Int? { numbers[FacePartLabel.index(of: part)].map(Int.init) }

  /// The centers of an annotation that the list knows, as numbers and places; those not finite are left out.
  func centers(of annotation: FaceAnnotation) -> [(number: UInt8, x: Float, y: Float)] {
    annotation.centers.compactMap { center in
      guard let number = numbers[FacePartLabel.index(of: center.part)], center.x.isFinite, center.y.isFinite
      else { return nil }
      return (number, center.x, center.y)
    }
  }
}
