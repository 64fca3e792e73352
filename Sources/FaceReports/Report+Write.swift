import AtomicFiles
import Foundation

extension Report {
  /// Writes the page as one file, so that no reader sees half a report. Throws `FileWriteError`.
  public func write(to path: String) throws { try writeAtomically(Data(html().utf8), to: path) }
}
