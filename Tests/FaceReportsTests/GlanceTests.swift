import FaceEvaluation
import FaceImages
import Testing

@testable import ExplainableChannels
@testable import FaceReports

@Suite struct GlanceTests {
  /// Whether a line under the picture's head begins so.
  private func says(_ text: String, _ color: RGB, _ image: Image) -> Bool {
    let size = Image.textSize(text, scale: 2)
    var line = Image(width: size.width, height: size.height, color: RGB(255, 255, 255))
    line.drawText(text, x: 0, y: 0, scale: 2, color: color)
    return (60..<140).contains { image.cropped(x: 24, y: $0, width: size.width, height: size.height) == line }
  }

  @Test func thePictureCarriesItsDoubts() throws {
    let plain = try samplePair()
    let (warning, note) = (GlancePicture.warning, GlancePicture.soft)
    let empty = GlancePicture.image(try samplePair(visibleA: [0, 0, 0], visibleB: [0, 0, 0]))
    #expect(says("warning: both photos show no part of a face", warning, empty))
    #expect(empty.height > GlancePicture.image(plain).height)
    let partly = GlancePicture.image(try samplePair(visibleB: [0, 1, 1], ignored: [0]))
    #expect(says("note: hidden parts were left out", note, partly))
    var explanation = plain.explanation
    explanation.provenance = try sampleProvenance("a", "a")
    let same = ExplainedPair(explanation, match: plain.match, photoA: plain.photoA, photoB: plain.photoB)
    #expect(says("note: both photos are one file, byte for byte", note, GlancePicture.image(same)))
  }

  /// The head of a small picture is wider than its faces.
  @Test func theHeadIsNotCutOff() throws {
    let pair = try samplePair(visibleA: [0, 0, 0])
    let head = Image.textSize(pair.title, scale: 4).width + Image.textSize(pair.summary, scale: 2).width
    #expect(pair.title == "No face to be seen" && pair.summary == "score 0.500, threshold 0.300")
    #expect(GlancePicture.image(pair).width > head + 48)
  }

  @Test func aCandidatesNameStandsInThePicture() throws {
    let pair = try samplePair(side: 160)
    #expect(GlancePicture.image(pair, candidate: "u/1.jpg") != GlancePicture.image(pair, candidate: "v/1.jpg"))
  }

  /// Parts lie close to each other, and in the sample at the photo's edge.
  @Test func circlesCoverNoNumberAndStayInsideTheirPhoto() throws {
    let parsed = ParsedMarkup([try GlanceFigure(samplePair())])
    #expect(parsed.error == nil)
    let kinds = parsed.all("circle").map { $0.attributes["class"]?.hasPrefix("badge") == true ? "number" : "part" }
    // Two wide faces, each with its light and its rings, two narrow ones with their numbers, and the list's numbers.
    let runs = [("part", 18), ("number", 3), ("part", 6), ("number", 6)]
    #expect(kinds == runs.flatMap { Array(repeating: $0.0, count: $0.1) })
    // Light under all rings.
    let first = parsed.all("circle").prefix(6).map { $0.attributes["stroke-width"] == "0" }
    #expect(first == [true, true, true, false, false, false])

    let clips = parsed.all("g").compactMap { $0.attributes["clip-path"] }
    #expect(clips == parsed.all("clipPath").compactMap { $0.attributes["id"].map { "url(#\($0))" } })
    #expect(Set(clips).count == 4, "two photos, wide and narrow")
    func sides(_ element: ParsedMarkup.Element) -> [String?] {
      ["x", "y", "width", "height"].map { element.attributes[$0] }
    }
    #expect(parsed.all("rect").map(sides) == parsed.all("image").map(sides))
  }

  /// A whole circle, one cut by the photo's left edge at 100, one by its right edge at 200, and no way to go.
  @Test(arguments: [(0.0, 150.0, 130.0), (0.0, 110.0, 100.0), (300.0, 190.0, 200.0), (150.0, 150.0, 150.0)])
  func linesEndWhereTheCircleDoes(start: Double, middle: Double, end: Double) {
    let place = GlanceRow.lineEnd(from: (start, 5), to: (middle, 5), radius: 20, sides: (100, 200))
    #expect(abs(place.x - end) < 1e-9 && place.y == 5)
  }
}
