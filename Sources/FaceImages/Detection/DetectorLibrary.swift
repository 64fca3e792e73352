import Foundation

/// The library that `make detect` builds around dlib, loaded while the program runs, so that Facet neither needs it to be built
/// nor pays for it at its start.
struct DetectorLibrary: @unchecked Sendable {
  typealias Find =
    @convention(c) (
      UnsafePointer<UInt8>, Int32, Int32, UnsafeMutablePointer<Double>, Int32, UnsafeMutablePointer<CChar>, Int32
    ) -> Int32

  let name: String
  let find: Find

  static let file = "facet-detector.so"
  /// What this code was written for.
  private static let version: Int32 = 1

  /// The library of this process, opened once.
  static let shared = Result { try DetectorLibrary(searching: candidates()) }

  /// Where the library may be, first choice first: `$FACET_DETECTOR`, else `.deps/detector/` in a folder above the program (a
  /// build in a clone), or `lib/facet/` beside its folder (an installation).
  static func candidates(
    program: String = Bundle.main.executablePath ?? CommandLine.arguments[0],
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    if let chosen = environment["FACET_DETECTOR"], !chosen.isEmpty { return [chosen] }
    var folder = URL(fileURLWithPath: program).resolvingSymlinksInPath().deletingLastPathComponent()
    var paths = [folder.deletingLastPathComponent().appendingPathComponent("lib/facet/" + file).path]
    while folder.path != "/" {
      paths.append(folder.appendingPathComponent(".deps/detector/" + file).path)
      folder.deleteLastPathComponent()
    }
    return paths
  }

  /// Opens the first library that is there. Throws ``DetectionError``.
  init(searching places: [String]) throws {
    guard let path = places.first(where: FileManager.default.fileExists(atPath:)) else {
      throw DetectionError.notInstalled(places: places)
    }
    func unusable(_ reason: String) -> DetectionError { .unusable(path: path, reason: reason) }
    guard let handle = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw unusable(dlerror().map { String(cString: $0) } ?? "it does not load")
    }
    func symbol<Function>(_ name: String, as type: Function.Type) throws -> Function {
      guard let address = dlsym(handle, name) else { throw unusable("it has no \(name)") }
      return unsafeBitCast(address, to: type)
    }
    let version = try symbol("facet_detector_version", as: (@convention(c) () -> Int32).self)()
    guard version == DetectorLibrary.version else {
      throw unusable("its version is \(version), not \(DetectorLibrary.version)")
    }
    name = String(
      cString: try symbol("facet_detector_name", as: (@convention(c) () -> UnsafePointer<CChar>).self)())
    find = try symbol("facet_detector_find", as: Find.self)
  }
}
