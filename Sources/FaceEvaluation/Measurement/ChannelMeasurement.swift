import ExplainableChannels
import FaceDatasets
import FaceNetworks
import Torch

extension NetworkScan {
  /// Measures the target layer's channels on photos with annotations. Photos that cannot be read, or whose annotations cannot, are
  /// left out and named. Throws when the model has no target layer.
  public func measureChannels(
    _ store: PhotoStore, _ indices: [Int], view: PhotoView = .asCropped,
    annotations: Bool = true, settings: ExplainabilitySettings = ExplainabilitySettings(),
    progress: (Int) -> Void = { _ in }
  ) throws -> (meter: ExplainabilityMeter, damaged: [DamagedPhoto]) {
    let network = model.network
    guard network.targetChannels > 0 else {
      throw ModelError(path: model.info.name, reason: "it has no target layer whose channels could be measured")
    }
    let side = network.targetSide
    var meter = try ExplainabilityMeter(
      channels: network.targetChannels, mapWidth: side, mapHeight: side, settings: settings)
    var unannotated: [DamagedPhoto] = []
    let damaged = try run(store, indices, view: view) { batch in
      let target = try targetMaps(batch.output).to(.cpu).to(.float32).contiguous()
      let size = network.targetChannels * side * side
      try target.withUnsafeBytes { bytes in
        let values = bytes.bindMemory(to: Float.self)
        for (row, index) in batch.indices.enumerated() {
          let maps = UnsafeBufferPointer(rebasing: values[(row * size)..<((row + 1) * size)])
          do {
            try meter.add(maps, image: measured(store.dataset, index, view, annotations))
          } catch let error as DatasetError {
            unannotated.append(
              DamagedPhoto(index: index, source: store.dataset.source(at: index), error: error))
          }
        }
      }
      progress(meter.images)
    }
    return (meter, damaged + unannotated)
  }

  /// Measures the channels as cropped and moved, one view after the other, so that the maps of one are kept at a time.
  /// `inspect` sees the meter of the view as cropped, and its scores, while they are there.
  public func explainability(
    _ store: PhotoStore, _ indices: [Int], moved: MovedFaces = MovedFaces(),
    settings: ExplainabilitySettings = ExplainabilitySettings(),
    inspect: (ExplainabilityMeter, ExplainabilityScores) throws -> Void = { _, _ in }
  ) throws -> (report: ExplainabilityReport, damaged: [DamagedPhoto]) {
    func scores(_ view: PhotoView) throws -> (scores: ExplainabilityScores, damaged: [DamagedPhoto]) {
      let found = try measureChannels(store, indices, view: view, settings: settings)
      let scores = try found.meter.scores()
      if view == .asCropped { try inspect(found.meter, scores) }
      return (scores, found.damaged)
    }
    // A photo that cannot be read is missing in both views alike.
    let (asCropped, damaged) = try scores(.asCropped)
    return (ExplainabilityReport(asCropped: asCropped, moved: try scores(.moved(moved)).scores), damaged)
  }

  private func measured(
    _ dataset: any FaceDataset, _ index: Int, _ view: PhotoView, _ annotations: Bool
  ) throws -> MeasuredImage {
    let faces = annotations ? dataset as? ProceduralFaces : nil
    let face = faces?.face(at: index)
    let parts = try annotations ? face?.parts ?? dataset.partMap(at: index) : nil
    let size = try dataset.size(at: index)
    // Photos of nobody known all have one label.
    let label = dataset.identityCount > 1 ? dataset.label(at: index) : PartlyLabeled.noLabel
    return MeasuredImage(
      index: index, group: label == PartlyLabeled.noLabel ? nil : label,
      geometry: geometry(width: size.width, height: size.height, map: view.map(model.info.input, index: index)),
      annotation: try annotations ? face?.annotation ?? dataset.annotation(at: index) : nil,
      labels: try parts.map { try PartLabels(width: $0.width, height: $0.height, labels: $0.labels) })
  }

  /// From cells of the target map to pixels of a photo of that size seen through `map`.
  public func geometry(width: Int, height: Int, map: AffineMap) -> AffineMap {
    let side = Double(model.info.input.size)
    // Input pixels -> normalized input -> normalized photo -> photo pixels.
    let (w, h) = (Double(width) / 2, Double(height) / 2)
    let inputToSource = AffineMap(
      a: w * map.a * 2 / side, b: w * map.b * 2 / side, c: h * map.c * 2 / side, d: h * map.d * 2 / side,
      tx: w * (map.tx - map.a - map.b + 1), ty: h * (map.ty - map.c - map.d + 1))
    let cells = model.network.targetSide
    return AffineMap(
      mapWidth: cells, mapHeight: cells, inputWidth: model.info.input.size, inputHeight: model.info.input.size,
      inputToSource: inputToSource, placement: .mirrored)
  }
}
