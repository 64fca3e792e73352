import FaceDatasets
import FaceNetworks
import Foundation
import TestSupport
import Testing

@testable import ExplainableChannels

@Suite struct FaceFrameTests {
  private let parts: [SIMD2<Double>] = [[-1, -1], [1, -1], [0, 0], [0, 1.4], [-0.8, 0.6]]

  /// Five channels on faces that are moved, scaled and turned at random; `jitter` in units of the face.
  private func peaks(_ images: Int, jitter: Double = 0, turn: Double = 0.3) -> [Float] {
    var random = SeededRandom(seed: 3)
    return (0..<images).flatMap { _ -> [Float] in
      let (scale, angle) = (exp(random.uniform(-0.5...0.5)) * 40, random.uniform(-turn...turn))
      let shift = SIMD2(random.uniform(-30...30), random.uniform(-30...30))
      return parts.flatMap { part -> [Float] in
        let p = part + jitter * SIMD2(random.gaussian(), random.gaussian())
        let q = scale * SIMD2(cos(angle) * p.x - sin(angle) * p.y, sin(angle) * p.x + cos(angle) * p.y) + shift
        return [Float(q.x), Float(q.y)]
      }
    }
  }

  /// The parts brought to middle 0 and root mean square 1.
  private var wanted: [SIMD2<Double>] {
    let middle = parts.reduce(.zero, +) / 5
    let size = (parts.reduce(0) { $0 + (($1 - middle) * ($1 - middle)).sum() } / 5).squareRoot()
    return parts.map { ($0 - middle) / size }
  }

  @Test func findsTheFaceHoweverItIsMoved() throws {
    let frame = FaceFrame(xy: peaks(40), weights: .init(repeating: 1, count: 200), channels: 5)
    for (place, part) in zip(frame.places, wanted) {
      let place = try #require(place)
      // The mean turn of the photos stays in the frame.
      #expect(abs(place.x - part.x) < 0.1 && abs(place.y - part.y) < 0.1, "\(place) \(part)")
      #expect(place.spread < 1e-4)
    }
  }

  @Test func saysHowFarAChannelStrays() throws {
    let frame = FaceFrame(xy: peaks(400, jitter: 0.1), weights: .init(repeating: 1, count: 2000), channels: 5)
    let size = 1 / (wanted[1].x - wanted[0].x) * 2
    for place in frame.places { #expect(abs(place!.spread - 0.1 * 2.0.squareRoot() / size) < 0.06) }
  }

  @Test func aSilentChannelHasNoPlaceAndABadOneDoesNotDecide() throws {
    var xy = peaks(60)
    var weights = [Float](repeating: 1, count: 300)
    var random = SeededRandom(seed: 4)
    for image in 0..<60 {
      weights[image * 5 + 4] = 0
      // Channel 3 peaks anywhere.
      xy[(image * 5 + 3) * 2] = Float(random.uniform(-100...100))
      xy[(image * 5 + 3) * 2 + 1] = Float(random.uniform(-100...100))
    }
    let frame = FaceFrame(xy: xy, weights: weights, channels: 5)
    #expect(frame.places[4] == nil)
    let places = frame.places.compactMap { $0 }
    #expect(places[3].spread > 10 * places[0].spread)
    // The three good ones keep their shape: the eyes' distance over that from the eyes' middle to the nose is 2.
    let (left, right, nose) = (places[0], places[1], places[2])
    let across = hypot(right.x - left.x, right.y - left.y)
    let down = hypot(nose.x - (left.x + right.x) / 2, nose.y - (left.y + right.y) / 2)
    #expect(abs(across / down - 2) < 0.1)
  }

  @Test func silenceEverywhereIsNoError() {
    let frame = FaceFrame(xy: .init(repeating: 5, count: 20), weights: .init(repeating: 0, count: 10), channels: 5)
    #expect(frame.places.allSatisfy { $0 == nil })
  }
}

@Suite struct ChannelCatalogTests {
  /// Channel 0 on the nose, channel 1 silent, strength growing with the photo's number.
  private func meter(annotated: Bool) throws -> ExplainabilityMeter {
    var settings = ExplainabilitySettings()
    settings.bootstrapReplicates = 0
    var meter = try ExplainabilityMeter(channels: 2, mapWidth: 4, mapHeight: 4, settings: settings)
    for image in 0..<21 {
      var maps = [Float](repeating: 0, count: 32)
      maps[5] = Float(image)
      let annotation = FaceAnnotation(
        centers: [.init(.nose, x: 1.5, y: 1.5), .init(.mouth, x: 1.5, y: 3.5)], eyeMouthDistance: 2)
      let geometry = AffineMap(a: 1, b: 0, c: 0, d: 1, tx: 0.5, ty: 0.5)
      try meter.add(
        maps, image: MeasuredImage(index: image, geometry: geometry, annotation: annotated ? annotation : nil))
    }
    return meter
  }

  @Test func namesPartsAndStrengths() throws {
    let meter = try meter(annotated: true)
    let catalog = meter.catalog(try meter.scores(), data: "test")
    #expect(catalog.photos == 21 && catalog.annotatedPhotos == 21 && catalog.data == "test")
    let nose = catalog.channels[0]
    #expect(nose.name == "nose" && nose.part == "nose" && nose.purity == 1)
    #expect(
      nose.strength
        == .init(mean: 10, deviation: (770.0 / 21).squareRoot(), low: 1, median: 10, high: 19, average: 0.625))
    #expect(abs(nose.activeShare - 20.0 / 21) < 1e-9)
    #expect(catalog.channels[1].name == "silent" && catalog.channels[1].place == nil)
  }

  @Test func namesPlacesWithoutAnnotation() throws {
    let meter = try meter(annotated: false)
    let catalog = meter.catalog(try meter.scores(), data: "test")
    #expect(catalog.annotatedPhotos == 0 && catalog.channels[0].part == nil && catalog.channels[0].purity == nil)
    #expect(catalog.channels[0].name == "middle part of the face")
  }
}
