import FaceDatasets
import Testing
import Torch

private let input: InputSettings = {
  var input = InputSettings()
  input.size = 32
  return input
}()

/// Nothing but the window in the middle.
private let none: AugmentationSettings = {
  var settings = AugmentationSettings()
  (settings.flip, settings.scale, settings.degrees, settings.shift, settings.crop) = (0, 0, 0, 0, false)
  return settings
}()

/// Seeded noise, [count, 36, 36, 3] bytes.
private func noise(_ count: Int, seed: UInt64 = 5) throws -> Tensor {
  var random = SeededRandom(seed: seed)
  return try Tensor((0..<(count * 36 * 36 * 3)).map { _ in UInt8(random.int(below: 256)) }, [count, 36, 36, 3])
}

private func apply(_ settings: AugmentationSettings, _ photos: Tensor, seed: UInt64 = 1) throws -> Tensor {
  var random = SeededRandom(seed: seed)
  return try settings.apply(photos, input, using: &random)
}

/// The largest difference of photo `row`.
private func difference(_ a: Tensor, _ b: Tensor, row: Int) throws -> Float {
  try zip(a[row].contiguous().floats(), b[row].contiguous().floats()).map { abs($0 - $1) }.max()!
}

@Suite struct AugmentationTests {
  @Test func withoutAugmentationTheMiddleIsTaken() throws {
    let photos = try noise(2)
    let plain = try Tensor.networkInput(photos, through: [.centered(input), .centered(input)], size: 32)
    #expect(try apply(none, photos).floats() == plain.floats())
  }

  @Test func theSameStreamGivesTheSameBatch() throws {
    var all = AugmentationSettings()
    (all.color, all.blur, all.erase) = (0.3, 0.5, 0.5)
    let photos = try noise(6)
    let first = try apply(all, photos).floats()
    #expect(try apply(all, photos).floats() == first)
    #expect(try apply(all, photos, seed: 2).floats() != first)
    #expect(first.allSatisfy { (-1...1).contains($0) })
  }

