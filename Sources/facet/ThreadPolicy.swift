import Foundation

/// How idle threads of LibTorch's OpenMP wait.
enum ThreadPolicy {
  /// Commands whose work is long enough to pay for starting twice.
  private static let longCommands: Set<String> = ["train", "demo", "evaluate", "compare", "faithfulness"]

  /// Starts the program again with sleeping instead of spinning threads, when the user has not chosen.
  ///
  /// OpenMP reads its policy from the environment while it is being loaded, before any code of ours. With threads that
  /// spin, a small network trains tens of times slower as soon as anything else wants a core.
  static func apply(_ arguments: [String]) {
    guard let command = arguments.first, longCommands.contains(command), getenv("OMP_WAIT_POLICY") == nil,
      let program = Bundle.main.executablePath
    else { return }
    setenv("OMP_WAIT_POLICY", "PASSIVE", 1)
    var pointers: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
    pointers.append(nil)
    // Returns only when it failed, and then the work goes on as it is.
    execv(program, &pointers)
    for pointer in pointers { free(pointer) }
  }
}
