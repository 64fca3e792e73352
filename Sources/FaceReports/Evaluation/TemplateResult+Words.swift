import FaceEvaluation

extension TemplateResult {
  /// What templates without a photo that could be read cost; nil where there is none.
  public var lostInWords: String? {
    templatesLeftOut == 0
      ? nil
      : "\(templatesLeftOut) templates have no photo that could be read and match nobody: "
        + "\(verification.pairsFailed ?? 0) pairs count as rejected, probes as not found"
  }
}
