/// What a piece of surface is made of.
enum Material: UInt8, Sendable {
  case skin, hair, ear, neck, glasses
}

/// A vertex after projection.
struct Vertex: Sendable {
  /// In samples.
  var screenX: Float
  var screenY: Float
  /// z of the camera's axes, larger is nearer.
  var depth: Float
  /// Of the camera's axes.
  var normal: Vector3
  /// Undisplaced head coordinates, by which surfaces are painted.
  var x: Float
  var y: Float
  var angle: Float
  /// Openness to the light of skin; coverage of hair (above 0 there is hair).
  var extra: Float
}

/// A surface as a grid of vertices.
struct Grid: Sendable {
  var material: Material
  /// Index of its first vertex.
  var start: Int
  var rows: Int
  var columns: Int
}

/// Turns head coordinates into samples of the picture, with a mild perspective.
struct Camera: Sendable {
  /// Samples for one unit of length.
  let scale: Float
  private let rotation: Rotation
  private let offsetX: Float
  private let offsetY: Float

  /// The head turns about the top of the neck.
  private static let pivot = Vector3(0, 0.85, -0.15)
  /// Stays in the middle of the picture whatever the turn.
  private static let anchor = Vector3(0, 0.27, 0.5)
  private static let distance: Float = 11

  /// `turn` is the fraction of the head's turn that is followed: 1 for the head, less for the body.
  init(_ c: FaceConditions, width: Int, height: Int, turn: Float = 1) {
    scale = c.scale * Float(min(width, height)) / 2.6
    let radians = Float.pi / 180
    let head = Rotation(yaw: c.yaw * radians, pitch: c.pitch * radians, roll: c.roll * radians)
    rotation =
      turn == 1
      ? head : Rotation(yaw: c.yaw * turn * radians, pitch: c.pitch * turn * radians, roll: c.roll * radians)
    let anchor = head(Camera.anchor - Camera.pivot)
    let near = Camera.distance / (Camera.distance - anchor.z)
    let side = Float(min(width, height))
    offsetX = Float(width) * 0.5 + c.shiftX * side - anchor.x * near * scale
    offsetY = Float(height) * 0.5 + c.shiftY * side - anchor.y * near * scale
  }

  func project(_ p: Vector3) -> (x: Float, y: Float, depth: Float) {
    let q = rotation(p - Camera.pivot)
    let near = scale * Camera.distance / (Camera.distance - q.z)
    return (offsetX + q.x * near, offsetY + q.y * near, q.z)
  }

  func turn(_ direction: Vector3) -> Vector3 { rotation(direction) }
}

/// Everything to be drawn, projected.
struct Scene {
  private(set) var vertices: [Vertex] = []
  private(set) var grids: [Grid] = []

  /// A point of a grid before projection.
  struct Point {
    var position: Vector3
    var x: Float
    var y: Float
    var angle: Float
    var extra: Float
  }

  /// Adds a grid; normals come from the neighbors and point out of the picture when rows run down and columns
  /// to the right.
  mutating func add(_ material: Material, rows: Int, columns: Int, camera: Camera, points: [Point]) {
    precondition(points.count == rows * columns && rows > 1 && columns > 1, "a grid needs its points")
    grids.append(Grid(material: material, start: vertices.count, rows: rows, columns: columns))
    vertices.reserveCapacity(vertices.count + points.count)
    points.withUnsafeBufferPointer { p in
      for row in 0..<rows {
        let (above, below) = (max(row - 1, 0) * columns, min(row + 1, rows - 1) * columns)
        for column in 0..<columns {
          let here = row * columns
          let (left, right) = (max(column - 1, 0), min(column + 1, columns - 1))
          let across = p[here + right].position - p[here + left].position
          let down = p[below + column].position - p[above + column].position
          let point = p[here + column]
          let screen = camera.project(point.position)
          vertices.append(
            Vertex(
              screenX: screen.x, screenY: screen.y, depth: screen.depth,
              normal: camera.turn(across.cross(down).normalized()), x: point.x, y: point.y, angle: point.angle,
              extra: point.extra))
        }
      }
    }
  }
}
