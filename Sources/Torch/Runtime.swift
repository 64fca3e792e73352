import CTorch
import Foundation

/// LibTorch as a whole: its version, threads, seeds and CUDA.
public enum Runtime {
  /// LibTorch's version, such as "2.11.0".
  public static var version: String { String(cString: ct_version()) }

  /// The processor's vector instructions that LibTorch uses, such as "AVX512".
  public static var cpuCapability: String { String(cString: ct_cpu_capability()) }

  /// Whether convolutions run through oneDNN.
  public static var hasOneDNN: Bool { ct_has_mkldnn() }

  /// Threads inside one operation.
  public static var threads: Int {
    get { Int(ct_threads()) }
    set {
      // Setting also starts a pool of threads that hardly anything uses and that spin for a while: a tenth of a short command.
      guard newValue != threads else { return }
      ct_set_threads(Int32(clamping: max(1, newValue)))
    }
  }

  /// Seeds LibTorch's own generators (dropout draws from them). Everything else draws from named streams.
  public static func seed(_ seed: UInt64) { ct_seed(seed) }

  /// Keeps large blocks of memory for the next tensor of their size instead of giving them back to the system, which
  /// would hand them out again a page at a time: worth a fifth of a training step. For the rest of the process.
  public static func keepLargeBlocks() { ct_keep_large_blocks() }

  /// Why CUDA is or is not there.
  public enum CUDA: Sendable, Equatable {
    case available(devices: Int)
    case unavailable(reason: String)
    /// A driver is there, and LibTorch cannot use it.
    case unusable(reason: String)
  }

  /// Loads CUDA's part of LibTorch where a driver is present. The first call decides for the whole process and must
  /// come before any tensor is made; later calls return the same answer.
  public static let cuda: CUDA = {
    #if os(macOS)
      return .unavailable(reason: "macOS has no CUDA")
    #else
      // LibTorch's CUDA library is large: without a driver it is not even looked at.
      guard let driver = dlopen("libcuda.so.1", RTLD_LAZY) else {
        return .unavailable(reason: "no NVIDIA driver (libcuda.so.1) on this machine")
      }
      dlclose(driver)
      guard ct_cuda_load() == 0 else {
        return .unusable(reason: "LibTorch's CUDA library did not load: " + String(cString: ct_last_error()))
      }
      let devices = Int(ct_cuda_count())
      return devices > 0 ? .available(devices: devices) : .unavailable(reason: "the driver shows no device")
    #endif
  }()
}
