import ArgumentParsing
import FaceDatasets
import Foundation
import TerminalOutput

/// `facet shrink`
struct Shrink: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shrink",
    abstract: "Copies a dataset with its photos shrunk to what training reads.",
    discussion: """
      Photos keep their names and proportions, CFP's landmarks shrink with them, other files are copied as they are. Take a \
      side somewhat above input.size: training crops at random.
      """,
    examples: ["facet shrink cfp --side 128 --output cfp-128"])

  @Argument(help: "The dataset's folder.") var data: String
  @Option(name: .shortAndLong, help: "The folder to write; it must not exist.", valueName: "folder") var output: String
  @Option(help: "The shorter side of the shrunk photos in pixels.") var side = 128
  @Option(help: "Share of each side of a photo that is kept, around its middle (LFW: 0.6 shows the face).")
  var centerCrop = 1.0
  @OptionGroup var detection: DetectOptions
  @Option(help: "JPEG and WebP quality, 1 to 100.") var quality = 95
  @Option(help: "Threads.") var threads = ProcessInfo.processInfo.activeProcessorCount

  mutating func validate() throws {
    guard (1...256).contains(threads) else { throw UsageError("--threads \(threads) is not between 1 and 256") }
    guard (8...4096).contains(side) else { throw UsageError("--side \(side) is not between 8 and 4096") }
    guard (1...100).contains(quality) else { throw UsageError("--quality \(quality) is not between 1 and 100") }
    try detection.check(centerCrop: centerCrop)
  }

  mutating func run() throws {
    let copy = try ShrunkCopy(
      of: data, to: output, side: side, fraction: centerCrop, detector: detection.detector(), quality: quality)
    let bar = ProgressReporter(label: "shrink", total: copy.count, unit: "files")
    let damaged = try Interruption.abandoning {
      try copy.write(threads: threads) {
        bar.update(completed: $0)
        try Interruption.checkAbandoned()
      }
    }
    bar.finish()
    CommandOutput.current.printLine("\(output): \(copy.count - damaged.count) files")
    try DamagedPhotos.report(damaged)
  }
}
