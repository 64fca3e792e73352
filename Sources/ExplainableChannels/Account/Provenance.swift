import FileDigests
import Foundation
import Torch

/// What an account was made of and by: enough to tell later whether the same files give the same account.
public struct Provenance: Codable, Sendable, Equatable {
  public let photoA: FileFingerprint
  public let photoB: FileFingerprint
  public let model: FileFingerprint
  /// The program and its version.
  public let program: String
  /// LibTorch's version.
  public let libTorch: String
  /// Where the network ran: "cpu (AVX512)", "cuda:0".
  public let device: String
  /// In coordinated universal time.
  public let date: Date

  /// Whether both photos are the same bytes, whatever their names.
  public var isOneFile: Bool { photoA.sha256 == photoB.sha256 }

  public init(photoA: FileFingerprint, photoB: FileFingerprint, by instrument: Instrument) {
    self.photoA = photoA
    self.photoB = photoB
    model = instrument.model
    program = instrument.program
    libTorch = Runtime.version
    device = instrument.device
    date = instrument.date
  }

  /// What makes accounts: a model's file, a program, a device.
  public struct Instrument: Sendable {
    public let model: FileFingerprint
    public let program: String
    public let device: String
    public let date: Date

    /// - Parameters:
    ///   - model: Its file as it was when it was opened (`FileFingerprint.taken`).
    ///   - date: `SOURCE_DATE_EPOCH` (seconds since 1970) stands for the clock where it is set, so that the same files give the
    ///     same bytes.
    public init(model: FileFingerprint, program: String, device: Device, date: Date = Instrument.now) {
      self.model = model
      self.program = program
      self.device = device == .cpu ? "cpu (\(Runtime.cpuCapability))" : "\(device)"
      self.date = date
    }

    /// `SOURCE_DATE_EPOCH`; nil where it is not set, or is no whole number (``strangeDate``).
    public static var fixedDate: Date? {
      setDate.flatMap(seconds).map { Date(timeIntervalSince1970: TimeInterval($0)) }
    }

    /// What `SOURCE_DATE_EPOCH` says where that is no whole number.
    public static var strangeDate: String? { setDate.flatMap { seconds($0) == nil ? $0 : nil } }

    /// A whole number of seconds, at most those to the end of the year 9999, which is as far as dates are written down.
    private static func seconds(_ text: String) -> Int64? {
      Int64(text).flatMap { $0.magnitude <= 253_402_300_799 ? $0 : nil }
    }

    private static var setDate: String? { ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"] }

    /// The clock's time in whole seconds, as the file holds them, or ``fixedDate``.
    public static var now: Date {
      fixedDate ?? Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
    }
  }
}
