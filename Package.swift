// swift-tools-version: 6.0
import PackageDescription

// LibTorch: $LIBTORCH (a folder with include/ and lib/), else what scripts/bootstrap.sh unpacked.
let libtorch =
  Context.environment["LIBTORCH"].flatMap { $0.isEmpty ? nil : $0 } ?? (Context.packageDirectory + "/.deps/torch")

let torchHeaders: [CXXSetting] = [
  .unsafeFlags([
    "-isystem", libtorch + "/include",
    "-isystem", libtorch + "/include/torch/csrc/api/include",
  ])
]
let torchLibraries: [LinkerSetting] = [
  .unsafeFlags(["-L" + libtorch + "/lib", "-Xlinker", "-rpath", "-Xlinker", libtorch + "/lib"]),
  .linkedLibrary("torch_cpu"),
  .linkedLibrary("c10"),
]

let package = Package(
  name: "facet",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "facet", targets: ["facet"]),
    .library(name: "Torch", targets: ["Torch"]),
    .library(name: "FaceImages", targets: ["FaceImages"]),
    .library(name: "FaceDatasets", targets: ["FaceDatasets"]),
    .library(name: "FaceNetworks", targets: ["FaceNetworks"]),
    .library(name: "ExplainableChannels", targets: ["ExplainableChannels"]),
    .library(name: "FaceTraining", targets: ["FaceTraining"]),
    .library(name: "FaceEvaluation", targets: ["FaceEvaluation"]),
    .library(name: "FaceReports", targets: ["FaceReports"]),
    .library(name: "ArgumentParsing", targets: ["ArgumentParsing"]),
    .library(name: "TerminalOutput", targets: ["TerminalOutput"]),
    .library(name: "AtomicFiles", targets: ["AtomicFiles"]),
    .library(name: "FileDigests", targets: ["FileDigests"]),
    .library(name: "ONNX", targets: ["ONNX"]),
    .library(name: "ProtocolBuffers", targets: ["ProtocolBuffers"]),
  ],
  targets: [
    .target(name: "CTorch", cxxSettings: torchHeaders, linkerSettings: torchLibraries),
    .target(name: "AtomicFiles"),
    .target(name: "ProtocolBuffers"),
    .target(name: "Torch", dependencies: ["AtomicFiles", "CTorch"]),
    .target(name: "ONNX", dependencies: ["AtomicFiles", "ProtocolBuffers", "Torch"]),
    .systemLibrary(
      name: "CTurboJPEG", pkgConfig: "libturbojpeg", providers: [.apt(["libturbojpeg0-dev"]), .brew(["jpeg-turbo"])]),
    .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
    .systemLibrary(name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .target(name: "FileDigests", dependencies: ["CCrypto"]),
    .target(name: "FaceImages", dependencies: ["AtomicFiles", "CTurboJPEG", "CPNG", "CWebP"]),
    .target(name: "FaceDatasets", dependencies: ["AtomicFiles", "FaceImages", "Torch"]),
    .target(name: "FaceNetworks", dependencies: ["FaceDatasets", "ONNX", "Torch"]),
    .target(
      name: "ExplainableChannels",
      dependencies: ["FaceDatasets", "FaceImages", "FaceNetworks", "FileDigests", "Torch"]),
    .target(name: "TerminalOutput", dependencies: ["AtomicFiles"]),
    .target(name: "ArgumentParsing"),
    .target(
      name: "FaceTraining",
      dependencies: [
        "ArgumentParsing", "AtomicFiles", "ExplainableChannels", "FaceDatasets", "FaceNetworks", "ProtocolBuffers",
        "TerminalOutput", "Torch",
      ]),
    .target(
      name: "FaceEvaluation",
      dependencies: ["ExplainableChannels", "FaceDatasets", "FaceImages", "FaceNetworks", "FileDigests", "Torch"]),
    .target(
      name: "FaceReports",
      dependencies: [
        "AtomicFiles", "ExplainableChannels", "FaceDatasets", "FaceEvaluation", "FaceImages", "FaceNetworks",
        "FileDigests",
      ]),
    .executableTarget(
      name: "facet",
      dependencies: [
        "ArgumentParsing", "AtomicFiles", "ExplainableChannels", "FaceDatasets", "FaceEvaluation", "FaceImages",
        "FaceNetworks", "FaceReports", "FaceTraining", "FileDigests", "ONNX", "TerminalOutput", "Torch",
      ]),
    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(
      name: "FuzzTargets", dependencies: ["FaceDatasets", "FaceImages", "FaceTraining", "ONNX", "Torch"],
      path: "Tests/FuzzTargets"),
    .executableTarget(
      name: "facet-fuzz", dependencies: ["ArgumentParsing", "FuzzTargets", "TerminalOutput"], path: "Tests/FuzzRunner"),
    .testTarget(name: "FuzzTests", dependencies: ["facet-fuzz", "FuzzTargets", "TestSupport"]),
    .testTarget(name: "ProtocolBuffersTests", dependencies: ["ProtocolBuffers"]),
    .testTarget(name: "ONNXTests", dependencies: ["FaceDatasets", "ONNX", "TestSupport", "Torch"]),
    .testTarget(name: "TorchTests", dependencies: ["Torch", "TestSupport"], exclude: ["Fixtures"]),
    .testTarget(name: "FaceImagesTests", dependencies: ["CPNG", "CTurboJPEG", "CWebP", "FaceImages"]),
    .testTarget(
      name: "FaceDatasetsTests", dependencies: ["AtomicFiles", "FaceDatasets", "FaceImages", "TestSupport", "Torch"]),
    .testTarget(
      name: "FaceNetworksTests", dependencies: ["FaceDatasets", "FaceNetworks", "ONNX", "TestSupport", "Torch"]),
    .testTarget(
      name: "ExplainableChannelsTests",
      dependencies: ["ExplainableChannels", "FaceDatasets", "FaceImages", "FaceNetworks", "TestSupport", "Torch"]),
    .testTarget(name: "ArgumentParsingTests", dependencies: ["ArgumentParsing"]),
    .testTarget(name: "AtomicFilesTests", dependencies: ["AtomicFiles"]),
    .testTarget(name: "FileDigestsTests", dependencies: ["FileDigests", "TestSupport"]),
    .testTarget(name: "TerminalOutputTests", dependencies: ["TerminalOutput"]),
    .testTarget(
      name: "FaceTrainingTests",
      dependencies: [
        "ExplainableChannels", "FaceDatasets", "FaceImages", "FaceNetworks", "FaceTraining", "ProtocolBuffers",
        "TerminalOutput", "TestSupport", "Torch",
      ]),
    .testTarget(
      name: "FaceEvaluationTests",
      dependencies: [
        "ExplainableChannels", "FaceDatasets", "FaceEvaluation", "FaceImages", "FaceNetworks", "TestSupport", "Torch",
      ]),
    .testTarget(
      name: "FaceReportsTests",
      dependencies: [
        "AtomicFiles", "ExplainableChannels", "FaceDatasets", "FaceEvaluation", "FaceImages", "FaceReports",
      ]),
    .testTarget(
      name: "facetTests", dependencies: ["facet", "FaceDatasets", "FaceImages", "FaceNetworks", "TestSupport", "Torch"]),
  ],
  cxxLanguageStandard: .cxx20
)
