import ProtocolBuffers

/// TensorBoard's `Event` messages (tensorflow/core/util/event.proto, framework/summary.proto).
enum TensorBoardEvent {
  /// The first event of every file.
  static func version(time: Double) -> [UInt8] {
    event(time: time, step: 0) { $0.add(3, string: "brain.Event:2") }
  }

  /// Tells readers to forget what earlier files say of `step` and later ones.
  static func sessionStart(time: Double, step: Int) -> [UInt8] {
    event(time: time, step: step) { $0.add(7) { $0.add(1, integer: 1) } }
  }

  static func scalars(_ scalars: [(name: String, value: Double)], time: Double, step: Int) -> [UInt8] {
    event(time: time, step: step) { event in
      event.add(5) { summary in
        for (name, value) in scalars {
          summary.add(1) {
            $0.add(1, string: name)
            $0.add(2, float: Float(value))
          }
        }
      }
    }
  }

  /// A text as the text plugin wants it: a tensor of one string.
  static func text(name: String, _ text: String, time: Double, step: Int) -> [UInt8] {
    event(time: time, step: step) { event in
      event.add(5) { summary in
        summary.add(1) { value in
          value.add(1, string: name)
          value.add(8) { tensor in
            tensor.add(1, integer: 7)
            tensor.add(2) { shape in shape.add(2) { $0.add(1, integer: 1) } }
            tensor.add(8, string: text)
          }
          value.add(9) { metadata in metadata.add(1) { $0.add(1, string: "text") } }
        }
      }
    }
  }

  private static func event(time: Double, step: Int, _ build: (inout ProtobufMessage) -> Void) -> [UInt8] {
    var event = ProtobufMessage()
    event.add(1, double: time)
    if step != 0 { event.add(2, integer: step) }
    build(&event)
    return event.bytes
  }
}
