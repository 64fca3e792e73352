import Testing
import Torch

@testable import FaceTraining

@Suite struct LongRunNoteTests {
  @Test func longTrainingsSayWhatIsFaster() throws {
    #expect(Trainer.longRunNote(photosPerSecond: 6, secondsLeft: 1800, on: .cpu) == nil)
    let note = try #require(Trainer.longRunNote(photosPerSecond: 6.04, secondsLeft: 7200, on: .cpu))
    #expect(note.hasPrefix("6.0 photos/s on cpu: this takes about 2:00:00"))
    #expect(note.contains("input.size 64") && note.contains("Ctrl-C"))
  }
}
