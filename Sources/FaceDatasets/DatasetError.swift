/// What is wrong with a data set on disk, where, and what to do about it.
public struct DatasetError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The sort of trouble, for callers that react to it.
  public enum Kind: String, Sendable, Codable {
    /// A file or folder is not there.
    case missing
    /// A file or folder is there and cannot be read.
    case unreadable
    /// There is nothing to work on.
    case empty
    /// A file does not hold what it should.
    case malformed
    /// What was asked for makes no sense, whatever is on disk.
    case invalidRequest
  }

  public var kind: Kind
  /// The file or folder.
  public var path: String
  /// Line of a text file, from 1.
  public var line: Int?
  /// Column (field) of a line, from 1.
  public var column: Int?
  public var problem: String
  /// What to do about it.
  public var remedy: String

  public init(
    _ kind: Kind, path: String, line: Int? = nil, column: Int? = nil, problem: String, remedy: String
  ) {
    self.kind = kind
    self.path = path
    self.line = line
    self.column = column
    self.problem = problem
    self.remedy = remedy
  }

  /// "list.csv, line 3, column 2: what is wrong; what to do"
  public var description: String {
    var place = path
    if let line { place += ", line \(line)" }
    if let column { place += ", column \(column)" }
    return "\(place): \(problem); \(remedy)"
  }
}
