import FaceDatasets
import Foundation
import Testing
import Torch

@testable import ExplainableChannels

@Suite struct TemplateTermsTests {
  /// Positive numbers of double precision.
  private func noise(_ shape: Int..., seed: UInt64, _ range: ClosedRange<Double> = 0.1...1) throws -> Tensor {
    var random = SeededRandom(seed: seed)
    return try Tensor((0..<shape.reduce(1, *)).map { _ in random.uniform(range) }, shape)
  }

  /// One picture of templates, each with ones at its (column, row) places, [1, K, side, side].
  private func templates(_ side: Int, _ parts: [[(Int, Int)]]) throws -> Tensor {
    var values = [Double](repeating: 0, count: parts.count * side * side)
    for (part, places) in parts.enumerated() {
      for (column, row) in places { values[(part * side + row) * side + column] = 1 }
    }
    return try Tensor(values, [1, parts.count, side, side])
  }

  private func expect(
    _ value: Tensor, _ wanted: Double, within tolerance: Double = 1e-9, at location: SourceLocation = #_sourceLocation
  ) throws {
    let found = try value.item()
    #expect(abs(found - wanted) <= tolerance, "\(found) is not \(wanted)", sourceLocation: location)
  }

  // MARK: Gradients

  @Test func hasRightGradients() throws {
    let (a, b) = (try noise(2, 3, 6, 6, seed: 1), try noise(2, 3, 6, 6, seed: 2))
    try expectGradients(of: [noise(2, 6, 6, 6, seed: 3), a]) { try TemplateTerms.match($0[0], $0[1]) }
    // Five channels for three templates.
    try expectGradients(of: [noise(2, 5, 6, 6, seed: 6), a]) { try TemplateTerms.match($0[0], $0[1]) }
    try expectGradients(of: [a]) { try TemplateTerms.concentration($0[0]) }
    try expectGradients(of: [a]) { try TemplateTerms.presence($0[0]) }
    try expectGradients(of: [a]) { try TemplateTerms.presence($0[0], cells: 1, share: 0.5) }
    try expectGradients(of: [a]) { try TemplateTerms.balance($0[0]) }
    // Centroids of noise lie near each other, so that all pairs count. The last column's ones are each template's largest value,
    // which gets no gradient.
    try expectGradients(of: [noise(2, 3, 6, 5, seed: 9, 0.1...0.9)]) {
      try TemplateTerms.crowding(.concatenated([$0[0], .ones([2, 3, 6, 1], dtype: .float64)], 3), distance: 0.5)
    }
    try expectGradients(of: [a, b]) { try TemplateTerms.difference($0[0], $0[1]) }
    try expectGradients(of: [a]) { try TemplateTerms.structure($0[0], noise(2, 1, 6, 6, seed: 8)) }
    try expectGradients(of: [noise(2, 1, 6, 6, seed: 4)]) { try TemplateTerms.background($0[0]) }
    // Cosines of both signs, of which only the positive count.
    try expectGradients(of: [noise(2, 4, 5, seed: 5, -1...1)]) { try TemplateTerms.distinctness($0[0]) }
  }

  // MARK: Matching

  @Test func matchesChannelsThatShowTheirTemplate() throws {
    let parts = try templates(5, [[(1, 1), (2, 1)], [(3, 4)]])
    // Channels 0 and 1 belong to part 0, 2 and 3 to part 1; a cosine does not mind the scale.
    let own = try Tensor.concatenated([parts[0..<1].sliced(1, 0..<1), parts.sliced(1, 0..<1) * 7], 1)
    let other = try Tensor.concatenated([parts.sliced(1, 1..<2), parts.sliced(1, 1..<2) * 0.1], 1)
    try expect(TemplateTerms.match(Tensor.concatenated([own, other], 1), parts), 0, within: 1e-9)
    try expect(TemplateTerms.match(Tensor.concatenated([other, own], 1), parts), 1)
    // A dead channel matches nothing: half of these.
    try expect(TemplateTerms.match(Tensor.concatenated([own, other * 0], 1), parts), 0.5, within: 1e-9)
    // Half of a template's two places: a cosine of 1 / sqrt(2) on two of four channels.
    let half = try templates(5, [[(1, 1)], [(1, 1)]])
    try expect(TemplateTerms.match(Tensor.concatenated([half, other], 1), parts), 1 - (0.5.squareRoot() + 1) / 2)
  }

