/// Why an image could not be read or written. Its text names the file, what is wrong and what to do.
public struct ImageError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The kinds of trouble, so that callers can count them.
  public enum Problem: Equatable, Sendable {
    /// There is no file of that name.
    case missing
    /// There is no such file because its name, as a folder lists it, is not UTF-8.
    case nameNotUTF8
    /// The path is a directory, a pipe or a device.
    case notAFile
    /// The system refused to read it; its reason.
    case unreadable(String)
    /// The file has no bytes.
    case empty
    /// The first bytes are those of no known format.
    case notAnImage
    /// A variant of a known format that is not decoded; which one.
    case unsupported(String)
    /// The data stop before the picture is complete.
    case truncated
    /// The data contradict themselves; the codec's words.
    case damaged(String)
    /// The picture has more pixels than the caller allows.
    case tooLarge(width: Int, height: Int, maximumPixels: Int)
    /// The file has more bytes than any picture of the allowed size needs.
    case fileTooLarge(bytes: Int, limit: Int)
    /// The codec refused to encode the picture; its words.
    case cannotEncode(String)
    /// The extension of the file to write is that of no known format.
    case unknownExtension(String)
    /// The system refused to write it; its reason.
    case unwritable(String)
  }

  /// The file, or the name that the caller gave to bytes in memory.
  public let name: String
  /// What is wrong.
  public let problem: Problem

  /// Pairs a file with its problem.
  public init(name: String, problem: Problem) {
    self.name = name
    self.problem = problem
  }

  public var description: String {
    "\(name): \(problem.statement). \(problem.remedy)."
  }
}

extension ImageError.Problem {
  var statement: String {
    switch self {
    case .missing: "no such file"
    case .nameNotUTF8: "its name is not UTF-8, as names have to be here"
    case .notAFile: "not a regular file"
    case .unreadable(let reason): "cannot be read (\(reason))"
    case .empty: "the file is empty"
    case .notAnImage: "not a JPEG, PNG or WebP image"
    case .unsupported(let variant): "\(variant) is not supported"
    case .truncated: "the image data end too early"
    case .damaged(let detail): "the image data are damaged (\(detail))"
    case .tooLarge(let width, let height, let maximum):
      "\(width) x \(height) pixels are more than the limit of \(maximum)"
    case .fileTooLarge(let bytes, let limit): "\(bytes) bytes are more than the limit of \(limit)"
    case .cannotEncode(let detail): "the image cannot be encoded (\(detail))"
    case .unknownExtension(let found): "\"\(found)\" is not the extension of a format that can be written"
    case .unwritable(let reason): "cannot be written (\(reason))"
    }
  }

  var remedy: String {
    switch self {
    case .missing: "Check the path"
    case .nameNotUTF8: "Rename the file"
    case .notAFile: "Name an image file"
    case .unreadable: "Check the file's permissions and its disk"
    case .empty, .truncated, .damaged: "Copy or download it again, or leave it out"
    case .notAnImage: "Convert it to JPEG, PNG or WebP, or leave it out"
    case .unsupported: "Save it as an ordinary 8-bit JPEG or PNG"
    case .tooLarge, .fileTooLarge: "Scale it down"
    case .cannotEncode: "Write a smaller image or choose another format"
    case .unknownExtension: "Use .jpg, .jpeg, .png or .webp"
    case .unwritable: "Check that the folder exists, may be written to and has space"
    }
  }
}
