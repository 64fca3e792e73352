import Testing

@testable import FaceReports

@Suite struct TickTests {
  @Test(arguments: [
    (1.0, 1, 0), (1.1, 2, 0), (2.0, 2, 0), (2.1, 5, 0), (5.1, 1, 1), (0.1, 1, -1), (0.03, 5, -2), (7000, 1, 4),
    (0, 1, 0),
    (.nan, 1, 0),
  ])
  func niceSteps(least: Double, mantissa: Int, exponent: Int) {
    let step = Ticks.niceStep(atLeast: least)
    #expect(step.mantissa == mantissa && step.exponent == exponent)
  }

  @Test(arguments: [
    (0.0, 1.0, 5, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0, 10, 5, ["0", "2", "4", "6", "8", "10"]),
    (-0.3, 0.3, 6, ["−0.3", "−0.2", "−0.1", "0.0", "0.1", "0.2", "0.3"]),
    (97.2, 98.1, 4, ["97.5", "98.0"]), (0, 50_000, 5, ["0", "10k", "20k", "30k", "40k", "50k"]),
    (0, 5_000_000, 2, ["0", "5M"]), (0, 4000, 4, ["0", "1,000", "2,000", "3,000", "4,000"]),
    (0, 3e-5, 3, ["0", "1×10⁻⁵", "2×10⁻⁵", "3×10⁻⁵"]), (3, 3, 5, ["3"]),
    (100_000, 100_000.4, 2, ["100,000.0", "100,000.2", "100,000.4"]),
  ])
  func linearLabels(low: Double, high: Double, count: Int, labels: [String]) {
    #expect(Ticks.linear(low, high, count: count).map(\.label) == labels)
  }

  @Test func linearValuesAreExact() {
    #expect(Ticks.linear(0, 0.7, count: 7).map(\.value) == [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
  }

  @Test(arguments: [
    (1e-6, 1.0, 8, ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰"]),
    (1e-6, 1.0, 4, ["10⁻⁶", "10⁻⁴", "10⁻²", "10⁰"]), (0.1, 100, 5, ["0.1", "1", "10", "100"]),
    (1, 10, 6, ["1", "2", "5", "10"]), (2e-6, 3e-5, 6, ["2×10⁻⁶", "5×10⁻⁶", "10⁻⁵", "2×10⁻⁵"]),
    (3, 4.5, 4, ["3.0", "3.5", "4.0", "4.5"]),
  ])
  func logarithmicLabels(low: Double, high: Double, count: Int, labels: [String]) {
    #expect(Ticks.logarithmic(low, high, count: count).map(\.label) == labels)
  }

  @Test(arguments: [1e-9, 1e-3, 1, 12_345, 1e12, 1e99], [0.1, 1, 3.7, 1e6])
  func ticksAreFewDistinctAndInside(low: Double, stretch: Double) {
    for count in 1...12 {
      let high = low * (1 + stretch)
      for ticks in [Ticks.linear(low, high, count: count), Ticks.logarithmic(low, high, count: count)] {
        #expect(ticks.count <= count + 4)
        #expect(Set(ticks.map(\.label)).count == ticks.count)
        #expect(ticks.allSatisfy { $0.value >= low * (1 - 1e-6) && $0.value <= high * (1 + 1e-6) })
      }
    }
  }

  @Test func domains() {
    let linear = AxisDomain(Axis(""), values: [0.13, .nan, 0.87, .infinity], roundedTo: 5)
    #expect(linear == AxisDomain(Axis("", range: 0...1), values: [], roundedTo: nil))
    #expect(linear.fraction(0.25) == 0.25)
    let log = AxisDomain(Axis("", scale: .log), values: [0, -3, 2e-4, 0.5], roundedTo: 5)
    #expect((log.low, log.high) == (1e-4, 1))
    #expect(abs(log.fraction(1e-2) - 0.5) < 1e-12)
    let lone = AxisDomain(Axis(""), values: [4], roundedTo: nil)
    #expect(lone.low < 4 && lone.high > 4)
    let empty = AxisDomain(Axis(""), values: [], roundedTo: 5)
    #expect((empty.low, empty.high) == (0, 1))
  }

  @Test func placedLabelsDoNotTouch() {
    for width in stride(from: 20.0, through: 900, by: 40) {
      let domain = AxisDomain(Axis("", range: 0...123_456), values: [], roundedTo: nil)
      let places = TickPlacement.fitting(domain, left: 0, right: width, margin: 14)
      #expect(!places.isEmpty)
      for (one, next) in zip(places, places.dropFirst()) { #expect(one.label.upperBound < next.label.lowerBound) }
    }
  }
}
