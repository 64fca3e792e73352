import AtomicFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns Ctrl-C and `kill` into a flag that long work looks at between steps, so that it can save before it stops.
///
/// The first SIGINT or SIGTERM raises the flag and says so; a second one ends the process at once, with the exit
/// code shells expect (130 or 143).
public enum InterruptFlag {
  /// Starts listening, for the rest of the process. Calling it again does no harm. A signal that is ignored stays so, as in the
  /// background of a shell's script.
  ///
  /// From now on nobody's reading the output any more does not end the process: Ctrl-C ends the `tee` behind a pipe, too, and work
  /// that wrote to it could not save.
  public static func install() {
    // Touched here because a handler must not be what initializes a global.
    _ = count.pointee
    _ = notice.count
    // What a second signal ends with.
    UnfinishedFiles.removeWhenStopped()
    for number in [SIGINT, SIGTERM] { UnfinishedFiles.handle(number, handleInterrupt) }
    signal(SIGPIPE, SIG_IGN)
  }

  /// Whether somebody asked to stop. Never inlined, so that a loop reads it afresh every time.
  @inline(never)
  public static var isRaised: Bool { count.pointee > 0 }
}

/// How many signals came. C guarantees that a handler may write a `sig_atomic_t`; the memory lives forever.
private nonisolated(unsafe) let count: UnsafeMutablePointer<sig_atomic_t> = {
  let pointer = UnsafeMutablePointer<sig_atomic_t>.allocate(capacity: 1)
  pointer.initialize(to: 0)
  return pointer
}()

/// In memory that is ready before the handler runs.
private nonisolated(unsafe) let notice: UnsafeBufferPointer<UInt8> = {
  let text = "\nstopping after this step; press Ctrl-C again to quit at once\n"
  let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: text.utf8.count)
  _ = memory.initialize(from: text.utf8)
  return UnsafeBufferPointer(memory)
}()

/// Calls only what is safe in a signal handler: `write`, `unlink` and `_exit`.
private func handleInterrupt(_ number: Int32) {
  guard count.pointee == 0 else {
    UnfinishedFiles.remove()
    _exit(128 + number)
  }
  count.pointee = 1
  // The interrupted code may be about to read errno.
  let saved = errno
  _ = write(STDERR_FILENO, notice.baseAddress, notice.count)
  errno = saved
}
