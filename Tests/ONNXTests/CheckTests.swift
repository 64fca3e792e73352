import Testing
import Torch

@testable import ONNX

@Suite struct CheckTests {
  private func refusal(_ change: (inout ONNXModel) -> Void) throws -> String {
    var model = try SmallNetwork().model()
    change(&model)
    return failure { try model.check() }
  }

  @Test func namesHaveToFit() throws {
    #expect(try SmallNetwork().model().check().nodes == 7)
    #expect(try refusal { $0.graph.nodes.swapAt(2, 3) }.contains("not computed before it"))
    #expect(try refusal { $0.graph.nodes[1].name = $0.graph.nodes[0].name }.contains("two nodes"))
    #expect(try refusal { $0.graph.nodes[1].outputs = $0.graph.nodes[0].outputs }.contains("two values"))
    #expect(try refusal { $0.graph.initializers[0].name = "image" }.contains("two values 'image'"))
    #expect(try refusal { $0.graph.initializers.removeLast() }.contains("which is not computed"))
    #expect(try refusal { $0.graph.outputs[0].name = "other" }.contains("computed nowhere"))
    #expect(try refusal { $0.graph.outputs.append($0.graph.outputs[0]) }.contains("one name"))
    #expect(try refusal { $0.graph.nodes[0].outputs.append("more") }.contains("2 results"))
    #expect(try refusal { $0.graph.inputs = [] }.contains("no input"))
    #expect(try refusal { $0.graph.name = "" }.contains("no name"))
    #expect(try refusal { $0.graph.inputs[0].name = "" }.contains("no name"))
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity]) func weightsHaveToBeNumbers(value: Float) throws {
    let reason = try refusal { model in
      let place = model.graph.initializers.firstIndex { $0.element == .float32 }!
      let tensor = model.graph.initializers[place]
      let numbers = [Float](repeating: 1, count: tensor.count - 1) + [value]
      model.graph.initializers[place] = ONNXTensor(tensor.name, shape: tensor.shape) {
        try Tensor(numbers, tensor.shape)
      }
    }
    #expect(reason.contains("holds numbers that are none"))
  }

  @Test func infinitiesOfEveryKindAreFound() throws {
    func holds(_ element: ONNXElement, _ bits: [UInt8]) throws -> Bool {
      try ONNXTensor("w", element, [1]) { try bits.withUnsafeBytes($0) }.isFinite()
    }
    #expect(try holds(.float16, [0xff, 0x7b]) && !holds(.float16, [0, 0x7c]) && !holds(.float16, [1, 0xfc]))
    #expect(try holds(.bfloat16, [0x7f, 0x7f]) && !holds(.bfloat16, [0x80, 0x7f]))
    #expect(try holds(.float64, [0, 0, 0, 0, 0, 0, 0xe0, 0x7f]) && !holds(.float64, [0, 0, 0, 0, 0, 0, 0xf0, 0xff]))
    #expect(try holds(.int64, [UInt8](repeating: 0xff, count: 8)))
  }

  @Test func versionsHaveToBeKnown() throws {
    #expect(try refusal { $0.irVersion = 99 }.contains("format version 99"))
    #expect(try refusal { $0.opset = 18 }.contains("operator set 18"))
    #expect(try refusal { $0.opset = -1 }.contains("operator set -1"))
  }

  @Test func shapesHaveToFit() throws {
    #expect(try refusal { $0.graph.outputs[0].type = ONNXType([.symbol("N"), .size(6)]) }.contains("[N, 5]"))
    #expect(try refusal { $0.graph.outputs[0].type = ONNXType([.symbol("M"), .size(5)]) }.contains("[N, 5]"))
    #expect(try refusal { $0.graph.inputs[0].type.shape[1] = .size(4) }.contains("channels do not fit"))
    #expect(try refusal { $0.graph.inputs[0].type.shape[2] = .size(12) }.contains("Gemm"))
    #expect(try refusal { $0.graph.inputs[0].type.shape[2] = .symbol("H") }.contains("has to be a number"))
    #expect(try refusal { $0.graph.nodes[0].attributes["pads"] = .integers([0]) }.contains("'pads'"))
    #expect(try refusal { $0.graph.nodes[0].attributes["strides"] = .integers([0, 0]) }.contains("no sense"))
    #expect(try refusal { $0.graph.nodes[0].attributes["pads"] = .integers([0, 0, 0, Int.max]) }.contains("'pads'"))
    #expect(try refusal { $0.graph.nodes[0].attributes["group"] = .integer(.min) }.contains("'group'"))
    #expect(try refusal { $0.graph.nodes[1].operation = "Tan" }.contains("Tan is none"))
    #expect(try refusal { $0.graph.nodes[1].inputs = [] }.contains("takes 1...1 inputs"))
  }
}

