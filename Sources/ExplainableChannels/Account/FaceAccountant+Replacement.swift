import FaceNetworks
import Torch

extension FaceAccountant {
  /// What a channel of a face becomes.
  enum Replacement {
    case own
    /// The average face's.
    case average
    /// The other photo's.
    case other
  }

  /// The face with channels replaced, its embeddings computed anew. `choice` says for each channel, and whether it is seen in
  /// the mirror image, what it becomes. `other` has the same views.
  func replacing(
    _ face: ExaminedFace, from other: ExaminedFace? = nil, _ choice: (Int, Bool) -> Replacement
  ) throws -> ExaminedFace {
    var face = face
    for index in face.views.indices {
      let view = face.views[index]
      let choices = (0..<face.channels).map { choice($0, view.isMirrored) }
      if choices.allSatisfy({ $0 == .own }) { continue }
      face.views[index] = try replaced(view, from: other?.views[index], choices, area: face.height * face.width)
    }
    face.setEmbeddings(
      try face.views.map { try embedding($0, shape: [1, face.channels, face.height, face.width]) })
    return face
  }

  private func replaced(
    _ view: ExaminedFace.View, from other: ExaminedFace.View?, _ choices: [Replacement], area: Int
  ) throws -> ExaminedFace.View {
    var view = view
    let places = view.deviations.count / choices.count
    let reference = try path?.referenceMap([choices.count, 1, area]).floats()
    for (channel, choice) in choices.enumerated() where choice != .own {
      let inputs = (channel * places)..<((channel + 1) * places)
      let cells = (channel * area)..<((channel + 1) * area)
      if choice == .other, let other {
        view.deviations.replaceSubrange(inputs, with: other.deviations[inputs])
        view.activations.replaceSubrange(cells, with: other.activations[cells])
      } else {
        for input in inputs { view.deviations[input] = 0 }
        if let reference { view.activations.replaceSubrange(cells, with: reference[cells]) }
      }
    }
    return view
  }

  private func embedding(_ view: ExaminedFace.View, shape: [Int]) throws -> [Double] {
    if let affine {
      return try affine.embedding(deviations: view.deviations, constant: view.constant)
    }
    return try withoutGradient {
      try model.network.embedding(carried: Tensor(view.activations, shape).to(device)).doubles()
    }
  }
}
