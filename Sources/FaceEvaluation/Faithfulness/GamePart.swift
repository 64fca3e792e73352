import FaceDatasets

/// A part of the face that one person can take from another as a whole: both eyes go together.
public enum GamePart: String, Codable, CodingKeyRepresentable, CaseIterable, Sendable {
  case brow, eyes, nose, mouth, chin, jaw, cheek, forehead

  /// The parts of masks and accounts that belong to it.
  public var parts: [FacePart] {
    switch self {
    case .brow: [.brow]
    case .eyes: [.leftEye, .rightEye]
    case .nose: [.nose]
    case .mouth: [.mouth]
    case .chin: [.chin]
    case .jaw: [.jaw]
    case .cheek: [.cheek]
    case .forehead: [.forehead]
    }
  }

  /// The number of each label of a ``PartMap``; nil for labels of no part.
  static let numbers: [Int?] = (0...255).map { label in
    allCases.firstIndex { $0.parts.contains { Int(PartMap.label(of: $0)) == label } }
  }
}
