import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where progress is shown.
public struct TerminalDestination: Sendable {
  /// Whether lines can be rewritten.
  public var isTerminal: Bool
  /// The width in columns, asked again for every line because windows change.
  public var width: @Sendable () -> Int
  /// Takes text as it is, line ends included.
  public var write: @Sendable (String) -> Void

  public init(isTerminal: Bool, width: @escaping @Sendable () -> Int, write: @escaping @Sendable (String) -> Void) {
    self.isTerminal = isTerminal
    self.width = width
    self.write = write
  }

  /// Standard error, so that progress never mixes with results in a pipe.
  public static let standardError = TerminalDestination(
    isTerminal: isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb",
    width: { terminalWidth(of: STDERR_FILENO) },
    // Nobody is left to tell when that fails, and a training goes on without its progress.
    write: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) })
}

/// The columns of the terminal behind a descriptor, 80 when it is none.
private func terminalWidth(of descriptor: Int32) -> Int {
  var size = winsize()
  guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
  return Int(size.ws_col)
}
