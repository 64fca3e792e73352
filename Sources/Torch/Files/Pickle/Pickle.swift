import Foundation

/// What a Python pickle describes, read without running any of it: numbers, texts, bytes, lists, tuples and dictionaries,
/// and the calls that Python would make, as mere descriptions.
///
/// Objects lie in one flat array and refer to each other by position, so that neither deep nesting nor cycles can do harm.
public struct Pickle {
  /// One value. Ranges are places in the bytes that were read.
  public enum Value: Hashable, Sendable {
    case none
    case bool(Bool)
    case int(Int)
    case float(Double)
    /// A whole number that needs more than 64 bits, little endian, two's complement.
    case long(Range<Int>)
    /// UTF-8.
    case text(Range<Int>)
    case bytes(Range<Int>)
    /// Position in ``Pickle/strings``: text or bytes that were written with escapes.
    case string(Int)
    /// Position in ``Pickle/globals``: a class or function by its dotted name.
    case global(Int)
    /// Position in ``Pickle/objects``.
    case object(Int)
    /// Position in ``Pickle/objects`` of the tuple that names something outside of the pickle (PyTorch's storages).
    case persistent(Int)
  }

  /// A container, or a call that Python would make.
  public struct Object: Sendable {
    public enum Kind: Sendable, Equatable { case list, tuple, dictionary, call }
    public var kind: Kind
    /// Elements; of a dictionary keys and values by turns; of a call its arguments.
    public var items: [Value] = []
    /// Of a call: whom, a position in ``Pickle/globals``.
    public var callee = 0
    /// Of a call: what is put into its result as a dictionary would be, keys and values by turns.
    public var entries: [Value] = []
    /// Of a call: what its result is told with `__setstate__`.
    public var state: Value?
  }

  public internal(set) var root = Value.none
  public internal(set) var objects: [Object] = []
  public internal(set) var globals: [String] = []
  public internal(set) var strings: [[UInt8]] = []
  /// Where the pickle ended: the first byte after it.
  public internal(set) var end = 0
  let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// A copy of a place in the bytes that were read, which must still be there.
  public func bytes(_ range: Range<Int>) -> [UInt8] { Array(bytes[range]) }
}

extension Pickle {
  /// The object of that kind, or nil.
  public func object(_ value: Value?, _ kind: Object.Kind) -> Object? {
    guard case .object(let place)? = value, objects[place].kind == kind else { return nil }
    return objects[place]
  }

  /// Elements of a list or a tuple, or nil.
  public func sequence(_ value: Value?) -> [Value]? { (object(value, .list) ?? object(value, .tuple))?.items }

  /// The arguments of a call of the function or class `name`, and the call itself, or nil.
  public func call(_ value: Value?, of name: String) -> Object? {
    guard let call = object(value, .call), globals[call.callee] == name else { return nil }
    return call
  }

  /// The dotted name of a class or function, or nil.
  public func global(_ value: Value?) -> String? {
    if case .global(let place)? = value { globals[place] } else { nil }
  }

  public func int(_ value: Value?) -> Int? {
    if case .int(let number)? = value { number } else { nil }
  }

  /// No key or name is longer, in bytes. A pickle may refer to one text many times, and each would become a copy.
  static let longestText = 1024

  /// Text in UTF-8, or Python 2's string of bytes that are UTF-8; nil for anything else, and for more than a kilobyte.
  public func text(_ value: Value?) -> String? {
    func string(_ utf8: some Collection<UInt8>) -> String? {
      utf8.count > Pickle.longestText ? nil : String(validating: utf8, as: UTF8.self)
    }
    return switch value {
    case .text(let range), .bytes(let range): string(bytes[range])
    case .string(let place): string(strings[place])
    default: nil
    }
  }

  /// The bytes of bytes, of Python 2's strings, and of Python 3's bytes as its protocols below 3 write them; nil for
  /// anything else.
  public func data(_ value: Value?) -> PickleBytes? {
    switch value {
    case .bytes(let range): return .mapped(range)
    case .string(let place): return .copied(strings[place])
    case .object:
      if let empty = call(value, of: "__builtin__.bytes") ?? call(value, of: "builtins.bytes"), empty.items.isEmpty {
        return .copied([])
      }
      guard let call = call(value, of: "_codecs.encode"), call.items.count == 2, text(call.items[1]) == "latin1" else {
        return nil
      }
      switch call.items[0] {
      case .text(let range): return Pickle.latin1(bytes[range]).map(PickleBytes.copied)
      case .string(let place): return Pickle.latin1(strings[place]).map(PickleBytes.copied)
      default: return nil
      }
    default: return nil
    }
  }

  /// Bytes that were written as the text with these code points.
  private static func latin1(_ utf8: some Collection<UInt8>) -> [UInt8]? {
    var plain: [UInt8] = []
    plain.reserveCapacity(utf8.count)
    var rest = utf8.makeIterator()
    while let byte = rest.next() {
      if byte < 0x80 {
        plain.append(byte)
      } else {
        // Code points below 256 take two bytes, the first of which is 0xC2 or 0xC3.
        guard byte == 0xC2 || byte == 0xC3, let low = rest.next(), low & 0xC0 == 0x80 else { return nil }
        plain.append((byte & 3) << 6 | low & 0x3F)
      }
    }
    return plain
  }

  /// The dictionary's keys that are text, and their values, in order; of an `OrderedDict` too. Nil for anything else.
  public func dictionary(_ value: Value?) -> [(key: String, value: Value)]? {
    let flat: [Value]
    if let plain = object(value, .dictionary) {
      flat = plain.items
    } else if let ordered = call(value, of: "collections.OrderedDict") {
      flat = ordered.entries
    } else {
      return nil
    }
    // A key that many refer to is one text.
    var known: [Value: String] = [:]
    return stride(from: 0, to: flat.count - 1, by: 2).compactMap { place in
      guard let key = known[flat[place]] ?? text(flat[place]) else { return nil }
      known[flat[place]] = key
      return (key: key, value: flat[place + 1])
    }
  }
}

/// Bytes in a pickle: a place in the file, or a copy where they were written in another form.
public enum PickleBytes: Sendable, Equatable {
  case mapped(Range<Int>)
  case copied([UInt8])

  public var count: Int {
    switch self {
    case .mapped(let range): range.count
    case .copied(let bytes): bytes.count
    }
  }
}

/// A pickle that is damaged, or asks for what only Python can do.
public struct PickleError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The byte at which it shows.
  public let offset: Int
  public let reason: String
  public var description: String { "byte \(offset): \(reason)" }
}
