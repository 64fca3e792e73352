/// How procedural people are related: strangers, or families that share everything but some parts.
///
/// Consecutive people are a family. The first of one is a person like any other; each other member is that person with some
/// parts, by turns, of somebody else of their own. They share skull, skin, hair, ears, beard, glasses and all other parts, so
/// that a network has nothing to tell them apart by but those parts.
public struct FaceKinship: Sendable, Hashable, Codable {
  /// People of a family; 1 for strangers.
  public var familySize: Int
  /// Parts in which a member differs from the first, 1 to 8; both eyes are one.
  public var partsApart: Int
  /// Whether photo k of every member is taken like photo k of the first: pose, light, expression, backdrop. Then no photo can be
  /// told from a relative's by how it was taken.
  public var sharesConditions: Bool

  public init(familySize: Int, partsApart: Int = 1, sharesConditions: Bool = false) {
    self.familySize = familySize
    self.partsApart = partsApart
    self.sharesConditions = sharesConditions
  }

  /// People who have nothing in common.
  public static let strangers = FaceKinship(familySize: 1)

  /// The parts that can be exchanged, in their order; `leftEye` stands for both eyes.
  public static let parts: [FacePart] = FacePart.allCases.filter { $0 != .rightEye }

  /// Throws `ProceduralFacesError` when a number is out of range.
  public func validate() throws {
    try ProceduralFacesError.check("family size", familySize, in: 1...1_000_000)
    try ProceduralFacesError.check("parts apart", partsApart, in: 1...FaceKinship.parts.count)
  }

  /// The parts in which member `member` of a family differs from the first; none for the first itself.
  func exchanged(_ member: Int) -> [FacePart] {
    let parts = FaceKinship.parts
    return member == 0 ? [] : (0..<partsApart).map { parts[(member - 1 + $0) % parts.count] }
  }

  /// The person after whom the conditions of a person's photos are drawn.
  func photographed(_ number: Int) -> Int { sharesConditions ? first(ofFamilyOf: number) : number }

  private func first(ofFamilyOf number: Int) -> Int { number - number % familySize }

  /// Person `number`, counted over all families.
  func person(_ number: Int, seed: UInt64) -> FaceIdentity {
    func stranger(_ stream: String, _ number: Int) -> FaceIdentity {
      var random = SeededRandom(seed: seed, stream: stream, number)
      return FaceIdentity(using: &random)
    }
    let head = first(ofFamilyOf: number)
    let first = stranger("procedural identity", head)
    guard number > head else { return first }
    let other = stranger("procedural relative", number)
    return exchanged(number - head).reduce(first) { $0.exchanging($1, with: other) }
  }
}
