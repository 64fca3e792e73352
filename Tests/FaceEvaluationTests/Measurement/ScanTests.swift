import ExplainableChannels
import FaceDatasets
import FaceEvaluation
import FaceImages
import FaceNetworks
import Foundation
import Testing

@Suite struct EmbeddingTests {
  @Test func rowsFollowTheListWhateverTheBatch() throws {
    var scan = try tinyScan()
    let store = scan.store(Pictures.faces)
    var random = SeededRandom(seed: 8)
    let order = random.permutation(25)
    let whole = try scan.embed(store, Array(0..<25))
    #expect(whole.values.count == 25 * 16 && whole.dimension == 16 && whole.damaged.isEmpty)
    for size in [1, 4, 25, 100] {
      scan.batchSize = size
      let shuffled = try scan.embed(store, order)
      #expect(shuffled.indices == order)
      for (row, index) in order.enumerated() {
        let (a, b) = (shuffled.values[(row * 16)..<(row * 16 + 16)], whole.values[(index * 16)..<(index * 16 + 16)])
        #expect(zip(a, b).allSatisfy { abs($0 - $1) < 1e-5 * max(1, abs($1)) })
      }
    }
    #expect(Set((0..<25).map { whole.values[$0 * 16] }).count == 25, "every photo has its own")
  }

  @Test func damagedPhotosHaveNoRow() throws {
    var dataset = Pictures.faces
    dataset.images[3] = nil
    var scan = try tinyScan()
    scan.batchSize = 2
    var progress: [Int] = []
    let embeddings = try scan.embed(scan.store(dataset), [2, 3, 4]) { progress.append($0) }
    #expect(embeddings.indices == [2, 4])
    #expect(embeddings.values.count == 32)
    #expect(embeddings.damaged.map(\.index) == [3])
    #expect(progress == [1, 2])
    dataset.images = [nil, nil]
    #expect(try scan.embed(scan.store(dataset), [0, 1]).values.isEmpty)
  }

  @Test func measuringLeavesTheNetworkAsItIs() throws {
    let scan = try tinyScan()
    let before = try scan.model.network.state(prefix: "n").map { try $0.tensor.to(.float32).floats() }
    _ = try scan.embed(scan.store(Pictures.faces), Array(0..<25))
    #expect(try scan.model.network.state(prefix: "n").map { try $0.tensor.to(.float32).floats() } == before)
  }
}

@Suite struct ChannelScanTests {
  @Test func aMaskCanBeLeftOut() throws {
    func concentration(_ scan: NetworkScan) throws -> Double {
      let (meter, _) = try scan.measureChannels(scan.store(tinyFaces), Array(0..<25))
      return try #require(meter.scores().concentration).mean
    }
    var masked = try tinyScan(masked: true)
    let cut = try concentration(masked)
    masked.isBeforeMask = true
    let whole = try concentration(masked)
    #expect(cut > 1.5 * whole)
    #expect(try whole == concentration(tinyScan()), "the same weights without a mask")
  }

  @Test func peaksAreThoseOfTheMeasurement() throws {
    var scan = try tinyScan()
    let store = scan.store(tinyFaces)
    let (meter, _) = try scan.measureChannels(store, Array(0..<25))
    scan.batchSize = 7
    let found = try scan.peaks(store)
    #expect(found.xy.count == 25 * 16 * 2 && found.strength.count == 25 * 16)
    #expect(zip(found.xy, meter.peaks.xy).allSatisfy { abs($0 - $1) < 0.05 })
    #expect(zip(found.strength, meter.peaks.strength).allSatisfy { abs($0 - $1) < 1e-4 * max(1, $1) })
    // Cells of the map lie inside the middle of the 36 pixels, from the first input pixel on.
    #expect(found.xy.allSatisfy { (2...34).contains($0) })
    #expect(Set(found.xy).count > 50)
  }

