import FaceDatasets
import FaceImages
import TestSupport
import Testing

@testable import FaceEvaluation

@Suite struct TemplatePoolingTests {
  @Test func poolsByMediaThenTemplate() throws {
    // Media 7: the mean of (2, 0) and (0, 4); media 8: (1, 0). Their sum (2, 2) at unit length.
    var features = TemplateFeatures(templates: 3, dimension: 2)
    features.add([2, 0], template: 0, media: 7)
    features.add([0, 4], template: 0, media: 7)
    features.add([1, 0], template: 0, media: 8)
    features.add([3, -4], template: 2, media: 8)
    try features.finish()
    let half = Float(0.5).squareRoot()
    #expect(zip(features.values, [half, half, 0, 0, 0.6, -0.8]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(features.isPresent == [true, false, true])
    #expect(abs(features.cosine(0, 2) - half * -0.2) < 1e-6)
  }

  @Test func cosinesOfAnyDimension() throws {
    for dimension in [1, 7, 8, 19, 64] {
      var random = SeededRandom(seed: UInt64(dimension))
      let rows = (0..<2).map { _ in (0..<dimension).map { _ in Float(random.uniform(-1...1)) } }
      var features = TemplateFeatures(templates: 2, dimension: dimension)
      for (template, row) in rows.enumerated() { features.add(row, template: template, media: 0) }
      try features.finish()
      #expect(abs(Double(features.cosine(0, 1)) - cosineSimilarity(rows[0], rows[1])) < 1e-5)
    }
  }

  @Test func featuresWithoutDirection() throws {
    var features = TemplateFeatures(templates: 1, dimension: 2)
    features.add([0, 0], template: 0, media: 1)
    try features.finish()
    #expect(features.isPresent == [false] && features.values == [0, 0])
    features.add([.nan, 0], template: 0, media: 1)
    #expect(throws: VerificationError.templateNotFinite) { try features.finish() }
  }

  /// IJB with procedural faces in place of its photos.
  private func measured(
    _ pooling: TemplatePooling, damaged: Set<Int> = []
  ) throws -> (features: TemplateFeatures, result: TemplateResult, embeddings: (straight: [Float], mirrored: [Float])) {
    let files = try MiniatureIJB()
    for (index, photo) in MiniatureIJB.photos.enumerated() {
      try files.folder.write("loose_crop/" + photo.0)
      guard !damaged.contains(index) else { continue }
      try tinyFaces.face(at: index).image.write(to: files.root + "/loose_crop/" + photo.0, quality: 95)
    }
    let ijb = try IJB(root: files.root)
    let scan = try tinyScan()
    let all = try scan.embedBothWays(scan.store(ijb), Array(0..<9).filter { !damaged.contains($0) })
    return (
      try scan.templates(of: ijb, store: scan.store(ijb), pooling: pooling, progress: { _ in }).features,
      try scan.evaluate(ijb, pooling: pooling), (all.straight.values, all.mirrored)
    )
  }

  /// The same by the definition, from each photo's embedding.
  private func expected(
    _ embeddings: (straight: [Float], mirrored: [Float]), _ pooling: TemplatePooling, photos: [[(Int, Float)]]
  ) -> [Float] {
    func photo(_ index: Int, _ weight: Float) -> [Float] {
      let range = (16 * index)..<(16 * index + 16)
      let (straight, mirrored) = (Array(embeddings.straight[range]), Array(embeddings.mirrored[range]))
      var feature =
        switch pooling.mirror {
        case .none: straight
        case .sum: zip(straight, mirrored).map { $0 + $1 }
        case .concatenated: straight + mirrored
        }
      if !pooling.keepsLength { feature = unit(feature) }
      return feature.map { $0 * (pooling.weighsByDetector ? weight : 1) }
    }
    let medias = photos.map { media -> [Float] in
      let features = media.map { photo($0.0, $0.1) }
      return features[0].indices.map { place in features.reduce(0) { $0 + $1[place] } / Float(features.count) }
    }
    return unit(medias[0].indices.map { place in medias.reduce(0) { $0 + $1[place] } })
  }

  private func unit(_ values: [Float]) -> [Float] {
    let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    return values.map { $0 / length }
  }

  @Test(arguments: TemplatePooling.Mirror.allCases, [(true, true), (false, true), (true, false)])
  func networksFeaturesArePooled(mirror: TemplatePooling.Mirror, modes: (Bool, Bool)) throws {
    var pooling = TemplatePooling()
    (pooling.mirror, pooling.keepsLength, pooling.weighsByDetector) = (mirror, modes.0, modes.1)
    let (features, result, embeddings) = try measured(pooling)
    let ten = expected(embeddings, pooling, photos: [[(0, 1), (2, 0.25)], [(3, 0.75)]])
    let row = features.values[features.dimension..<(2 * features.dimension)]
    #expect(zip(row, ten).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(result.verification.positives == 2 && result.verification.negatives == 2 && result.templatesLeftOut == 0)
    let twenty = expected(embeddings, pooling, photos: [[(5, 1), (6, 0.5)]])
    let eleven = expected(embeddings, pooling, photos: [[(4, 1)], [(8, 0.125)]])
    #expect(abs(Double(features.cosine(2, 3)) - cosineSimilarity(eleven, twenty)) < 1e-4)
    #expect(result.identification?.map(\.gallery) == ["G1", "G2", "G1 + G2"])
  }

  @Test func damagedPhotosAreLeftOutAndTheirTemplatesMatchNobody() throws {
    // Photo 3 is one of two of its media, photo 8 all of template 21.
    let (features, result, embeddings) = try measured(TemplatePooling(), damaged: [2, 7])
    #expect(features.isPresent == [true, true, true, true, false])
    #expect(result.damaged.map(\.index).sorted() == [2, 7] && result.templatesLeftOut == 1)
    #expect(result.verification.pairsFailed == 1 && result.verification.negatives == 2)
    // Without photo 3, photo 4 is the third that was read.
    let ten = expected(embeddings, TemplatePooling(), photos: [[(0, 1)], [(2, 0.75)]])
    #expect(zip(features.values[16..<32], ten).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test func pairsWithoutPhotosAreNamedAsSuch() throws {
    let error = #expect(throws: VerificationError.noTemplates(pairs: 4)) {
      try measured(TemplatePooling(), damaged: Set(1...8))
    }
    #expect(error.map { "\($0)".contains("loose_crop") } == true)
  }

  @Test func listsAreReadBeforePhotos() throws {
    let files = try MiniatureIJB()
    try files.folder.write("meta/ijbc_template_pair_label.txt", MiniatureIJB.pairs + "3 10\n")
    let ijb = try IJB(root: files.root)
    let scan = try tinyScan()
    // There are no photos at all.
    let error = #expect(throws: DatasetError.self) { try scan.evaluate(ijb) }
    #expect(error?.line == 5, "\(error!)")
  }
}