  @Test func flipsMirrorThatShareOfThePhotos() throws {
    var settings = none
    let photos = try noise(200)
    let plain = try apply(none, photos)
    settings.flip = 1
    let mirrored = try apply(settings, photos)
    let expected = try plain.flipped(3)
    for row in 0..<200 { #expect(try difference(mirrored, expected, row: row) < 1e-4) }
    settings.flip = 0.5
    let some = try apply(settings, photos)
    let flipped = try (0..<200).filter { try difference(some, plain, row: $0) > 0.1 }
    #expect((70...130).contains(flipped.count))
    for row in flipped.prefix(5) { #expect(try difference(some, mirrored, row: row) < 1e-4) }
  }

  @Test func windowsLieOnWholePixelsInsideThePhoto() throws {
    var settings = none
    settings.crop = true
    let ramp = try Tensor(
      (0..<36).flatMap { y in (0..<36).flatMap { x in [UInt8(x), UInt8(y), 0] } }, [1, 36, 36, 3])
    var corners: Set<[Int]> = []
    for seed in 0..<80 {
      let seen = try (apply(settings, ramp, seed: UInt64(seed)) * 127.5 + 127.5).floats()
      let (x, y) = (seen[0], seen[32 * 32])
      #expect(abs(x - x.rounded()) < 1e-3 && abs(y - y.rounded()) < 1e-3)
      #expect((0...4).contains(x.rounded()) && (0...4).contains(y.rounded()))
      corners.insert([Int(x.rounded()), Int(y.rounded())])
    }
    #expect(corners.count > 12, "all over the border")
    #expect(Set(corners.map { $0[0] }) == Set(0...4))
  }

  @Test func oneSettingDoesNotChangeWhatTheOthersDraw() throws {
    let photos = try noise(8)
    var flips = none
    flips.flip = 0.5
    let plain = try apply(none, photos)
    func flipped(_ settings: AugmentationSettings) throws -> [Bool] {
      let images = try apply(settings, photos)
      let mirror = try plain.flipped(3)
      return try (0..<8).map { row in
        try (images[row] * mirror[row]).mean().item() > (images[row] * plain[row]).mean().item()
      }
    }
    let before = try flipped(flips)
    #expect(before.contains(true) && before.contains(false))
    for change in [\AugmentationSettings.scale, \.degrees, \.shift, \.color, \.blur, \.erase] {
      var again = flips
      again[keyPath: change] = 1e-6
      #expect(try flipped(again) == before)
    }
    // Which rectangles are erased: those are zeros, whatever was done to the colors before.
    func erased(color: Double, blur: Double) throws -> [Bool] {
      var settings = none
      (settings.erase, settings.color, settings.blur) = (0.7, color, blur)
      return try apply(settings, photos).abs().sum(1).equal(to: 0).to(.float32).floats().map { $0 == 1 }
    }
    let rectangles = try erased(color: 0, blur: 0)
    #expect(rectangles.contains(true) && rectangles.contains(false))
    #expect(try erased(color: 0.1, blur: 0) == rectangles && erased(color: 0.1, blur: 0.5) == rectangles)
    // Nor what the next batch of a step draws.
    func next(_ settings: AugmentationSettings) throws -> UInt64 {
      var random = SeededRandom(seed: 1)
      _ = try settings.apply(photos, input, using: &random)
      return random.next()
    }
    var colored = none
    (colored.color, colored.erase) = (0.1, 0.5)
    #expect(try next(none) == next(colored))
  }

  @Test func erasingLeavesGreyRectanglesOfAFewPercent() throws {
    var settings = none
    settings.erase = 1
    // White photos, so that only what was erased is 0.
    let white = try Tensor([UInt8](repeating: 255, count: 40 * 36 * 36 * 3), [40, 36, 36, 3])
    let images = try apply(settings, white).floats()
    for photo in 0..<40 {
      let red = images[(photo * 3 * 1024)..<(photo * 3 * 1024 + 1024)]
      let erased = red.indices.filter { red[$0] == 0 }.map { $0 - red.startIndex }
      let (columns, rows) = (erased.map { $0 % 32 }, erased.map { $0 / 32 })
      let area = (columns.max()! - columns.min()! + 1) * (rows.max()! - rows.min()! + 1)
      #expect(area == erased.count, "a full rectangle")
      #expect((0.01...0.23).contains(Double(area) / 1024))
      let blue = images[(photo * 3 * 1024 + 2048)..<(photo * 3 * 1024 + 3072)]
      #expect(zip(red, blue).allSatisfy { $0 == $1 }, "all channels alike")
    }
    settings.erase = 0
    #expect(try apply(settings, white).floats().allSatisfy { $0 == 1 })
  }

  @Test func blurringKeepsBrightnessAndLowersContrast() throws {
    var settings = none
    settings.blur = 1
    let photos = try noise(30)
    let (plain, soft) = try (apply(none, photos), apply(settings, photos))
    for row in 0..<30 {
      let (before, after) = try (plain[row].floats(), soft[row].floats())
      func spread(_ values: [Float]) -> Float {
        let mean = values.reduce(0, +) / Float(values.count)
        return values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Float(values.count)
      }
      #expect(spread(after) < spread(before))
      let change = (after.reduce(0, +) - before.reduce(0, +)) / Float(before.count)
      #expect(abs(change) < 0.03)
    }
    let flat = try Tensor([UInt8](repeating: 200, count: 36 * 36 * 3), [1, 36, 36, 3])
    #expect(try apply(settings, flat).floats().allSatisfy { abs($0 - 72.5 / 127.5) < 1e-5 }, "borders do not darken")
  }

  @Test func colorsChangeWithinTheirRange() throws {
    var settings = none
    settings.color = 0.2
    let gray = try Tensor([UInt8](repeating: 128, count: 60 * 36 * 36 * 3), [60, 36, 36, 3])
    let images = try apply(settings, gray).floats()
    let firsts = (0..<60).map { images[$0 * 3 * 1024] }
    let level = Float(0.5 / 127.5)
    #expect(firsts.allSatisfy { abs($0 - level) <= 0.2 + 1e-5 }, "flat gray changes in brightness only")
    #expect(Set(firsts).count > 50)
    #expect(firsts.max()! > 0.1 && firsts.min()! < -0.1)
  }

  @Test func settingsOutOfRangeAreNamed() throws {
    try AugmentationSettings().validate()
    for (change, name) in [
      ({ $0.flip = 1.5 }, "flip"), ({ $0.scale = -0.1 }, "scale"), ({ $0.degrees = 200 }, "degrees"),
      ({ $0.shift = .nan }, "shift"), ({ $0.color = 2 }, "color"), ({ $0.blur = -1 }, "blur"),
      ({ $0.erase = .infinity }, "erase"),
    ] as [((inout AugmentationSettings) -> Void, String)] {
      var settings = AugmentationSettings()
      change(&settings)
      let error = #expect(throws: SettingsError.self) { try settings.validate() }
      #expect(error?.message.contains("augmentation.\(name) ") == true)
    }
  }
}