  @Test func masksOfAnyDatasetAreMeasured() throws {
    let scan = try tinyScan()
    let direct = try scan.explainability(scan.store(tinyFaces), Array(0..<25))
    let joined = try JoinedDataset([tinyFaces])
    let wrapped = try scan.explainability(scan.store(joined), Array(0..<25))
    #expect(wrapped.report.asCropped.labeledImages == 25 && wrapped.report.asCropped.mapImages == 25)
    #expect(wrapped.report == direct.report && wrapped.damaged.isEmpty)
    let moved = try #require(direct.report.moved)
    #expect(moved.partInterpretability != nil && moved.dissection != nil && moved.channelGroups?.keypointError != nil)
    // Nobody annotated the bare pictures: nothing to say, rather than 0.
    let bare = try scan.explainability(scan.store(Pictures.faces), Array(0..<25)).report.asCropped
    #expect(bare.partInterpretability == nil && bare.dissection == nil && bare.channelGroups == nil)
    #expect(bare.peakSpread.averagePlaces == nil && bare.peakSpread.inputPixels != nil)
  }

  /// A file of landmarks that is damaged takes its own photo away, not the evaluation.
  @Test func damagedAnnotationsLeaveTheirPhotosOut() throws {
    struct Scratched: FaceDataset {
      let base: any FaceDataset
      var name: String { base.name }
      var count: Int { base.count }
      var identityCount: Int { base.identityCount }
      func label(at index: Int) -> Int { base.label(at: index) }
      func source(at index: Int) -> String { base.source(at: index) }
      func image(at index: Int, minimumSide: Int?) throws -> Image {
        try base.image(at: index, minimumSide: minimumSide)
      }
      func annotation(at index: Int) throws -> FaceAnnotation? {
        guard index != 4 else {
          throw DatasetError(.malformed, path: "4.txt", problem: "it has 29 lines", remedy: "copy it again")
        }
        return try base.annotation(at: index)
      }
      func partMap(at index: Int) throws -> PartMap? { try base.partMap(at: index) }
    }
    let scan = try tinyScan()
    let found = try scan.explainability(scan.store(Scratched(base: tinyFaces)), Array(0..<25))
    #expect(found.damaged.map(\.index) == [4] && found.damaged[0].reason.contains("29 lines"))
    #expect(found.report.asCropped.labeledImages == 24)
  }

  @Test func damagedPhotosHaveNoPeaks() throws {
    var dataset = Pictures.faces
    dataset.images[2] = nil
    let scan = try tinyScan()
    let found = try scan.peaks(scan.store(dataset))
    #expect(found.damaged.map(\.index) == [2])
    #expect(found.xy[(2 * 32)..<(3 * 32)].allSatisfy { $0.isNaN })
    #expect(found.strength[32..<48].allSatisfy { $0.isNaN })
    #expect(found.strength[48..<64].allSatisfy { $0.isFinite })
  }

  @Test func aNetworkWithoutTargetLayerHasNoChannels() throws {
    let scan = try tinyScan(target: false)
    let store = scan.store(Pictures.faces)
    #expect(throws: ModelError.self) { _ = try scan.measureChannels(store, [0]) }
    #expect(throws: ModelError.self) { _ = try scan.peaks(store) }
  }

  @Test func figuresShowTheSameFacesForEveryChannel() throws {
    let scan = try tinyScan()
    let store = scan.store(tinyFaces)
    let (meter, _) = try scan.measureChannels(store, Array(0..<25))
    let report = ExplainabilityReport(asCropped: try meter.scores())
    let figures = try scan.channelFigures(report, store: store, faces: 4, channels: 3)
    #expect(!figures.isEmpty && figures.count <= 3)
    for figure in figures {
      #expect(figure.faces.map(\.source) == figures[0].faces.map(\.source))
      #expect(figure.faces.map(\.image) == figures[0].faces.map(\.image))
      #expect(figure.faces.count == 4)
      #expect(figure.faces.flatMap(\.map.values).max().map { abs($0 - 1) < 1e-5 } == true)
    }
  }

