import FaceEvaluation
import Testing

@testable import ExplainableChannels
@testable import FaceReports

@Suite struct ExplanationReportTests {
  private let blank: [Double?] = [0.1, 0, 0]

  private func page(_ pair: ExplainedPair) throws -> ParsedMarkup {
    ParsedMarkup(try ExplanationReport.make(pair, tiles: []).html())
  }

  private func page(_ pairs: [(name: String, pair: ExplainedPair)]) throws -> ParsedMarkup {
    let ranking = CandidateRanking(
      probe: "probe.jpg", model: "m",
      candidates: pairs.map { .init(name: $0.name, explanation: $0.pair.explanation) })
    let report = try ExplanationReport.make(ranking: ranking, pairs: pairs.map { (pair: $0.pair, tiles: []) })
    return ParsedMarkup(report.html())
  }

  @Test func aPageOfNoFaceIsNotHeadedByItsVerdict() throws {
    let empty = try page(samplePair(visibleA: blank, visibleB: blank))
    #expect(empty.error == nil)
    #expect(empty.texts("h1") == ["No face to be seen"])
    let callout = try #require(empty.texts("div", style: "warning").first)
    #expect(callout.contains("Both photos show no part") && callout.contains("nothing is decided"), "\(callout)")
    #expect(!empty.texts("p").contains { $0.contains("ame person") }, "no verdict stands anywhere above")
    #expect(try page(samplePair(visibleA: blank)).texts("h1") == ["No face to be seen"])
    #expect(try page(samplePair()).texts("h1") == ["Same person"])
  }

  /// A ranking has the remarks of its pairs that are about how they were compared, once; what was left out speaks for nothing.
  @Test func rankingsSayHowPhotosWereCompared() throws {
    let pair = try samplePair(visibleA: [0.1, 1, 1], visibleB: [1, 1, 1], ignored: [0])
    let parsed = try page([(name: "1/01.jpg", pair: pair), (name: "2/01.jpg", pair: pair)])
    let remarks = parsed.texts("div", style: "callout").filter { $0.contains("measured on whole faces") }
    #expect(remarks.count == 3 && remarks.count { !$0.contains("hides: ") } == 1, "\(remarks)")
    // Of channel 0 with 0.4, left out here, channel 1 with -0.1 and channel 2 with 0.2.
    #expect(pair.explanation.strongestSupport?.part == "channel 2")
    #expect(try samplePair().explanation.strongestSupport?.part == "channel 0")
    var against = pair.explanation
    against.parts = against.parts.filter { $0.contribution < 0 }
    #expect(!against.parts.isEmpty && against.strongestSupport == nil)
  }

  @Test func verdictsNearTheThresholdAreNotMisread() throws {
    var pair = try samplePair()
    pair = ExplainedPair(
      changed(pair.explanation) { ($0.score, $0.threshold, $0.same) = (0.49996, 0.5, false) }, match: pair.match,
      photoA: pair.photoA, photoB: pair.photoB)
    #expect(pair.summary.hasPrefix("score 0.49996, threshold 0.50000"), "\(pair.summary)")
    let cards = try page(pair).texts("p", style: "value")
    #expect(cards.contains { $0.contains("0.49996") } && cards.contains { $0.contains("0.50000") }, "\(cards)")
  }

  @Test func aGivenThresholdWasNotMeasured() throws {
    let pair = try samplePair(visibleB: [0, 1, 1], ignored: [0])
    func texts(_ change: (inout Explanation) -> Void) throws -> String {
      let changed = ExplainedPair(
        changed(pair.explanation, change), match: pair.match, photoA: pair.photoA, photoB: pair.photoB)
      return try
        (changed.explanation.doubts(isOneFile: false).map(\.line) + page(changed).texts("div", style: "callout"))
        .joined(separator: "\n")
    }
    #expect(try texts { $0.thresholdSource = "FF" }.contains("measured on whole faces"))
    #expect(try !texts { $0.thresholdSource = Explanation.givenThreshold }.contains("measured on whole faces"))
    #expect(try !texts { ($0.threshold, $0.thresholdSource) = (nil, nil) }.contains("measured on whole faces"))
  }