@Suite struct ShapeRuleTests {
  /// Attributes, shapes of the inputs (0 is N), and what comes out; nil where it must be refused.
  private func result(_ operation: String, _ shapes: [[Int]], _ attributes: [String: ONNXAttribute] = [:]) -> [Int]? {
    let node = ONNXNode(name: "n", operation: operation, inputs: [], outputs: ["y"], attributes: attributes)
    let inputs = shapes.map { OperatorInput(type: ONNXType($0.map { $0 == 0 ? .symbol("N") : .size($0) })) }
    guard let type = try? ShapeRule.result(of: node, inputs) else { return nil }
    return type.shape.map { if case .size(let size) = $0 { size } else { 0 } }
  }

  @Test func windows() {
    #expect(result("Conv", [[0, 3, 9, 8], [4, 3, 3, 3]], ["strides": .integers([2, 2])]) == [0, 4, 4, 3])
    #expect(result("Conv", [[0, 4, 9, 9], [8, 2, 3, 3], [8]], ["group": .integer(2)]) == [0, 8, 7, 7])
    #expect(result("Conv", [[0, 4, 9, 9], [4, 4, 3, 3]], ["dilations": .integers([4, 4])]) == [0, 4, 1, 1])
    #expect(result("Conv", [[0, 4, 9, 9], [4, 4, 3, 3]], ["dilations": .integers([5, 5])]) == nil)
    #expect(result("Conv", [[0, 3, 9, 9], [4, 4, 3, 3]]) == nil)
    #expect(result("Conv", [[0, 4, 9, 9], [4, 4, 3, 3], [3]]) == nil)
    #expect(result("Conv", [[0, 4, 9, 9], [4, 4, 3, 3]], ["kernel_shape": .integers([5, 5])]) == nil)
    #expect(result("GlobalAveragePool", [[0, 7, 5, 6]]) == [0, 7, 1, 1])
    #expect(result("GlobalAveragePool", [[0, 7]]) == nil)
  }

  @Test func elementwise() {
    #expect(result("Add", [[0, 4, 5, 5], [4, 1, 1]]) == [0, 4, 5, 5])
    #expect(result("Add", [[3], [0, 1]]) == [0, 3])
    #expect(result("Add", [[0, 4], [0, 5]]) == nil)
    #expect(result("PRelu", [[0, 4, 5, 5], [4, 1, 1]]) == [0, 4, 5, 5])
    #expect(result("PRelu", [[0, 1], [0, 4]]) == nil, "slopes do not stretch the input")
    #expect(result("BatchNormalization", [[0, 4, 2, 2], [4], [4], [4], [4]]) == [0, 4, 2, 2])
    #expect(result("BatchNormalization", [[0, 4, 2, 2], [4], [4], [4], [5]]) == nil)
  }

  @Test func matrices() {
    #expect(result("Gemm", [[0, 6], [5, 6], [5]], ["transB": .integer(1)]) == [0, 5])
    #expect(result("Gemm", [[0, 6], [6, 5]]) == [0, 5])
    #expect(result("Gemm", [[0, 6], [5, 6]]) == nil)
    #expect(result("Flatten", [[0, 6, 2, 3]]) == [0, 36])
    #expect(result("Flatten", [[6, 0, 3]]) == nil)
    #expect(result("Flatten", [[0, 1 << 30, 1 << 30]]) == nil, "no overflow")
  }

