/// One piece of a report's section: a paragraph, a table, a chart.
///
/// A new kind of block is a new type that writes itself.
public protocol ReportBlock: Sendable {
  /// Writes the block's markup.
  func write(to page: inout PageWriter)
}

/// Lets a section list its blocks one under the other, with `if` and `for`.
@resultBuilder
public enum ReportBuilder {
  public static func buildExpression(_ block: any ReportBlock) -> [any ReportBlock] { [block] }
  public static func buildExpression(_ blocks: [any ReportBlock]) -> [any ReportBlock] { blocks }
  public static func buildBlock(_ parts: [any ReportBlock]...) -> [any ReportBlock] { parts.flatMap { $0 } }
  public static func buildArray(_ parts: [[any ReportBlock]]) -> [any ReportBlock] { parts.flatMap { $0 } }
  public static func buildOptional(_ part: [any ReportBlock]?) -> [any ReportBlock] { part ?? [] }
  public static func buildEither(first part: [any ReportBlock]) -> [any ReportBlock] { part }
  public static func buildEither(second part: [any ReportBlock]) -> [any ReportBlock] { part }
}

/// Which way a number is better.
public enum BetterDirection: Sendable, Equatable {
  case higher
  case lower
}
