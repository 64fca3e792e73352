import Foundation
import Testing

@testable import FaceEvaluation

@Suite struct SeedSummaryTests {
  @Test func meanAndDeviationByHand() throws {
    // Deviations from 5: -3, -1, 4, squares 9 + 1 + 16 = 26, over two.
    let summary = SeedSummary([2, 4, 9])
    #expect(summary.mean == 5)
    #expect(try abs(#require(summary.standardDeviation) - 13.0.squareRoot()) < 1e-15)
  }

  @Test func missingSeedsAreLeftOut() {
    let summary = SeedSummary([1, nil, 3, .nan, .infinity])
    #expect(summary.values == [1, nil, 3, nil, nil])
    #expect(summary.mean == 2 && summary.standardDeviation == 2.0.squareRoot())
    #expect(SeedSummary([7]).mean == 7 && SeedSummary([7]).standardDeviation == nil)
    #expect(SeedSummary([]).mean == nil && SeedSummary([nil]).standardDeviation == nil)
  }

  @Test func differencesArePairedBySeed() throws {
    let contrast = SeedSummary([0.5, 0.75, 1]).paired(with: SeedSummary([0.25, 1, 0.5]), as: .difference)
    #expect(contrast.bySeed == [0.25, -0.25, 0.5])
    #expect(try abs(#require(contrast.overall) - 1.0 / 6) < 1e-15)
    // Mean 1/6: squares of 1/12, 5/12 and 4/12 sum to 42/144, over two.
    #expect(try abs(#require(contrast.standardDeviation) - (21.0 / 144).squareRoot()) < 1e-15)
    #expect(contrast.wins(higherIsBetter: true) == 2 && contrast.wins(higherIsBetter: false) == 1)
  }

  @Test func aRatioIsOfTheMeans() {
    // Not the mean of the ratios, which is 1.25.
    let contrast = SeedSummary([1, 4]).paired(with: SeedSummary([2, 2]), as: .ratio)
    #expect(contrast.bySeed == [0.5, 2] && contrast.overall == 1.25)
    let uneven = SeedSummary([2, 2]).paired(with: SeedSummary([1, 4]), as: .ratio)
    #expect(uneven.bySeed == [2, 0.5] && uneven.overall == 0.8)
    #expect(uneven.wins(higherIsBetter: false) == 1)
  }

  @Test func onlySeedsThatBothHaveCount() {
    let contrast = SeedSummary([1, nil, 5]).paired(with: SeedSummary([3, 100]), as: .difference)
    #expect(contrast.bySeed == [-2, nil, nil] && contrast.overall == -2 && contrast.standardDeviation == nil)
    let nothing = SeedSummary([nil]).paired(with: SeedSummary([1]), as: .difference)
    #expect(nothing.bySeed == [nil] && nothing.overall == nil && nothing.wins(higherIsBetter: true) == 0)
    let zero = SeedSummary([1]).paired(with: SeedSummary([0]), as: .ratio)
    #expect(zero.bySeed == [nil] && zero.overall == nil)
  }
}
