import TerminalOutput
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// In processes of their own, because a signal belongs to a whole process.
@Suite struct InterruptFlagTests {
  @Test func theFirstSignalRaisesTheFlag() async {
    await #expect(processExitsWith: .exitCode(42)) {
      InterruptFlag.install()
      let before = InterruptFlag.isRaised
      sendAndWait(SIGINT) { InterruptFlag.isRaised }
      let after = InterruptFlag.isRaised
      exit(!before && after ? 42 : 1)
    }
  }

  @Test func theSecondInterruptEndsTheProcess() async {
    await #expect(processExitsWith: .exitCode(130)) {
      InterruptFlag.install()
      sendAndWait(SIGINT) { InterruptFlag.isRaised }
      sendAndWait(SIGINT) { false }
      exit(1)
    }
  }

  @Test func theSecondTerminationEndsTheProcess() async {
    await #expect(processExitsWith: .exitCode(143)) {
      InterruptFlag.install()
      sendAndWait(SIGTERM) { InterruptFlag.isRaised }
      sendAndWait(SIGTERM) { false }
      exit(1)
    }
  }
}

/// Sends a signal to the process (the test's own thread may have it blocked) and waits up to five seconds for its
/// effect.
private func sendAndWait(_ number: Int32, until isDone: () -> Bool) {
  kill(getpid(), number)
  for _ in 0..<5000 where !isDone() { usleep(1000) }
}
