import FaceDatasets
import Testing

@testable import ExplainableChannels

@Suite struct KeptMapsTests {
  /// The images of the smallest keys, whatever the order they came in.
  @Test(arguments: [0, 1, 2, 7, 40, 50, 60])
  func aSampleByNumberStays(capacity: Int) {
    let keys = (0..<50).map { (SeededRandom.value(seed: 3, stream: "kept activation maps", $0), $0) }
    let wanted = keys.sorted { $0 < $1 }.prefix(capacity).map(\.1).sorted()
    for order in [Array(0..<50), Array((0..<50).reversed()), (0..<50).map { $0 * 7 % 50 }] {
      var kept = KeptMaps(memory: capacity * 8 + 7, activations: 2, grid: 2, seed: 3)
      for (row, index) in order.enumerated() {
        [Float(index), 1].withUnsafeBufferPointer { values in
          kept.add(
            ActivationMaps(channels: 1, height: 1, width: 2, values: values), row: row,
            image: MeasuredImage(index: index, geometry: .identity, annotation: nil))
        }
      }
      #expect(kept.capacity == capacity && kept.count == min(capacity, 50))
      let entries = kept.inOrder
      #expect(entries.map(\.image.index).sorted() == wanted)
      #expect(entries.map(\.row) == entries.map(\.row).sorted(), "in the order they were measured")
      #expect(entries.allSatisfy { $0.values == [Float($0.image.index), 1] && order[$0.row] == $0.image.index })
    }
  }
}
