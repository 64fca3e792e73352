import Testing

@testable import FaceReports

@Suite struct DownsamplingTests {
  private static func wave(_ count: Int) -> [Series.Point] {
    (0..<count).map { Series.Point(Double($0), Double($0 * 7919 % 1000)) }
  }

  @Test(arguments: [601, 1000, 12_345])
  func staysUnderTheLimitAndKeepsExtremes(count: Int) {
    var points = Self.wave(count)
    points[count / 3].y = 5000
    points[count / 2].y = -5000
    let thin = Downsampling.thin(points)
    #expect(thin.count <= 600 && thin.count > 300)
    #expect(thin.first == points.first && thin.last == points.last)
    #expect(thin.contains { $0.y == 5000 } && thin.contains { $0.y == -5000 })
    #expect(zip(thin, thin.dropFirst()).allSatisfy { $0.x < $1.x })
  }

  @Test func shortCurvesStayAsTheyAre() {
    #expect(Downsampling.thin(Self.wave(600)) == Self.wave(600))
    #expect(Downsampling.thin([]).isEmpty)
  }

  @Test func movingAverageIsCorrectedForItsStart() {
    let points = [1.0, 3, 3].enumerated().map { Series.Point(Double($0.offset), $0.element) }
    let smooth = Downsampling.smooth(points, weight: 0.5).map(\.y)
    #expect(smooth[0] == 1)
    #expect(abs(smooth[1] - 7.0 / 3) < 1e-12)
    #expect(abs(smooth[2] - 19.0 / 7) < 1e-12)
    #expect(Downsampling.smooth(points, weight: 0) == points)
  }
}
