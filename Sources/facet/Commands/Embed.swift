import ArgumentParsing
import FaceDatasets
import FaceEvaluation
import FaceNetworks
import Foundation
import TerminalOutput
import Torch

/// `facet embed`
struct Embed: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed",
    abstract: "Writes the embeddings of a list of photos.",
    discussion: """
      The output is a safetensors file with `embeddings` [N, D], float32, not normalized, in the order of the list. The row \
      of a photo that cannot be read holds NaN; such photos are named and the exit code is 1 (one that is not there is an error before anything is read). With --detect it also holds \
      `boxes` [N, 4], float32: left, top, width and height of each photo's crop, NaN where there is none.
      """,
    examples: ["facet embed model.safetensors --list photos.txt --output embeddings.safetensors"])

  @Argument(help: "A model file; Facet's own small model without it.") var model: String?
  @Option(help: "A text file with the path of one photo a line.", valueName: "file") var list: String
  @Option(name: .shortAndLong, help: "The safetensors file to write.", valueName: "file") var output: String
  @Flag(help: "Add the embedding of each photo's mirror image, both at unit length.") var flip = false
  @Option(
    help: "Also write the network's inputs, embeddings and activations, for checking: a safetensors file.",
    valueName: "path")
  var tensors: String?
  @OptionGroup(title: "Photos") var detection: DetectOptions
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Option(
    help: "Write what was done, and in how much memory, as JSON; - for standard output.", valueName: "path")
  var json: OutputPath?

  mutating func validate() throws {
    guard !flip || tensors == nil else {
      throw UsageError("--tensors holds the photos as they are, and --flip adds their mirror images: give one of these")
    }
  }

  mutating func run() throws {
    let path = try DefaultModel.path(model)
    try OutputCheck.files(output, tensors, json?.path, reading: [path, list])
    let opened = try device.open()
    let model = try FaceModel(contentsOf: path, on: opened)
    let listed = try ImageList(contentsOf: list)
    try OutputCheck.files(output, tensors, json?.path, reading: (0..<listed.count).map(listed.source))
    let photos = try detection.apply(to: listed)
    var scan = NetworkScan(model, on: opened)
    scan.workers = device.workers
    let bar = ProgressReporter(label: "embed", total: photos.count, unit: "photos")
    let embeddings = try scan.embed(
      scan.store(photos, memoryLimit: 0), Array(0..<photos.count), flip: flip, progress: { bar.update(completed: $0) })
    bar.finish()
    if let tensors {
      let checked = try scan.tensors(scan.store(photos, memoryLimit: 0), embeddings.indices)
      try Safetensors.write(checked, metadata: ["model": model.info.name], to: tensors)
    }
    var rows = [Float](repeating: .nan, count: photos.count * embeddings.dimension)
    for (place, index) in embeddings.indices.enumerated() {
      let from = place * embeddings.dimension
      rows.replaceSubrange(
        (index * embeddings.dimension)..<((index + 1) * embeddings.dimension),
        with: embeddings.values[from..<(from + embeddings.dimension)])
    }
    var tensors = [("embeddings", try Tensor(rows, [photos.count, embeddings.dimension]))]
    if let cut = photos as? DetectedFaces { tensors.append(("boxes", try boxes(cut, embeddings.indices))) }
    try Safetensors.write(tensors, metadata: ["model": model.info.name], to: output)
    try report(
      Result(
        output: output, photos: photos.count, dimension: embeddings.dimension, damaged: embeddings.damaged,
        peakMemory: .now(on: opened)))
    try DamagedPhotos.report(embeddings.damaged)
  }

  private struct Result: Encodable {
    let output: String
    let photos: Int
    let dimension: Int
    let damaged: [DamagedPhoto]
    let peakMemory: PeakMemory
  }

  private func report(_ result: Result) throws {
    if let json { try writeJSON(result, to: json.path) }
    CommandOutput.current.printLine(
      "\(output): \(result.photos) photos, \(result.dimension) numbers each, \(result.peakMemory)")
  }

  private func boxes(_ photos: DetectedFaces, _ indices: [Int]) throws -> Tensor {
    var values = [Float](repeating: .nan, count: 4 * photos.count)
    for index in indices {
      let box = try photos.box(at: index)
      values.replaceSubrange(
        (4 * index)..<(4 * index + 4), with: [box.x, box.y, box.width, box.height].map(Float.init))
    }
    return try Tensor(values, [photos.count, 4])
  }
}

/// Photos that were left out, on the terminal.
enum DamagedPhotos {
  /// Names them; throws so that the exit code says it too.
  static func report(_ damaged: [DamagedPhoto]) throws {
    for photo in damaged.prefix(20) { CommandOutput.current.printError("left out \(photo)".onOneLine) }
    guard damaged.isEmpty else { throw CommandFailure(summary(damaged)) }
  }

  /// How many, and why: that they could not be read, or what those that could have in common.
  private static func summary(_ damaged: [DamagedPhoto]) -> String {
    func count(_ photos: [DamagedPhoto]) -> String { photos.count == 1 ? "a photo" : "\(photos.count) photos" }
    let read = damaged.filter(\.wasRead)
    let unread = damaged.filter { !$0.wasRead }
    let reasons = Set(read.map(\.reason))
    let why = reasons.count == 1 ? ": \(reasons.joined())" : ""
    let leftOut = "\(count(read)) \(read.count == 1 ? "was" : "were") left out\(why)"
    guard !unread.isEmpty else { return leftOut }
    return "\(count(unread)) could not be read" + (read.isEmpty ? "" : "; \(leftOut)")
  }
}
