import Foundation
import TestSupport
import Testing

@testable import FaceTraining

@Suite struct FolderLockTests {
  /// Descriptors of this process that are open on the folder's lock; none where the system does not tell.
  private func openDescriptors(_ folder: TemporaryFolder) -> Int {
    let table = "/proc/self/fd"
    let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: table)) ?? []
    let name = (folder.path as NSString).lastPathComponent + "/.lock"
    return descriptors.count {
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(table)/\($0)"))?.hasSuffix(name) == true
    }
  }

  @Test func aFolderHasOneHolder() throws {
    let folder = try TemporaryFolder()
    let first = try FolderLock(folder.path)
    let held = openDescriptors(folder)
    let error = #expect(throws: TrainingError.self) { _ = try FolderLock(folder.path) }
    #expect(error?.description.contains(folder.path) == true)
    #expect(openDescriptors(folder) == held, "the one refused is closed, and no other")
    withExtendedLifetime(first) {}
  }

  @Test func theNextOneMayWait() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let (taken, release) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    Thread.detachNewThread {
      let lock = try? FolderLock(path)
      taken.signal()
      release.wait()
      withExtendedLifetime(lock) {}
    }
    taken.wait()
    #expect(throws: TrainingError.self) { _ = try FolderLock(path, patience: 0.3) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.3) { release.signal() }
    #expect(throws: Never.self) { _ = try FolderLock(path, patience: 60) }
  }

  @Test func aHolderThatIsGoneHoldsNothing() throws {
    let folder = try TemporaryFolder()
    _ = try FolderLock(folder.path)
    #expect(openDescriptors(folder) == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test func aFolderThatCannotBeWrittenIsRefused() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TrainingError.self) { _ = try FolderLock(folder.path + "/nowhere") }
  }
}
