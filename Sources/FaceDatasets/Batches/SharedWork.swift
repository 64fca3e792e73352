import Foundation

/// What threads share that go through a list of photos: whose turn it is, what is done, what could not be read.
final class SharedWork: @unchecked Sendable {
  private let lock = NSLock()
  private var position = 0
  private var done = 0
  private var found: [DamagedPhoto] = []
  private var error: (any Error)?

  var damaged: [DamagedPhoto] { lock.withLock { found } }
  /// The first error that stopped the work.
  var failure: (any Error)? { lock.withLock { error } }

  /// The next place in the list; nil at its end, or when the work was stopped.
  func next(below count: Int) -> Int? {
    lock.withLock {
      guard position < count, error == nil else { return nil }
      position += 1
      return position - 1
    }
  }

  /// One more is done; how many are.
  func finish() -> Int {
    lock.withLock {
      done += 1
      return done
    }
  }

  func add(_ photo: DamagedPhoto) { lock.withLock { found.append(photo) } }
  func stop(_ failure: any Error) { lock.withLock { error = error ?? failure } }
}
