/// What a cell of a map sees of the input, as one convolution after the other adds to it, and a limit on that.
///
/// A 3x3 convolution sees two more cells of its input a side, which are as far apart as all strides before it make them
/// (Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019).
public struct ReceptiveField: Sendable {
  /// In pixels of the input; 0 for none.
  let limit: Int
  /// Side of the square that a cell sees, in pixels of the input.
  public private(set) var side = 1
  /// Pixels of the input from one cell to the next.
  public private(set) var stride = 1
  /// The variance, in squared pixels along one axis, of the squared gradient of a cell with respect to the pixels, were the weights of
  /// each kernel drawn alike and no shortcut taken: that of a sum of independent draws from the kernels (Luo et al.,
  /// "Understanding the Effective Receptive Field", NIPS 2016).
  public private(set) var variance = 0.0

  init(limit: Int = 0) { self.limit = limit }

  /// How wide a cell looks, in pixels: the standard deviation of its gradient's magnitude along one axis. The root of a Gaussian is
  /// a Gaussian of twice its ``variance``.
  public var deviation: Double { (2 * variance).squareRoot() }

  /// The side of the next convolution's kernel: 3, or 1 where 3 would see more than the limit.
  mutating func nextKernel(stride step: Int = 1) -> Int {
    let (wider, apart) = (side + 2 * stride, Double(stride))
    stride *= step
    guard limit == 0 || wider <= limit else { return 1 }
    side = wider
    // A place of -1, 0 or 1 times the distance of the cells before, alike.
    variance += 2 / 3 * apart * apart
    return 3
  }
}
