import Foundation
import Testing

@testable import FaceReports

@Suite struct PageTests {
  private static let hostile = "</title><script>alert(\"1\")</script> & 'x' \u{0}\u{1B}\u{FFFE} é 脸 http://example.com"

  @Test func pageIsWellFormedXML() {
    let parsed = ParsedMarkup(sampleReport().html())
    #expect(parsed.error == nil)
    #expect(parsed.all("section").count == 2)
    #expect(parsed.all("html").first?.attributes["lang"] == "en")
  }

  @Test func hostileTextStaysText() throws {
    let parsed = ParsedMarkup(sampleReport(text: Self.hostile).html())
    #expect(parsed.error == nil)
    #expect(parsed.all("script").isEmpty)
    let readable = Self.hostile.replacing("\u{0}", with: "\u{FFFD}").replacing("\u{1B}", with: "\u{FFFD}")
      .replacing("\u{FFFE}", with: "\u{FFFD}")
    #expect(parsed.texts("h1") == [readable])
    #expect(try #require(parsed.all("img").first).attributes["alt"] == readable)
    let plain = ParsedMarkup(sampleReport().html())
    #expect(parsed.elements.map(\.name).filter { $0 != "title" } == plain.elements.map(\.name).filter { $0 != "title" })
  }

  @Test func nothingIsLoadedFromOutside() {
    let html = sampleReport().html()
    #expect(!html.contains("http://") && !html.contains("https://"))
    #expect(!html.contains("@import") && !html.contains("@font-face"))
    let parsed = ParsedMarkup(html)
    for name in ["link", "script", "iframe", "object", "embed", "base", "use"] { #expect(parsed.all(name).isEmpty) }
    for image in parsed.all("img") { #expect(image.attributes["src"] == "data:image/png;base64,AQID") }
    for anchor in parsed.all("a") { #expect(anchor.attributes["href"]?.hasPrefix("#") == true) }
  }

  @Test func everyReferenceHasItsOneTarget() {
    let elements = ParsedMarkup(sampleReport().html()).elements
    let ids = elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    var wanted = elements.compactMap { $0.attributes["href"] }.map { String($0.dropFirst()) }
    wanted += elements.compactMap { $0.attributes["aria-labelledby"] }.flatMap { $0.split(separator: " ") }.map(
      String.init)
    wanted += elements.compactMap { $0.attributes["clip-path"] }.map { String($0.dropFirst(5).dropLast()) }
    #expect(wanted.count > 20)
    #expect(Set(wanted).subtracting(ids) == [])
  }

  @Test func headingsAreInOrder() {
    let levels = ParsedMarkup(sampleReport().html()).elements.map(\.name).filter { ["h1", "h2", "h3"].contains($0) }
    #expect(levels == ["h1", "h2", "h2"])
  }

  @Test func chartsSpeak() {
    let parsed = ParsedMarkup(sampleReport().html())
    let charts = parsed.all("svg").filter { $0.attributes["aria-hidden"] != "true" }
    // Four charts, each for two widths.
    #expect(charts.count == 8)
    #expect(charts.allSatisfy { $0.attributes["role"] == "img" })
    #expect(parsed.texts("desc").count == 8 && parsed.texts("desc").allSatisfy { !$0.isEmpty })
  }

  @Test func outputIsDeterministic() {
    #expect(sampleReport().html() == sampleReport().html())
  }

  @Test func emptyReportIsWellFormed() {
    let parsed = ParsedMarkup(Report(title: "").html())
    #expect(parsed.error == nil)
    #expect(parsed.all("nav").isEmpty)
  }

  @Test func stylesheetNeedsNoEscaping() {
    #expect(!Stylesheet.css.contains("<") && !Stylesheet.css.contains("&") && !Stylesheet.css.contains("url("))
    #expect(Stylesheet.css.filter { $0 == "{" }.count == Stylesheet.css.filter { $0 == "}" }.count)
  }

  /// A file's name may have no place to break, and would run off a phone's page.
  @Test func longNamesBreakInHeadingsAndContents() {
    let rules = Stylesheet.css.split(separator: "}").filter { $0.contains("overflow-wrap: anywhere") }
    let selectors = rules.flatMap { ($0.split(separator: "{").first ?? "").split(separator: ",") }
      .map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    #expect(Set(["h1", "h2", ".subtitle", "nav a"]).isSubset(of: selectors))
  }

  @Test func repeatedAnchorsAreNumbered() {
    let report = Report(
      title: "t", sections: ["Data set", "Data set", "", "content"].map { ReportSection($0, blocks: []) })
    let ids = ParsedMarkup(report.html()).all("h2").compactMap { $0.attributes["id"] }
    #expect(ids == ["data-set", "data-set-2", "section", "content-2"])
  }
}
