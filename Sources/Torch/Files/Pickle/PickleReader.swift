import Foundation

/// Reads pickles of protocols 0 to 5. Nothing is imported or called: a class or function is a name, a call a description.
/// Time and memory are bounded by the bytes read.
public struct PickleReader {
  private let bytes: UnsafeRawBufferPointer
  private let end: Int
  private let allowed: Set<String>?
  private var position: Int
  private var pickle: Pickle
  private var stack: [Pickle.Value] = []
  private var marks: [Int] = []
  private var memo: [Int: Pickle.Value] = [:]
  /// Bytes of memory that may still be taken.
  private var budget: Int

  /// Reads the pickle that begins where `range` does.
  ///
  /// - Parameters:
  ///   - bytes: They must outlive the result, whose ranges are places in them.
  ///   - range: Where the pickle may lie; all of `bytes` when nil.
  ///   - allowed: The dotted names of classes and functions that may be mentioned; nil for any.
  /// - Throws: ``PickleError`` for damage, an operation that is not needed for data, or a name that is not allowed.
  public static func read(
    _ bytes: UnsafeRawBufferPointer, in range: Range<Int>? = nil, allowing allowed: Set<String>? = nil
  ) throws -> Pickle {
    var reader = PickleReader(bytes, range ?? 0..<bytes.count, allowed)
    while try !reader.step() {}
    reader.pickle.end = reader.position
    return reader.pickle
  }

  private init(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>, _ allowed: Set<String>?) {
    self.bytes = bytes
    self.allowed = allowed
    position = range.lowerBound
    end = range.upperBound
    pickle = Pickle(bytes)
    // Small files hold few photos and many words; a pickle that is nothing but words is not one of data.
    budget = 4 * bytes.count + 1 << 20
  }

  private func failure(_ reason: String) -> PickleError { PickleError(offset: position, reason: reason) }

  private mutating func spend(_ bytes: Int) throws {
    budget -= bytes
    guard budget >= 0 else { throw failure("it describes far more objects than a file of data holds") }
  }

  // MARK: - Reading bytes

  private mutating func take(_ count: Int) throws -> Range<Int> {
    guard count >= 0, count <= end - position else { throw failure("it ends in the middle of a value") }
    position += count
    return (position - count)..<position
  }

  /// A little-endian number of up to 8 bytes.
  private mutating func number(_ count: Int) throws -> Int {
    let value = bytes[try take(count)].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let number = Int(exactly: value) else { throw failure("a length is larger than any file") }
    return number
  }

  private mutating func line() throws -> Slice<UnsafeRawBufferPointer> {
    guard let newline = bytes[position..<end].firstIndex(of: 10) else { throw failure("a line is not ended") }
    let line = bytes[position..<newline]
    position = newline + 1
    return line.last == 13 ? line.dropLast() : line
  }

  // MARK: - The stack

  private mutating func push(_ value: Pickle.Value) throws {
    try spend(MemoryLayout<Pickle.Value>.stride)
    stack.append(value)
  }

  private mutating func push(_ kind: Pickle.Object.Kind, _ items: [Pickle.Value] = []) throws {
    try spend(MemoryLayout<Pickle.Object>.stride + 32 + items.count * MemoryLayout<Pickle.Value>.stride)
    pickle.objects.append(Pickle.Object(kind: kind, items: items))
    try push(.object(pickle.objects.count - 1))
  }

  private mutating func pop() throws -> Pickle.Value {
    guard stack.count > marks.last ?? 0 else { throw failure("a value is missing") }
    return stack.removeLast()
  }

  private func top() throws -> Pickle.Value {
    guard stack.count > marks.last ?? 0 else { throw failure("a value is missing") }
    return stack[stack.count - 1]
  }

