import CTorch

/// The most memory that a process had in use at once, from its start until now.
public struct PeakMemory: Codable, Sendable, Hashable {
  /// Bytes of the process in the machine's memory; 0 where the system does not say.
  public let resident: Int
  /// Bytes of tensors on the GPU, without what LibTorch keeps in reserve and the driver needs; nil without a GPU.
  public let device: Int?

  /// Until now, with the tensors on `device` where that is a GPU.
  ///
  /// The process is measured by the high-water mark in `/proc/self/status`, or by getrusage(2) where there is none.
  public static func now(on device: Device = .cpu) throws -> PeakMemory {
    guard device.isCUDA else { return PeakMemory(resident: Int(ct_peak_resident()), device: nil) }
    var bytes: Int64 = 0
    try check(ct_peak_allocated(device.raw, &bytes))
    return PeakMemory(resident: Int(ct_peak_resident()), device: Int(bytes))
  }
}

extension PeakMemory: CustomStringConvertible {
  /// Mebibytes: "peak memory 812 MiB", "peak memory 2310 MiB, 18400 MiB on the GPU".
  public var description: String {
    "peak memory \(resident >> 20) MiB" + (device.map { ", \($0 >> 20) MiB on the GPU" } ?? "")
  }
}
