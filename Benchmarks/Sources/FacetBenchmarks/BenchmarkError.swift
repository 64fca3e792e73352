/// Why a benchmark could not be run.
enum BenchmarkError: Error, CustomStringConvertible {
  case cannotStart(String)
  case peerEnded(status: Int32)
  case unexpected(line: String, wanted: String)
  case otherVersion(peer: String, facet: String)
  case differentNetworks(name: String, facet: Int, peer: Int)
  case differentResults(name: String, what: String, value: Double?, wanted: String)
  case diverged(step: Int)
  case differentPhotos(facet: Double, peer: Double)
  case missing(String)
  /// What a row needs is there and does not work, or cannot be had by installing a package.
  case unusable(String)
  case commandFailed(program: String, status: Int32)

  var description: String {
    switch self {
    case .cannotStart(let path):
      "cannot start '\(path)'; run scripts/python-env.sh and give the path it prints as --python"
    case .peerEnded(let status):
      "a side ended with status \(status), its message is above; --python must have PyTorch "
        + "(scripts/python-env.sh makes one) and --peers must name Benchmarks/peers"
    case .unexpected(let line, let wanted):
      "a side wrote '\(line)' where \(wanted) was expected; check --peers"
    case .otherVersion(let peer, let facet):
      "Python has PyTorch \(peer) and Facet has LibTorch \(facet); run scripts/python-env.sh for the same version"
    case .differentNetworks(let name, let facet, let peer):
      "\(name) has \(facet) parameters in Facet and \(peer) in PyTorch, so their times cannot be compared"
    case .differentPhotos(let facet, let peer):
      "the photos' mean is \(facet) as Facet read them and \(peer) as Python did, so their times cannot be compared"
    case .differentResults(let name, let what, let value, let wanted):
      "\(name): the two sides do not compute the same: the \(what) is \(value.map { "\($0)" } ?? "not there"), not "
        + wanted
    case .missing(let what): "\(what) is not there"
    case .unusable(let reason): reason
    case .commandFailed(let program, let status): "\(program) ended with status \(status); its message is above"
    case .diverged(let step): "Facet's loss was not finite at step \(step), so its times mean nothing"
    }
  }
}
