import Foundation
import Testing

@testable import FaceTraining

@Suite struct TensorBoardLoggerTests {
  /// RFC 3720, appendix B.4, and the usual check value of CRC-32C.
  @Test func checksums() {
    let rising = [UInt8](0..<32)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.checksum(rising) == 0x46DD_794E)
    #expect(CRC32C.checksum(rising.reversed()) == 0x113F_DB5C)
    #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
    #expect(CRC32C.checksum([]) == 0)
  }

  @Test func recordsSurviveTheRoundTrip() throws {
    let records: [[UInt8]] = [[], [1], Array("hello".utf8), [UInt8](repeating: 7, count: 1000)]
    let bytes = records.flatMap(TFRecord.framed)
    #expect(try readTFRecords(bytes) == records)
    for index in [0, 9, 13, bytes.count - 1] {
      var damaged = bytes
      damaged[index] ^= 1
      #expect(throws: (any Error).self) { try readTFRecords(damaged) }
    }
  }

  /// Event { wall_time: 1 (double) = 1.5; step: 2 = 300; summary: 5 { value: 1 { tag: 1; simple_value: 2 } } }.
  @Test func theLayoutOfAScalar() {
    let event = TensorBoardEvent.scalars([("loss", 0.5)], time: 1.5, step: 300)
    let time: [UInt8] = [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F]
    let step: [UInt8] = [0x10, 0xAC, 0x02]
    let tag: [UInt8] = [0x0A, 4] + Array("loss".utf8)
    let value: [UInt8] = [0x15, 0, 0, 0, 0x3F]
    #expect(event == time + step + [0x2A, 13, 0x0A, 11] + tag + value)
  }

  /// wall_time, then file_version: 3.
  @Test func theLayoutOfTheFirstRecord() {
    let event = TensorBoardEvent.version(time: 1.5)
    #expect(event == [0x09, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0x1A, 13] + Array("brain.Event:2".utf8))
    #expect(Array(TFRecord.framed(event).prefix(8)) == [24, 0, 0, 0, 0, 0, 0, 0])
    #expect(TFRecord.framed(event).count == 8 + 4 + 24 + 4)
  }

  /// session_log: 7 { status: 1 = START }.
  @Test func theLayoutOfASessionStart() {
    #expect(TensorBoardEvent.sessionStart(time: 0, step: 21).suffix(6) == [0x10, 21, 0x3A, 2, 0x08, 1])
  }

  @Test func filesHoldWhatWasLogged() throws {
    let folder = try LogFolder()
    let logger = try TensorBoardLogger(directory: folder.path + "/runs/one", resumingAtStep: 20, now: noon)
    try logger.log(step: 30, scalars: [("loss", 0.5), ("bad", .nan)])
    try logger.log(step: 31, scalars: [])
    try logger.logText(step: 0, name: "recipe", text: "{}")
    try logger.flush()
    logger.close()
    let time = noon().timeIntervalSince1970
    let records = try readTFRecords(try folder.bytes(logger.path))
    #expect(
      records == [
        TensorBoardEvent.version(time: time), TensorBoardEvent.sessionStart(time: time, step: 21),
        TensorBoardEvent.scalars([("loss", 0.5), ("bad", .nan)], time: time, step: 30),
        TensorBoardEvent.text(name: "recipe", "{}", time: time, step: 0),
      ])
    #expect((logger.path as NSString).lastPathComponent.hasPrefix("events.out.tfevents.1700000000."))
  }

  @Test func loggersOfOneSecondDoNotShareAFile() throws {
    let folder = try LogFolder()
    let first = try TensorBoardLogger(directory: folder.path, now: noon)
    let second = try TensorBoardLogger(directory: folder.path, now: noon)
    #expect(first.path < second.path)
  }

  @Test func errorsNameTheFolder() throws {
    let folder = try LogFolder()
    try folder.write("", to: "file")
    let path = folder.path + "/file"
    let error = #expect(throws: LoggerError.self) { try TensorBoardLogger(directory: path) }
    #expect(error?.path == path)
  }
}