  /// The values since the last mark, which is removed with them.
  private mutating func popMark() throws -> [Pickle.Value] {
    guard let mark = marks.popLast() else { throw failure("a mark is missing") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private func place(_ value: Pickle.Value) throws -> Int {
    guard case .object(let place) = value else { throw failure("a number or text is used as an object") }
    return place
  }

  // MARK: - Operations

  /// Does one operation; true at the end of the pickle.
  private mutating func step() throws -> Bool {
    let code = bytes[try take(1).lowerBound]
    guard let operation = Operation(rawValue: code) else {
      position -= 1
      throw failure("operation 0x\(String(code, radix: 16)) is unknown or not one of data; nothing of it was run")
    }
    switch operation {
    case .stop:
      pickle.root = try pop()
      return true
    case .proto:
      let version = try number(1)
      guard version <= 5 else { throw failure("protocol \(version) is newer than 5") }
    case .frame: _ = try take(8)
    case .mark:
      try spend(16)
      marks.append(stack.count)
    case .pop: _ = try pop()
    case .popMark: _ = try popMark()
    case .dup: try push(top())
    case .put, .binPut, .longBinPut, .memoize, .get, .binGet, .longBinGet: try remember(operation)
    case .list, .emptyList, .append, .appends, .tuple, .emptyTuple, .tuple1, .tuple2, .tuple3, .dict, .emptyDict,
      .setItem, .setItems:
      try contain(operation)
    case .global, .stackGlobal, .reduce, .newObject, .build, .binPersistent: try describe(operation)
    default: try push(scalar(operation))
    }
    return false
  }

  private mutating func remember(_ operation: Operation) throws {
    switch operation {
    case .put: try memorize(lineNumber())
    case .binPut: try memorize(number(1))
    case .longBinPut: try memorize(number(4))
    case .memoize: try memorize(memo.count)
    case .get: try recall(lineNumber())
    case .binGet: try recall(number(1))
    default: try recall(number(4))
    }
  }

  private mutating func memorize(_ key: Int) throws {
    try spend(64)
    memo[key] = try top()
  }

  private mutating func recall(_ key: Int) throws {
    guard let value = memo[key] else { throw failure("it refers to value \(key), which was not named") }
    try push(value)
  }

  private mutating func lineNumber() throws -> Int {
    guard let number = Int(String(decoding: try line(), as: UTF8.self)) else { throw failure("a number is malformed") }
    return number
  }

  private mutating func contain(_ operation: Operation) throws {
    switch operation {
    case .emptyList: try push(.list)
    case .emptyTuple: try push(.tuple)
    case .emptyDict: try push(.dictionary)
    case .list: try push(.list, popMark())
    case .tuple: try push(.tuple, popMark())
    case .dict: try push(.dictionary, pairs(popMark()))
    case .tuple1, .tuple2, .tuple3:
      let count = operation == .tuple1 ? 1 : operation == .tuple2 ? 2 : 3
      let items = try (0..<count).map { _ in try pop() }
      try push(.tuple, items.reversed())
    case .append: try append([pop()])
    case .appends: try append(popMark())
    case .setItem:
      let value = try pop()
      try setItems([pop(), value])
    default: try setItems(pairs(popMark()))
    }
  }

  private func pairs(_ items: [Pickle.Value]) throws -> [Pickle.Value] {
    guard items.count % 2 == 0 else { throw failure("a dictionary's key has no value") }
    return items
  }

  private mutating func append(_ items: [Pickle.Value]) throws {
    let list = try place(top())
    guard pickle.objects[list].kind == .list else { throw failure("values are appended to what is no list") }
    try spend(items.count * MemoryLayout<Pickle.Value>.stride)
    pickle.objects[list].items += items
  }

  private mutating func setItems(_ items: [Pickle.Value]) throws {
    let target = try place(top())
    try spend(items.count * MemoryLayout<Pickle.Value>.stride)
    switch pickle.objects[target].kind {
    case .dictionary: pickle.objects[target].items += items
    case .call: pickle.objects[target].entries += items
    case .list, .tuple: throw failure("keys are set in a list")
    }
  }

  /// Names, and what Python would call and build: kept as descriptions.
  private mutating func describe(_ operation: Operation) throws {
    switch operation {
    case .global:
      let (module, name) = (try line(), try line())
      try pushGlobal(String(decoding: module, as: UTF8.self) + "." + String(decoding: name, as: UTF8.self))
    case .stackGlobal:
      let (name, module) = (try pop(), try pop())
      guard let module = pickle.text(module), let name = pickle.text(name) else {
        throw failure("a class or function is named by what is no text")
      }
      try pushGlobal("\(module).\(name)")
    case .reduce, .newObject:
      let (arguments, callee) = (try pop(), try pop())
      guard let items = pickle.object(arguments, .tuple)?.items, case .global(let name) = callee else {
        throw failure("something other than a named class or function is called")
      }
      try push(.call, items)
      pickle.objects[pickle.objects.count - 1].callee = name
    case .build:
      let state = try pop()
      let target = try place(top())
      guard pickle.objects[target].kind == .call else { throw failure("a state is given to what has none") }
      pickle.objects[target].state = state
    default:
      try push(.persistent(place(pop())))
    }
  }

  private mutating func pushGlobal(_ name: String) throws {
    if let allowed, !allowed.contains(name) {
      throw failure("it names '\(name)', which data have no need of; nothing of it was run")
    }
    try spend(32 + name.utf8.count)
    pickle.globals.append(name)
    try push(.global(pickle.globals.count - 1))
  }

  private mutating func scalar(_ operation: Operation) throws -> Pickle.Value {
    switch operation {
    case .none: return .none
    case .newTrue: return .bool(true)
    case .newFalse: return .bool(false)
    case .binInt: return .int(Int(Int32(truncatingIfNeeded: try number(4))))
    case .binInt1: return .int(try number(1))
    case .binInt2: return .int(try number(2))
    case .long1: return try long(number(1))
    case .long4: return try long(number(4))
    case .int, .long: return try decimal(operation)
    case .float:
      let text = String(decoding: try line(), as: UTF8.self)
      guard let value = Double(text) else { throw failure("the number '\(text.prefix(40))' is malformed") }
      return .float(value)
    case .binFloat:
      let bits = bytes[try take(8)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      return .float(Double(bitPattern: bits))
    case .binUnicode: return .text(try take(number(4)))
    case .shortBinUnicode: return .text(try take(number(1)))
    case .binUnicode8: return .text(try take(number(8)))
    case .binString, .binBytes: return .bytes(try take(number(4)))
    case .shortBinString, .shortBinBytes: return .bytes(try take(number(1)))
    case .binBytes8, .byteArray8: return .bytes(try take(number(8)))
    default: return try escaped(operation)
    }
  }

  /// "I01" and "I00" are true and false.
  private mutating func decimal(_ operation: Operation) throws -> Pickle.Value {
    var text = String(decoding: try line(), as: UTF8.self)
    if operation == .int, text == "01" || text == "00" { return .bool(text == "01") }
    if text.hasSuffix("L") { text.removeLast() }
    guard let value = Int(text) else { throw failure("the number '\(text.prefix(40))' is malformed or too large") }
    return .int(value)
  }

  private mutating func long(_ count: Int) throws -> Pickle.Value {
    let range = try take(count)
    guard count <= 8 else { return .long(range) }
    let bits = bytes[range].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard count > 0 else { return .int(0) }
    let shift = UInt64(64 - 8 * count)
    return .int(Int(Int64(bitPattern: bits << shift) >> Int64(shift)))
  }

  private mutating func escaped(_ operation: Operation) throws -> Pickle.Value {
    let line = try line()
    guard let text = operation == .unicode ? PickleEscapes.unicode(line) : PickleEscapes.string(line) else {
      throw failure("a text is malformed")
    }
    try spend(32 + text.count)
    pickle.strings.append(text)
    return .string(pickle.strings.count - 1)
  }
}

/// The operations that data need, by their codes in CPython's pickle.py.
private enum Operation: UInt8 {
  case mark = 0x28
  case stop = 0x2e
  case pop = 0x30
  case popMark = 0x31
  case dup = 0x32
  case float = 0x46
  case int = 0x49
  case binInt = 0x4a
  case binInt1 = 0x4b
  case long = 0x4c
  case binInt2 = 0x4d
  case none = 0x4e
  case binPersistent = 0x51
  case reduce = 0x52
  case string = 0x53
  case binString = 0x54
  case shortBinString = 0x55
  case unicode = 0x56
  case binUnicode = 0x58
  case append = 0x61
  case build = 0x62
  case global = 0x63
  case dict = 0x64
  case emptyDict = 0x7d
  case appends = 0x65
  case get = 0x67
  case binGet = 0x68
  case longBinGet = 0x6a
  case list = 0x6c
  case emptyList = 0x5d
  case put = 0x70
  case binPut = 0x71
  case longBinPut = 0x72
  case setItem = 0x73
  case tuple = 0x74
  case emptyTuple = 0x29
  case setItems = 0x75
  case binFloat = 0x47
  case proto = 0x80
  case newObject = 0x81
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case newTrue = 0x88
  case newFalse = 0x89
  case long1 = 0x8a
  case long4 = 0x8b
  case binBytes = 0x42
  case shortBinBytes = 0x43
  case shortBinUnicode = 0x8c
  case binUnicode8 = 0x8d
  case binBytes8 = 0x8e
  case stackGlobal = 0x93
  case memoize = 0x94
  case frame = 0x95
  case byteArray8 = 0x96
}

/// Text as protocol 0 writes it.
private enum PickleEscapes {
  /// Python 2's `repr` of a string: quotes, and backslash escapes for all but printable ASCII.
  static func string(_ line: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
    guard let quote = line.first, quote == 0x27 || quote == 0x22, line.count >= 2, line.last == quote else {
      return nil
    }
    var plain: [UInt8] = []
    var rest = line.dropFirst().dropLast().makeIterator()
    while let byte = rest.next() {
      guard byte == 0x5c else {
        plain.append(byte)
        continue
      }
      switch rest.next() {
      case 0x6e: plain.append(10)
      case 0x72: plain.append(13)
      case 0x74: plain.append(9)
      case 0x78:
        guard let high = rest.next().flatMap(hex), let low = rest.next().flatMap(hex) else { return nil }
        plain.append(UInt8(high << 4 | low))
      case let same? where same == 0x5c || same == 0x27 || same == 0x22: plain.append(same)
      default: return nil
      }
    }
    return plain
  }

  /// Python's raw-unicode-escape: Latin-1, and \uXXXX or \UXXXXXXXX for the rest. As UTF-8.
  static func unicode(_ line: Slice<UnsafeRawBufferPointer>) -> [UInt8]? {
    var plain: [UInt8] = []
    let bytes = Array(line)
    var place = 0
    while place < bytes.count {
      var scalar = UInt32(bytes[place])
      place += 1
      if scalar == 0x5c, place < bytes.count, bytes[place] == 0x75 || bytes[place] == 0x55 {
        let digits = bytes[(place + 1)...].prefix(bytes[place] == 0x75 ? 4 : 8).map(hex)
        guard digits.count == (bytes[place] == 0x75 ? 4 : 8), !digits.contains(nil) else { return nil }
        scalar = digits.reduce(UInt32(0)) { $0 << 4 | UInt32($1!) }
        place += 1 + digits.count
      }
      guard let unicode = Unicode.Scalar(scalar) else { return nil }
      plain += Array(String(Character(unicode)).utf8)
    }
    return plain
  }

  private static func hex(_ digit: UInt8) -> Int? { Character(Unicode.Scalar(digit)).hexDigitValue }
}
