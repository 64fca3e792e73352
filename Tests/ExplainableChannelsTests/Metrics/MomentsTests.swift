import Testing

@testable import ExplainableChannels

@Suite struct MomentsTests {
  @Test func meanAndSpreads() {
    let moments = Moments([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(moments.count == 8 && moments.mean == 5 && moments.deviation == 2)
    #expect(moments.sampleDeviation == (32.0 / 7).squareRoot())
    #expect(moments.standardError == (32.0 / 7 / 8).squareRoot())
  }

  @Test func oneNumberHasNoSpreadAndNoneNoMean() {
    let one = Moments([3])
    #expect(one.mean == 3 && one.deviation == 0 && one.sampleDeviation == nil && one.standardError == nil)
    #expect(Moments([]).mean.isNaN && Moments([]).deviation.isNaN)
  }
}
