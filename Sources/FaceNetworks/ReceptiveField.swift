/// What a cell of a map sees of the input, as one convolution after the other adds to it, and a limit on that.
///
/// A 3x3 convolution sees two more cells of its input a side, which are as far apart as all strides before it make them
/// (Araujo, Norris, Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019).
struct ReceptiveField {
  /// In pixels of the input; 0 for none.
  let limit: Int
  /// Side of the square that a cell sees, in pixels of the input.
  private(set) var side = 1
  /// Pixels of the input from one cell to the next.
  private(set) var stride = 1

  init(limit: Int = 0) { self.limit = limit }

  /// The side of the next convolution's kernel: 3, or 1 where 3 would see more than the limit.
  mutating func nextKernel(stride step: Int = 1) -> Int {
    let wider = side + 2 * stride
    stride *= step
    guard limit == 0 || wider <= limit else { return 1 }
    side = wider
    return 3
  }
}