  @Test func sharesOutChannelsThatDoNotDivide() throws {
    let parts = try templates(5, [[(1, 1), (2, 1)], [(3, 4)]])
    let (first, second) = (try parts.sliced(1, 0..<1), try parts.sliced(1, 1..<2))
    // floor(c 2 / 3): channels 0 and 1 belong to part 0, channel 2 to part 1.
    try expect(TemplateTerms.match(Tensor.concatenated([first, first, second], 1), parts), 0)
    try expect(TemplateTerms.match(Tensor.concatenated([first, second, second], 1), parts), 1.0 / 3)
  }

  @Test func channelsAreSilentWhereTheirPartIsAbsent() throws {
    // Part 0 is on the first photo only, part 1 on both; energies 3 and 1 for the first channel, 2 and 2 for the second.
    let parts = try Tensor.concatenated([templates(2, [[(0, 0)], [(1, 1)]]), templates(2, [[], [(1, 1)]])], 0)
    func target(_ energies: [Double]) throws -> Tensor {
      try Tensor(energies.flatMap { [Double](repeating: $0, count: 4) }, [2, 2, 2, 2])
    }
    // Of four only channel 0 on photo 1 counts: 1 over the mean, 2.
    try expect(TemplateTerms.silence(target([3, 2, 1, 2]), parts), 0.5 / 4, within: 1e-6)
    try expect(TemplateTerms.silence(target([3, 2, 0, 2]), parts), 0)
    // A channel's scale does not matter.
    try expect(TemplateTerms.silence(target([30, 2, 10, 2]), parts), 0.5 / 4, within: 1e-6)
    // Against what is usual, templates that are weak on all photos silence nobody: absences are 0 and 1, then 0 and 0.
    for strength in [1, 0.1] {
      try expect(
        TemplateTerms.silence(target([3, 2, 1, 2]), parts * strength, isRelative: true), 0.5 / 4, within: 1e-4)
    }
    #expect(try TemplateTerms.silence(target([3, 2, 1, 2]), parts * 0.1).item() > 0.9)
    let even = try Tensor.concatenated([parts[0..<1], parts[0..<1]], 0) * 0.1
    try expect(TemplateTerms.silence(target([3, 2, 1, 2]), even, isRelative: true), 0, within: 1e-4)
  }

  @Test func matchesAsTheSumsSay() throws {
    let (target, parts) = (try noise(2, 6, 4, 4, seed: 6), try noise(2, 3, 4, 4, seed: 7))
    let (x, t) = (try target.doubles(), try parts.doubles())
    var total = 0.0
    for image in 0..<2 {
      for channel in 0..<6 {
        let map = x[((image * 6 + channel) * 16)...].prefix(16)
        let template = t[((image * 3 + channel / 2) * 16)...].prefix(16)
        func dot(_ a: ArraySlice<Double>, _ b: ArraySlice<Double>) -> Double {
          zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
        }
        total += dot(map, template) / (dot(map, map) * dot(template, template)).squareRoot()
      }
    }
    try expect(TemplateTerms.match(target, parts), 1 - total / 12)
    // The memory layout of convolutions gives the same.
    try expect(TemplateTerms.match(target.channelsLast(), parts.channelsLast()), 1 - total / 12)
  }

  // MARK: Templates

  @Test func prefersCompactTemplates() throws {
    let spot = try templates(6, [[(2, 3)]])
    let pair = try templates(6, [[(2, 3), (3, 3)]])
    let far = try templates(6, [[(0, 3), (5, 3)]])
    try expect(TemplateTerms.concentration(spot), 0, within: 1e-6)
    // Half a place to each side, and 2.5, in sixths of the side.
    try expect(TemplateTerms.concentration(pair), 0.25 / 36, within: 1e-6)
    try expect(TemplateTerms.concentration(far), 6.25 / 36, within: 1e-6)
    // A uniform template: (n^2 - 1) / 12 places along each axis.
    try expect(TemplateTerms.concentration(.ones([1, 2, 6, 6], dtype: .float64)), 2 * 35.0 / 12 / 36, within: 1e-6)
    try expect(TemplateTerms.concentration(Tensor.concatenated([spot, far], 1)), 6.25 / 72, within: 1e-6)
    // In rows as in columns.
    try expect(TemplateTerms.concentration(far.transposed(2, 3)), 6.25 / 36, within: 1e-6)
  }

