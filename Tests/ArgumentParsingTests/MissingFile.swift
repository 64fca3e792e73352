import Foundation

/// Fails the way Foundation does.
func readMissingFile() throws { _ = try String(contentsOfFile: "no-such-folder/no-such-file", encoding: .utf8) }