  /// Terminal, picture and page have one list: what warns in one warns in all.
  @Test func doubtsAreOneList() throws {
    let pair = try samplePair(visibleA: [0, 1, 1])
    let crowded = changed(pair.explanation) {
      ($0.facesB, $0.threshold, $0.thresholdSource, $0.flip, $0.thresholdFlip) = (3, 0.5, "FF", true, false)
    }
    let doubts = crowded.doubts(isOneFile: true)
    #expect(
      doubts.map(\.title) == ["One file", "More than one face", "The threshold is of other scores", "Hidden parts"])
    #expect(doubts.map { $0.kind == .warning } == [false, true, false, false])
    #expect(doubts.map(\.isOfTable) == [false, false, false, true], "the table says which parts are hidden")
    #expect(doubts[3].line == "note: photo A hides channel 0: what is hidden still counts")
    #expect(doubts[1].line == "warning: photo B shows 3 faces; the largest was compared")
    let parsed = try page(ExplainedPair(crowded, match: pair.match, photoA: pair.photoA, photoB: pair.photoB))
    for doubt in doubts where doubt.title != "One file" {
      let found = parsed.texts("div", style: doubt.kind.rawValue).filter {
        $0.contains(doubt.title) && $0.contains(doubt.text)
      }
      #expect(found.count == 1, "\(doubt)")
    }
  }

  private func changed(_ explanation: Explanation, _ change: (inout Explanation) -> Void) -> Explanation {
    var copy = explanation
    change(&copy)
    return copy
  }

  @Test func oneFileIsSaid() throws {
    var explanation = try samplePair().explanation
    for (digest, isSaid) in [("a", true), ("b", false)] {
      explanation.provenance = try sampleProvenance("a", digest)
      let pair = try samplePair()
      let parsed = try page(
        ExplainedPair(explanation, match: pair.match, photoA: pair.photoA, photoB: pair.photoB))
      #expect(parsed.texts("p", style: "callout-title").contains("One file") == isSaid)
    }
  }

  @Test func aThresholdOfOtherScoresIsSaid() throws {
    let pair = try samplePair()
    var explanation = pair.explanation
    for flip in [nil, false, true] as [Bool?] {
      explanation.thresholdFlip = flip
      let parsed = try page(
        ExplainedPair(explanation, match: pair.match, photoA: pair.photoA, photoB: pair.photoB))
      let isSaid = parsed.texts("p", style: "callout-title").contains("The threshold is of other scores")
      #expect(isSaid == (flip == true))
    }
  }

  /// 24.58 % must not read as the 25 % from which a part is seen.
  @Test func hiddenPartsAreMarkedAndRoundedDown() throws {
    let parsed = try page(samplePair(visibleA: [0.2458, 0.2562, 0.9], visibleB: [1, 1, 0.1], ignored: [2]))
    #expect(
      parsed.texts("th").suffix(3) == ["channel 0 (hidden in A)", "channel 2 (hidden in B, left out)", "channel 1"])
    let cells = parsed.texts("td")
    try #require(cells.count == 15)
    let seen = [0, 5, 10].map { "\(cells[$0 + 3]), \(cells[$0 + 4])" }
    #expect(seen == ["24, 100", "90, 10", "26, 100"])
  }

  @Test func candidatesOfOneFileNameAreToldApart() throws {
    let names = ["u/1.jpg", "v/1.jpg"]
    let pairs = try names.map { (name: $0, pair: try samplePair(photos: ("probe.jpg", "gallery/" + $0))) }
    let parsed = try page(pairs)
    #expect(parsed.texts("h2").prefix(3) == ["Ranking", "1. u/1.jpg: same person", "2. v/1.jpg: same person"])
    for name in names {
      #expect(parsed.texts("text", style: "name").filter { $0 == "B: " + name }.count == 2, "wide and narrow")
    }
  }

  @Test func doubtfulCandidatesAreMarked() throws {
    let (seen, empty) = (try samplePair(), try samplePair(visibleB: blank))
    var own = seen.explanation
    own.provenance = try sampleProvenance("a", "a")
    let itself = ExplainedPair(own, match: seen.match, photoA: seen.photoA, photoB: seen.photoB)
    let parsed = try page([("own.jpg", itself), ("empty.jpg", empty), ("seen.jpg", seen)])
    let decisions = parsed.texts("td").filter { $0.hasPrefix("same") || $0.hasSuffix(")") }
    #expect(decisions == ["same (the probe's own file)", "– (no face to be seen)", "same"])
    #expect(parsed.texts("h2").contains("2. empty.jpg: no face to be seen"))
    #expect(!parsed.texts("div", style: "warning").contains { $0.contains("The probe shows no part") })
  }

  @Test func severalFacesAreSaidOfProbeAndCandidates() throws {
    let pair = try samplePair()
    func ranked(_ a: Int, _ b: Int) -> CandidateRanking {
      CandidateRanking(
        probe: "p.jpg", model: "m",
        candidates: [.init(name: "1.jpg", explanation: changed(pair.explanation) { ($0.facesA, $0.facesB) = (a, b) })])
    }
    #expect(ranked(2, 1).doubts.map(\.line) == ["warning: the probe shows 2 faces; the largest was compared"])
    #expect(ranked(1, 3).doubts.isEmpty)
    #expect(ranked(1, 3).candidates[0].explanation.doubtAsCandidate == "the largest of 3 faces")
  }

  @Test func aProbeOfNoFaceIsSaidOnce() throws {
    let pair = try samplePair(visibleA: blank)
    let parsed = try page([("1.jpg", pair), ("2.jpg", pair)])
    #expect(parsed.texts("div", style: "warning").filter { $0.contains("The probe shows no part") }.count == 1)
    #expect(parsed.texts("h2").contains("1. 1.jpg: the probe shows no face"))
  }

  @Test func theMapOfAllPartsHasAScaleOfItsOwn() throws {
    let pair = try samplePair()
    let report = try ExplanationReport.make(pair, tiles: PartTiles.make(pair, side: 16))
    let captions = ParsedMarkup(report.html()).texts("figcaption")
    #expect(captions.contains { $0.contains("all parts together on a scale of their own") })
  }

  /// A network may not remember average activations: then paths start from zeros.
  @Test func aReferenceIsNotCalledAnAverage() throws {
    let pair = try samplePair()
    var explanation = pair.explanation
    let change = Counterfactual(
      change: .becomesAverage, photo: .first, parts: ["mouth"], score: 0.1, isFewest: true)
    #expect(ExplanationReport.sentence(change, explanation).contains("were an average face's"))
    explanation.exact = false
    #expect(ExplanationReport.sentence(change, explanation).contains("were the reference's"))
    let curved = ExplainedPair(explanation, match: pair.match, photoA: pair.photoA, photoB: pair.photoB)
    #expect(try page(curved).texts("li").contains { $0.contains("else zeros") })
    #expect(try !page(pair).texts("li").contains { $0.contains("else zeros") })
  }
}
