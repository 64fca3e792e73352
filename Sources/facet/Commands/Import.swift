import ArgumentParsing
import FaceNetworks
import Foundation
import TerminalOutput

extension WeightsImport.ColorOrder: ExpressibleByArgument {}

/// `facet import`
struct Import: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import",
    abstract: "Makes a model of weights that arcface_torch or AdaFace trained.",
    discussion: """
      The file is read without running Python or anything in it. The network computes what theirs computes on the same \
      aligned photo of 112x112 pixels, in RGB: AdaFace's weights, trained on BGR, get the input channels of their first \
      convolution swapped. facet train --from goes on from the model.
      """,
    examples: [
      "facet import backbone.pth --backbone iresnet50 --output model.safetensors",
      "facet import adaface_ir101_webface4m.ckpt --backbone iresnet100 --output adaface.safetensors",
    ])

  @Argument(help: "A .pth, .ckpt or .safetensors file with a state dict.") var weights: String
  @Option(help: "The network's body: r18 is iresnet18, mbf is mobilefacenet, AdaFace's ir_101 is iresnet100.")
  var backbone: NetworkSettings.Backbone
  @Option(name: .shortAndLong, help: "The model file to write.", valueName: "file") var output: String
  @Option(
    help: "The colors' order that the weights were trained with; auto is BGR for AdaFace's checkpoints, else RGB.")
  var colors = WeightsImport.ColorOrder.auto
  @Option(help: "Side of the photos in pixels.") var size = 112
  @Option(help: "The model's name; the file's without it.") var name: String?

  mutating func run() throws {
    try OutputCheck.files(output, reading: [weights])
    let imported = try WeightsImport(weights, backbone: backbone, inputSize: size, colors: colors)
    var model = imported.model
    if let name { model.info.name = name }
    try model.write(to: output)
    let count = model.network.parameterCount
    CommandOutput.current.printLine(
      "\(output): \(backbone.rawValue), \(count) parameters, from \(model.info.origin ?? "")")
  }
}
