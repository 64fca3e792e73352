import Foundation

/// The learning rate over a training: a warm-up, then a shape. Rates are functions of the step alone, so that a resumed
/// run needs no state of it.
public struct Schedule: Sendable {
  public enum Shape: Sendable, Equatable {
    /// The full rate throughout.
    case constant
    /// Multiplied by `factor` at each of the steps.
    case step(at: [Int], factor: Double)
    /// (1 - progress) ^ power.
    case polynomial(power: Double)
    /// Half a cosine down to zero.
    case cosine
    /// Rises from rate / 25 along half a cosine through `rise` of the training, then falls to rate / 250,000
    /// (Smith & Topin 2018, with PyTorch's defaults). Has its own warm-up.
    case oneCycle(rise: Double)
  }

  public let rate: Double
  public let total: Int
  /// Steps of linear warm-up before the shape begins.
  public let warmup: Int
  public let shape: Shape

  /// `rate`: the largest learning rate. `total`: steps in all, warm-up included.
  public init(rate: Double, total: Int, warmup: Int = 0, shape: Shape) {
    precondition(total > 0 && warmup >= 0, "a schedule has at least one step")
    self.rate = rate
    self.total = total
    self.warmup = warmup
    self.shape = shape
  }

  /// The rate of step `step`, counted from 0. Beyond the last step it stays at the shape's end.
  public func callAsFunction(_ step: Int) -> Double {
    if step < warmup { return rate * Double(step + 1) / Double(warmup) }
    let progress = min(1, Double(step - warmup) / Double(max(1, total - warmup)))
    switch shape {
    case .constant: return rate
    case .step(let steps, let factor): return rate * pow(factor, Double(steps.filter { step >= $0 }.count))
    case .polynomial(let power): return rate * pow(1 - progress, power)
    case .cosine: return rate * (1 + cos(.pi * progress)) / 2
    case .oneCycle(let rise): return oneCycle(step, rise)
    }
  }

  private func oneCycle(_ step: Int, _ rise: Double) -> Double {
    func anneal(_ from: Double, _ to: Double, _ share: Double) -> Double {
      to + (from - to) / 2 * (1 + cos(.pi * share))
    }
    let start = rate / 25
    let peak = rise * Double(total) - 1
    let s = Double(min(step, total - 1))
    if s <= peak { return anneal(start, rate, peak > 0 ? s / peak : 1) }
    return anneal(rate, start / 10_000, (s - peak) / max(1e-12, Double(total - 1) - peak))
  }
}