  /// Photos of nobody known, and of no known parts: the strongest channels, over photos from all over.
  @Test func figuresNeedNoAnnotation() throws {
    let scan = try tinyScan()
    let store = scan.store(Pictures.faces)
    let (meter, _) = try scan.measureChannels(store, Array(0..<25), annotations: false)
    let report = ExplainabilityReport(asCropped: try meter.scores())
    #expect(report.asCropped.perChannel.allSatisfy { $0.purity == nil })
    let figures = try scan.channelFigures(report, store: store, faces: 8, channels: 3)
    #expect(figures.count == 3 && Set(figures[0].faces.map(\.source)).count == 8)
    #expect(figures[0].summary.meanStrength >= figures[1].summary.meanStrength)
  }

  @Test func figuresNameTheFacesThatCouldBeRead() throws {
    let scan = try tinyScan()
    let (meter, _) = try scan.measureChannels(scan.store(tinyFaces), Array(0..<25))
    let report = ExplainabilityReport(asCropped: try meter.scores())
    var dataset = Pictures.faces
    // Of the people 0, 1, ... the photos 0, 5 + 5 % 5, ... are shown; the first is gone.
    dataset.images[0] = nil
    let figures = try scan.channelFigures(report, store: scan.store(dataset), faces: 3, channels: 1)
    #expect(figures[0].faces.count == 2)
    #expect(!figures[0].faces.map(\.source).contains("picture 0"))
    #expect(figures[0].faces.map(\.isMoved) == [true, false])
  }
}

@Suite struct EvaluationTests {
  @Test func anEvaluationSurvivesItsJSON() throws {
    let scan = try tinyScan()
    let set = try tinyFaces.verificationSet(pairs: 40, seed: 1)
    let evaluation = try scan.evaluate(name: "m", sets: [set], annotated: tinyFaces)
    #expect(evaluation.verification.map(\.view) == ["as cropped", "moved"])
    #expect(evaluation.channels?.moved != nil)
    #expect(evaluation.data.contains("channels on procedural"))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let bytes = try encoder.encode(evaluation)
    let back = try JSONDecoder().decode(Evaluation.self, from: bytes)
    #expect(try encoder.encode(back) == bytes)
    #expect(back.channels == evaluation.channels)
    #expect(back.verification.map(\.metrics) == evaluation.verification.map(\.metrics))
    #expect(back.result(set.name, "moved")?.sameScores == evaluation.result(set.name, "moved")?.sameScores)
    #expect(back.result(set.name, "sideways") == nil)
  }

  @Test func howFacesMoveIsSeeded() throws {
    let scan = try tinyScan()
    let set = try tinyFaces.verificationSet(pairs: 20, seed: 1)
    var other = MovedFaces()
    other.seed = 5
    let first = try scan.evaluate(name: "m", sets: [set], annotated: nil)
    let second = try scan.evaluate(name: "m", sets: [set], annotated: nil, moved: other)
    #expect(first.result(set.name, "as cropped")?.sameScores == second.result(set.name, "as cropped")?.sameScores)
    #expect(first.result(set.name, "moved")?.sameScores != second.result(set.name, "moved")?.sameScores)
    #expect(first.channels == nil)
  }

  @Test func damagedPhotosAreNamedOnce() throws {
    var dataset = Pictures.faces
    dataset.images[1] = nil
    let pairs = [(0, 1, true), (0, 2, true), (5, 9, true), (2, 10, false), (3, 12, false)]
      .map { FacePair(first: $0.0, second: $0.1, same: $0.2, fold: 0) }
    let evaluation = try tinyScan().evaluate(
      name: "m", sets: [VerificationSet(name: "some", dataset: dataset, pairs: pairs)], annotated: dataset)
    #expect(evaluation.damaged.map(\.source) == ["picture 1"])
    #expect(evaluation.verification.map(\.pairsLeftOut) == [1, 1])
  }
}