  @Test func keepsTemplatesFromCrowdingEachOther() throws {
    func value(_ parts: Tensor, _ distance: Double) throws -> Tensor {
      try TemplateTerms.crowding(parts, distance: distance)
    }
    // Three and four tenths of the side apart along the axes: half.
    let apart = try templates(10, [[(2, 3)], [(5, 7)]])
    try expect(value(apart, 0.5), 0, within: 1e-6)
    try expect(value(apart, 0.4), 0)
    try expect(value(apart, 1), 0.25, within: 1e-5)
    // By their centroids, not by the places that they share.
    try expect(value(templates(10, [[(2, 3)], [(1, 3), (3, 3)]]), 0.5), 1, within: 1e-2)
    // One more beside the second: of three pairs two crowd, at tenths of the side against fifths, and half against whole.
    let three = try templates(10, [[(2, 3)], [(5, 7)], [(6, 7)]])
    try expect(value(three, 0.2), 0.25 / 3, within: 1e-4)
    // What is not there takes no place; what is half there counts half.
    try expect(value(templates(10, [[(2, 3)], []]), 1), 0)
    try expect(value(apart * 0.5, 1), 0.25 / 4, within: 1e-4)
    // They are pushed apart, and finitely where they lie on one spot.
    let moved = try apart.detached().requireGradient()
    let pull = try #require(try value(moved, 1).gradients(of: [moved])[0]).doubles()
    // The first one's mass is wanted farther from the second: less cost at the upper left corner than at the lower right one.
    #expect(pull[0] < pull[99])
    let one = try templates(10, [[(2, 3)], [(2, 3)]]).requireGradient()
    #expect(try #require(try value(one, 1).gradients(of: [one])[0]).doubles().allSatisfy(\.isFinite))
  }

  @Test func tellsPartsApartByTheirFeatures() throws {
    func value(_ rows: [Double]) throws -> Tensor {
      try TemplateTerms.distinctness(Tensor(rows, [1, rows.count / 2, 2]))
    }
    try expect(value([2, 0, 0, 5]), 0)
    try expect(value([1, 2, 2, 4]), 1)
    try expect(value([1, 0, -3, 0]), 0)
    try expect(value([1, 0, 1, 1]), 0.5)
    // Three parts, of which one pair is alike: 2 of 6 ordered pairs, and opposite ones count as unlike.
    try expect(value([1, 0, 4, 0, -1, 0]), 1.0 / 3)
    try expect(value([0, 0, 1, 0]), 0)
  }

  @Test func wantsEveryPartOnEveryFace() throws {
    let block = (0..<9).map { (1 + $0 % 3, 2 + $0 / 3) }
    try expect(TemplateTerms.presence(templates(6, [block, block])), 0)
    try expect(TemplateTerms.presence(templates(6, [block, []])), 0.5)
    try expect(TemplateTerms.presence(templates(6, [[(3, 3)]])), 1 - 1.0 / 9)
    try expect(TemplateTerms.presence(templates(6, [[]])), 1)
    // A single cell is enough for a square of one.
    try expect(TemplateTerms.presence(templates(6, [[(3, 3)]]), cells: 1), 0)
    // On half of the photos: the half that shows the part.
    let some = try Tensor.concatenated([templates(6, [[(3, 3)], []]), templates(6, [[], [(1, 1)]])], 0)
    try expect(TemplateTerms.presence(some, cells: 1), 0.5)
    try expect(TemplateTerms.presence(some, cells: 1, share: 0.5), 0)
  }

  @Test func wantsBackgroundInTheCorners() throws {
    try expect(TemplateTerms.background(.ones([2, 1, 8, 8], dtype: .float64)), -log(1.0001))
    try expect(TemplateTerms.background(.zeros([2, 1, 8, 8], dtype: .float64)), -log(1e-4))
    try expect(TemplateTerms.background(.full([3, 1, 8, 8], 0.25, dtype: .float64)), -log(0.2501))
    // Ones everywhere but in the middle: the middle does not count, the corner does.
    var values = [Double](repeating: 1, count: 64)
    values[3 * 8 + 4] = 0
    try expect(TemplateTerms.background(Tensor(values, [1, 1, 8, 8])), -log(1.0001))
    values[0] = 0
    #expect(try TemplateTerms.background(Tensor(values, [1, 1, 8, 8])).item() > 0.1)
  }

