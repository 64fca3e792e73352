import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files, and folders, that have not got their names yet: how they are called and held until then, which of them a process that is told
/// to stop takes away, and which a killed one has left.
public enum UnfinishedFiles {
  /// Makes a file or a folder under a new name that begins so, and calls `body` with it while it is held, noted and to get its own name.
  ///
  /// - Parameters:
  ///   - path: What it is called in errors.
  ///   - make: Makes it and opens it; nil where it was gone before it could be opened.
  ///   - remove: Takes it away, after an error.
  /// - Throws: ``FileWriteError`` when all that is made vanishes, and what `make` and `body` throw.
  public static func making<Result>(
    _ beginning: String, shownAs path: String, make: (String) throws -> Int32?, remove: (String) -> Void,
    body: (String, Int32) throws -> Result
  ) throws -> Result {
    // Whoever clears the folder may take it for a left one between its making and its being held: then the next is tried.
    for _ in 0..<100 {
      let name = newName(beginning)
      let result = try noting(name) { () throws -> Result? in
        guard let descriptor = try make(name) else { return nil }
        // Held until it has its name.
        defer { close(descriptor) }
        do {
          if hold(descriptor, name) { return try body(name, descriptor) }
        } catch {
          remove(name)
          throw error
        }
        remove(name)
        return nil
      }
      if let result { return result }
    }
    throw FileWriteError(path: path, reason: "what is made for it vanishes; does something clear the folder?")
  }

  /// A name that nothing has: `beginning`, the number of this process (for people) and letters of chance.
  private static func newName(_ beginning: String) -> String {
    "\(beginning)\(getpid())-\(String(UInt32.random(in: 0 ... .max), radix: 36))"
  }

  /// Holds what was just made at `path`, so that nobody takes it for left until its descriptor is closed; false where somebody did
  /// before. Where the file system knows no locks nobody removes anything.
  public static func hold(_ descriptor: Int32, _ path: String) -> Bool {
    FileHold.take(descriptor) != .heldByAnother && access(path, F_OK) == 0
  }

  /// Calls `remove` with everything that has a name of ``newName(_:)`` with that beginning and that nobody holds.
  public static func removeLeft(_ beginning: String, _ remove: (String) -> Void) {
    let folder = folderName(of: beginning)
    let start = (beginning as NSString).lastPathComponent
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? [] {
      guard name.hasPrefix(start), isNewName(name.dropFirst(start.count)) else { continue }
      let path = (folder as NSString).appendingPathComponent(name)
      // Some shared disks lock only what is open for writing, which a folder cannot be.
      let flags = O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
      let writing = open(path, O_RDWR | flags)
      let descriptor = writing >= 0 ? writing : open(path, O_RDONLY | flags)
      guard descriptor >= 0 else { continue }
      defer { close(descriptor) }
      if FileHold.take(descriptor) == .held { remove(path) }
    }
  }

  /// Whether this ends a name of ``newName(_:)``.
  private static func isNewName(_ end: Substring) -> Bool {
    let parts = end.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 2 && Int32(parts[0]) != nil && UInt32(parts[1], radix: 36) != nil
  }

  /// From now on SIGINT, SIGTERM and SIGHUP remove them before they end the process. A signal that is ignored stays so.
  public static func removeWhenStopped() {
    // Touched here because a handler must not be what initializes a global.
    _ = slots.count
    for number in [SIGINT, SIGTERM, SIGHUP] { handle(number, stop) }
  }

  /// Has a signal call `handler`, unless it is ignored: then it stays so.
  public static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    let before = signal(number, handler)
    if unsafeBitCast(before, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self) { signal(number, SIG_IGN) }
  }

  /// Removes them. Calls only what is safe in a signal handler.
  public static func remove() {
    for slot in slots where slot.isTaken.pointee != 0 { unlink(slot.path) }
  }

  /// Notes a file until `body` returns. One too many, or with too long a name, is not noted.
  static func noting<Result>(_ path: String, _ body: () throws -> Result) rethrows -> Result {
    let slot = path.utf8.count < Slot.longest ? take() : nil
    if let slot {
      path.withCString { _ = strcpy(slot.path, $0) }
      slot.isTaken.pointee = 1
    }
    defer {
      if let slot {
        slot.isTaken.pointee = 0
        lock.withLock { free.append(slot) }
      }
    }
    return try body()
  }

  private static func take() -> Slot? { lock.withLock { free.popLast() } }

  /// Memory that lives forever, which a handler may read at any time.
  private struct Slot {
    static let longest = 4096
    let path = UnsafeMutablePointer<CChar>.allocate(capacity: longest)
    let isTaken: UnsafeMutablePointer<sig_atomic_t> = {
      let pointer = UnsafeMutablePointer<sig_atomic_t>.allocate(capacity: 1)
      pointer.initialize(to: 0)
      return pointer
    }()
  }

  private nonisolated(unsafe) static let slots = (0..<64).map { _ in Slot() }
  private static let lock = NSLock()
  private nonisolated(unsafe) static var free = slots
}

private func stop(_ number: Int32) {
  UnfinishedFiles.remove()
  // Delivered when this handler returns: the process ends as if there had been none.
  signal(number, SIG_DFL)
  raise(number)
}
