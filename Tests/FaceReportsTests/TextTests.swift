import Testing

@testable import FaceReports

@Suite struct TextTests {
  @Test(arguments: [
    ("plain", "plain"), ("a < b & c > d", "a &lt; b &amp; c &gt; d"), ("\"it's\"", "&quot;it&#39;s&quot;"),
    ("&lt;", "&amp;lt;"), ("tab\tline\n", "tab\tline\n"), ("bell\u{7}", "bell\u{FFFD}"), ("\u{FFFF}", "\u{FFFD}"),
    ("脸 ﬁ 😀", "脸 ﬁ 😀"), ("", ""),
  ])
  func escaping(text: String, escaped: String) {
    #expect(HTMLText.escape(text) == escaped)
  }

  @Test(arguments: [
    ("Channel 3: left eye", "channel-3-left-eye"), ("  --A--  ", "a"), ("脸", "section"), ("", "section"),
  ])
  func slugs(text: String, slug: String) {
    #expect(HTMLText.slug(text) == slug)
  }

  @Test(arguments: [
    (0.5, 2, "0.50"), (-1.25, 1, "−1.2"), (-0.001, 2, "0.00"), (999, 0, "999"), (1234.5, 1, "1,234.5"),
    (-5_822_653, 0, "−5,822,653"), (.nan, 2, "–"), (.infinity, 2, "∞"), (-.infinity, 2, "−∞"), (1e20, 0, "1.000e+20"),
    (2.5, -3, "2"),
  ])
  func fixedNumbers(value: Double, digits: Int, text: String) {
    #expect(NumberText.fixed(value, digits: digits) == text)
  }

  /// No measured curve knows of certainty.
  @Test(arguments: [
    (0.97, 0, "97 %"), (0.9949, 0, "99 %"), (0.995, 0, "over 99 %"), (1, 0, "over 99 %"), (0.005, 0, "1 %"),
    (0.0049, 0, "under 1 %"), (0, 1, "under 0.1 %"), (0.9995, 1, "over 99.9 %"), (0.90125, 1, "90.1 %"),
  ])
  func chancesAreNeverCertain(probability: Double, digits: Int, text: String) {
    #expect(NumberText.chance(probability, digits: digits) == text)
  }

  @Test(arguments: [
    (0.5, 0.3, 3, 3), (0.16577, 0.16583, 3, 5), (0.1657, 0.1662, 3, 4), (0.25, 0.25, 4, 4), (0.1, 0.1 + 1e-13, 3, 3),
  ])
  func enoughDigitsTellNumbersApart(a: Double, b: Double, least: Int, digits: Int) {
    #expect(NumberText.digits(telling: a, from: b, atLeast: least) == digits)
  }

  @Test(arguments: [
    (["x/a.jpg", "y/b.jpg"], ["a.jpg", "b.jpg"]), (["d/1/f/01.jpg", "d/2/f/01.jpg"], ["1/f/01.jpg", "2/f/01.jpg"]),
    (["/d/01.jpg", "/d/e/01.jpg"], ["01.jpg", "e/01.jpg"]), (["a/b.jpg", "a/b.jpg"], ["b.jpg", "b.jpg"]),
    (["a/b.jpg", "./a/b.jpg"], ["b.jpg", "b.jpg"]), (["m/s0/x", "m/s0/x", "m/s1/x"], ["s0/x", "s0/x", "s1/x"]),
    ([], []),
  ]) func filesShownTogetherAreToldApart(paths: [String], names: [String]) {
    #expect(PathNames.distinct(paths) == names)
  }

  @Test func changesShowTheirSign() {
    #expect(NumberText.change(0.35, digits: 2) == "+0.35")
    #expect(NumberText.change(-0.35, digits: 2) == "−0.35")
  }

  @Test(arguments: [
    (1.0, "1"), (1.24, "1.2"), (-0.04, "0"), (-0.06, "-0.1"), (-12.3, "-12.3"), (.nan, "0"), (1e30, "1000000"),
  ])
  func coordinates(value: Double, text: String) {
    #expect(NumberText.coordinate(value) == text)
  }

  @Test func powers() {
    #expect(NumberText.powerOfTen(-12) == "10⁻¹²")
    #expect(NumberText.powerOfTen(0) == "10⁰")
  }
}