  /// What comes out is calculated with in turn.
  @Test func resultsStayWithinBounds() {
    let far = OperatorInputs.limit
    #expect(result("Add", [[0, 1, 1, 1, 1, 1, 1, 1], [2]]) == [0, 1, 1, 1, 1, 1, 1, 2])
    #expect(result("Relu", [[1, 1, 1, 1, 1, 1, 1, 1, 1]]) == nil, "nine dimensions")
    #expect(result("Conv", [[0, 1, far, 1], [1, 1, 1, 1]]) == [0, 1, far, 1])
    #expect(result("Conv", [[0, 1, far, 1], [1, 1, 1, 1]], ["pads": .integers([far, 0, far, 0])]) == nil)
    let node = ONNXNode(name: "n", operation: "Gather", inputs: [], outputs: ["y"])
    let whole = OperatorInput(type: ONNXType(sizes: [1, 1, 1, 1, 1, 1, 1, 1], .int64))
    #expect(throws: ONNXError.self) { try ShapeRule.result(of: node, [whole, whole]) }
  }

  @Test(arguments: ["Conv", "Gemm", "PRelu", "BatchNormalization", "Add"]) func elementsHaveToBeAlike(operation: String)
  {
    let shapes = [
      "Conv": [[1, 2, 3, 3], [2, 2, 1, 1]], "Gemm": [[1, 2], [2, 2]], "PRelu": [[1, 2], [2]],
      "BatchNormalization": [[1, 2], [2], [2], [2], [2]], "Add": [[1, 2], [2]],
    ][operation]!
    let node = ONNXNode(name: "n", operation: operation, inputs: [], outputs: ["y"])
    func fits(_ element: ONNXElement) -> Bool {
      let inputs = shapes.enumerated().map { OperatorInput(type: ONNXType(sizes: $1, $0 == 0 ? .float32 : element)) }
      return (try? ShapeRule.result(of: node, inputs)) != nil
    }
    #expect(fits(.float32) && !fits(.float16) && !fits(.int64) && !fits(.float64))
  }

  @Test func reshapes() {
    func reshaped(_ shape: [Int], _ sizes: [Int]?) -> [Int]? {
      let node = ONNXNode(name: "n", operation: "Reshape", inputs: [], outputs: ["y"])
      let inputs = [
        OperatorInput(type: ONNXType(shape.map { $0 == 0 ? .symbol("N") : .size($0) })),
        OperatorInput(type: ONNXType(sizes: [sizes?.count ?? 0], .int64), numbers: sizes),
      ]
      guard let type = try? ShapeRule.result(of: node, inputs) else { return nil }
      return type.shape.map { if case .size(let size) = $0 { size } else { 0 } }
    }
    #expect(reshaped([0, 3, 4, 4], [0, 3, 16]) == [0, 3, 16])
    #expect(reshaped([0, 3, 4, 4], [0, 3, 15]) == nil)
    #expect(reshaped([0, 3], [3, 0]) == nil)
    #expect(reshaped([2], [2, 0]) == nil)
    #expect(reshaped([2], [-1]) == nil)
    #expect(reshaped([2], nil) == nil)
  }

  @Test func selections() {
    #expect(result("ReduceL2", [[0, 5]], ["axes": .integers([-1])]) == [0, 1])
    #expect(result("ReduceL2", [[0, 5]], ["axes": .integers([2])]) == nil)
    #expect(result("ReduceL2", [[0, 5]], ["axes": .integers([.min])]) == nil)
    #expect(result("ReduceL2", [[0, 5]]) == nil)
    #expect(result("ArgMax", [[0, 5, 9]], ["axis": .integer(2), "keepdims": .integer(0)]) == [0, 5])
    #expect(result("Gather", [[9, 9], [0, 5]]) == nil, "the numbers are fractions")
  }
}