  @Test(arguments: 1...7)
  func isFiniteForSmallMaps(side: Int) throws {
    let found = try TemplateTerms.background(.full([2, 1, side, side], 0.5, dtype: .float64)).item()
    #expect(side < 5 ? found == 0 : abs(found + log(0.5001)) < 1e-9)
    for parts in [try Tensor.full([2, 2, side, side], 0.3), try Tensor.zeros([2, 2, side, side])] {
      let terms = try [
        TemplateTerms.match(.ones([2, 4, side, side]), parts), TemplateTerms.concentration(parts),
        TemplateTerms.presence(parts), TemplateTerms.balance(parts), TemplateTerms.difference(parts, parts),
      ]
      for (place, term) in terms.enumerated() { #expect(try term.item().isFinite, "term \(place)") }
    }
  }

  @Test func wantsTemplatesOnStructure() throws {
    let structure = try templates(4, [[(1, 1), (2, 1)]])
    try expect(TemplateTerms.structure(templates(4, [[(1, 1)], [(2, 1), (1, 1)]]), structure), 0, within: 1e-5)
    try expect(TemplateTerms.structure(templates(4, [[(1, 1)], [(3, 3)]]), structure), 0.5, within: 1e-5)
    try expect(
      TemplateTerms.structure(templates(4, [[(1, 1), (0, 0), (3, 1), (3, 0)]]), structure), 0.75, within: 1e-5)
    // However large a template is.
    try expect(TemplateTerms.structure(templates(4, [[(1, 1)]]) * 0.01, structure), 0, within: 1e-3)
  }

  /// Brightness 0.5 with squares of another, [1, 3, 64, 64].
  private func picture(_ squares: [(x: Int, y: Int, side: Int, value: Double)]) throws -> Tensor {
    var values = [Double](repeating: 0.5, count: 64 * 64)
    for square in squares {
      for y in square.y..<(square.y + square.side) {
        for x in square.x..<(square.x + square.side) { values[y * 64 + x] = square.value }
      }
    }
    return try Tensor(values + values + values, [1, 3, 64, 64])
  }

  @Test func findsWhatIsDarkAndSmall() throws {
    func structure(_ images: Tensor) throws -> Tensor { try TemplateTerms.darkStructure(images, side: 16) }
    // An eye of one cell: all of its darkness on the nine cells about it.
    let eye = try structure(picture([(40, 20, 4, -0.5)]))
    #expect(eye.shape == [1, 1, 16, 16])
    let cells = try eye.doubles()
    // v = 1/9 on nine of 256 cells, whose mean is 1/256.
    let wanted = (1.0 / 9) / (1.0 / 9 + 1.0 / 256 + 1e-3)
    for (place, value) in cells.enumerated() {
      let near = abs(place % 16 - 10) <= 1 && abs(place / 16 - 5) <= 1
      #expect(abs(value - (near ? wanted : 0)) < 1e-6, "\(place % 16), \(place / 16): \(value)")
    }
    // Neither even brightness, nor what is bright, nor what is dark but wide.
    try expect(structure(picture([])).max(), 0)
    try expect(structure(picture([(40, 20, 4, 1)])).max(), 0, within: 1e-6)
    try expect(structure(picture([(8, 8, 40, -0.5)])).max(), 0, within: 1e-6)
  }

  @Test func findsWhatIsBright() throws {
    func structure(_ images: Tensor) throws -> Tensor { try TemplateTerms.brightStructure(images, side: 16) }
    let cells = try structure(picture([(40, 20, 4, 1)])).doubles()
    let wanted = (0.5 / 9) / (0.5 / 9 + 0.5 / 256 + 1e-3)
    for (place, value) in cells.enumerated() {
      let near = abs(place % 16 - 10) <= 1 && abs(place / 16 - 5) <= 1
      #expect(abs(value - (near ? wanted : 0)) < 1e-6, "\(place % 16), \(place / 16): \(value)")
    }
    // Wider than what is called dark: a sixth of the side is small here.
    #expect(try structure(picture([(20, 20, 14, 1)])).max().item() > 0.5)
    try expect(structure(picture([(40, 20, 4, -0.5)])).max(), 0, within: 1e-6)
    try expect(structure(picture([(8, 8, 40, 1)])).max(), 0, within: 1e-6)
  }

  @Test func wantsPartsOfOneSize() throws {
    try expect(TemplateTerms.balance(templates(4, [[(0, 0)], [(3, 1)], [(2, 2)]])), 0, within: 1e-6)
    try expect(TemplateTerms.balance(templates(4, [[(0, 0)], []])), 1, within: 1e-6)
    // Masses 1 and 3: 1 - H / log 2.
    let entropy = -(0.25 * log(0.25) + 0.75 * log(0.75))
    try expect(
      TemplateTerms.balance(templates(4, [[(0, 0)], [(1, 0), (2, 0), (3, 0)]])), 1 - entropy / log(2), within: 1e-6)
    // Masses are counted over the whole batch.
    let (left, right) = (try templates(4, [[(0, 0)], []]), try templates(4, [[], [(1, 1)]]))
    try expect(TemplateTerms.balance(Tensor.concatenated([left, right], 0)), 0, within: 1e-6)
  }

  @Test func measuresTheDifferenceOfTemplates() throws {
    let (a, b) = (try templates(4, [[(0, 0)], [(1, 1)]]), try templates(4, [[(0, 0)], [(2, 2)]]))
    try expect(TemplateTerms.difference(a, a), 0, within: 1e-9)
    try expect(TemplateTerms.difference(a, b * 3), 0.5, within: 1e-9)
  }
}
