// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "facet-benchmarks",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "facet-benchmarks", targets: ["FacetBenchmarks"])],
  dependencies: [.package(name: "facet", path: "..")],
  targets: [
    .executableTarget(
      name: "FacetBenchmarks",
      dependencies: [
        .product(name: "ArgumentParsing", package: "facet"),
        .product(name: "ExplainableChannels", package: "facet"),
        .product(name: "FaceDatasets", package: "facet"),
        .product(name: "FaceEvaluation", package: "facet"),
        .product(name: "FaceImages", package: "facet"),
        .product(name: "FaceNetworks", package: "facet"),
        .product(name: "ONNX", package: "facet"),
        .product(name: "TerminalOutput", package: "facet"),
        .product(name: "Torch", package: "facet"),
      ])
  ],
  swiftLanguageModes: [.v6]
)
