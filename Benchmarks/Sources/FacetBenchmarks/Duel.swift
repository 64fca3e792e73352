import Foundation
import Torch

/// One side of a benchmark.
protocol Contender: AnyObject {
  /// Does the work once. Returns its seconds.
  func step() throws -> Double
}

/// A side that lets the machine rest before each step, until the other's idle threads have stopped spinning: onnxruntime's take a
/// core for tens of milliseconds after a pass, as long as the other's step is.
final class Rested: Contender {
  private let side: any Contender

  init(_ side: any Contender) { self.side = side }

  func step() throws -> Double {
    Thread.sleep(forTimeInterval: 0.3)
    return try side.step()
  }
}

/// A side that can say how much memory its steps have taken at most.
protocol MemoryMeasuring: Contender {
  func peakMemory() throws -> PeakMemory
}

/// Two sides that step in turn, so that both meet the same machine.
struct Duel {
  private let facet: any Contender
  private let peer: any Contender

  init(_ facet: any Contender, _ peer: any Contender) {
    self.facet = facet
    self.peer = peer
  }

  /// Lets each side take an untimed step, then `rounds` timed ones. Who goes first changes with every round, so that
  /// neither always finds the other's traces. `progress` gets the rounds done and the two times.
  func run(rounds: Int, progress: (Int, Double, Double) -> Void) throws -> StepTimes {
    _ = try facet.step()
    _ = try peer.step()
    var times = StepTimes()
    for round in 0..<rounds {
      let facetFirst = round % 2 == 0
      let first = try (facetFirst ? facet : peer).step()
      let second = try (facetFirst ? peer : facet).step()
      times.facet.append(facetFirst ? first : second)
      times.peer.append(facetFirst ? second : first)
      progress(round + 1, times.facet[round], times.peer[round])
    }
    return times
  }
}

/// Seconds of each side, a number a round.
struct StepTimes {
  var facet: [Double] = []
  var peer: [Double] = []

  /// Smallest and largest ratio of a round.
  var spread: [Double] {
    let ratios = zip(facet, peer).map { $0 / $1 }
    return [ratios.min()!, ratios.max()!]
  }
}

extension [Double] {
  /// The middle value, or the mean of the two middle ones. Traps when there is none.
  var median: Double {
    let ordered = sorted()
    return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
  }
}
