import ExplainableChannels
import FaceImages
import FileDigests
import Foundation

/// The files behind a page, so that an auditor can tell whether they are the same.
extension ExplanationReport {
  /// One pair's files and what compared them; nil where the account does not say.
  static func origin(_ explanation: Explanation) -> ReportSection? {
    guard let provenance = explanation.provenance else { return nil }
    let files: [Definitions.Entry] = [
      .init("Photo A", words(provenance.photoA, cut: explanation.boxA)),
      .init("Photo B", words(provenance.photoB, cut: explanation.boxB)),
    ]
    return section(files, explanation, provenance)
  }

  /// A probe's and its explained candidates' files.
  static func origin(_ explanations: [Explanation]) -> ReportSection? {
    guard let first = explanations.first, let provenance = first.provenance else { return nil }
    let candidates = explanations.enumerated().compactMap { index, explanation in
      explanation.provenance.map {
        Definitions.Entry("Candidate \(index + 1)", words($0.photoB, cut: explanation.boxB))
      }
    }
    let probe = Definitions.Entry("Probe", words(provenance.photoA, cut: first.boxA))
    return section([probe] + candidates, first, provenance)
  }

  private static func section(
    _ files: [Definitions.Entry], _ explanation: Explanation, _ provenance: Provenance
  ) -> ReportSection {
    let asked =
      ["mirror images averaged": explanation.flip, "hidden parts left out": explanation.ignoreHidden]
      .filter(\.value).keys.sorted()
    let entries =
      files + [
        .init("Model", words(provenance.model, cut: nil)),
        .init("Compared", asked.isEmpty ? "whole faces, as they are" : asked.joined(separator: ", ")),
        .init("By", "\(provenance.program), LibTorch \(provenance.libTorch), \(provenance.device)"),
        .init("On", provenance.date.formatted(.iso8601)),
      ]
    return ReportSection(
      "What was compared",
      blocks: [
        Definitions(entries),
        Paragraph(
          "facet audit explanation.json tells whether these are still the same files, and makes the account again from them."
        ),
      ])
  }

  private static func words(_ file: FileFingerprint, cut box: FaceBox?) -> String {
    let cut = box.map { ", cut to \($0.width) x \($0.height) pixels at \($0.x), \($0.y)" } ?? ""
    return "\(file.path), \(file.bytes) bytes\(cut), SHA-256 \(file.sha256)"
  }
}
