import FaceImages

/// Draws procedural faces: a head built of curved sections with a relief of features, turned and projected with
/// depth, painted and lit per sample. The same arguments give the same bytes on every run and thread.
public enum FaceRenderer {
  /// Draws one photo.
  ///
  /// - Parameters:
  ///   - width: Pixels, at least 1; about 32 to 512 is sensible.
  ///   - height: Pixels, at least 1.
  ///   - supersampling: Samples per pixel in each direction, 1 to 8.
  ///
  /// Conditions outside their documented ranges are brought into them. Traps on an empty picture.
  ///
  /// Complexity: O(width * height * supersampling²).
  public static func render(
    _ identity: FaceIdentity, conditions: FaceConditions, width: Int, height: Int, supersampling: Int = 2
  ) -> RenderedFace {
    precondition(width > 0 && height > 0, "an image has at least one pixel")
    let factor = max(1, min(8, supersampling))
    let canvas = FaceCanvas(
      identity, conditions: conditions.bounded(), width: width, height: height, factor: factor)
    let (light, labels) = canvas.paint()
    let image = PhotoFinish(canvas.conditions, width: width, height: height).develop(light)
    let parts = PartMap(width: width, height: height, labels: labels)
    return RenderedFace(image: image, parts: parts, annotation: canvas.annotation(parts))
  }
}

/// One photo while it is drawn.
struct FaceCanvas {
  let identity: FaceIdentity
  let conditions: FaceConditions
  let width: Int
  let height: Int
  /// Samples per pixel in each direction.
  let factor: Int
  let camera: Camera
  let surface: HeadSurface
  let layout: PartLayout
  let scene: Scene
  let buffer: SampleBuffer
  /// Glasses only, which are laid over the finished face.
  let overlay: (scene: Scene, buffer: SampleBuffer, shape: GlassesShape)?

  init(_ identity: FaceIdentity, conditions: FaceConditions, width: Int, height: Int, factor: Int) {
    self.identity = identity
    self.conditions = conditions
    self.width = width
    self.height = height
    self.factor = factor
    let (columns, rows) = (width * factor, height * factor)
    camera = Camera(conditions, width: columns, height: rows)
    let features = FaceFeatures(identity, conditions)
    surface = HeadSurface(features)
    layout = PartLayout(surface)
    let detail = clamp(Float(min(columns, rows)) * conditions.scale / 210, 0.65, 3)
    var scene = Scene()
    scene.addBody(
      identity, camera: Camera(conditions, width: columns, height: rows, turn: 0.35))
    scene.addHead(surface, camera: camera, detail: detail)
    scene.addEars(identity, surface: surface, camera: camera)
    scene.addHair(identity, surface: surface, camera: camera, detail: detail)
    self.scene = scene
    buffer = SampleBuffer(width: columns, height: rows)
    buffer.draw(scene, raggedness: HairCut(identity).raggedness)
    guard let glasses = identity.glasses else {
      overlay = nil
      return
    }
    var front = Scene()
    front.addGlasses(surface: surface, camera: camera)
    let frontBuffer = SampleBuffer(width: columns, height: rows)
    frontBuffer.draw(front, raggedness: 0)
    overlay = (front, frontBuffer, GlassesShape(glasses: glasses))
  }

  /// Centers of the parts that are seen, where the part map says so too.
  func annotation(_ parts: PartMap) -> FaceAnnotation {
    var centers: [FaceAnnotation.Center] = []
    for center in layout.centers {
      let screen = camera.project(surface.point(x: center.x, y: center.y))
      let (x, y) = (screen.x / Float(factor), screen.y / Float(factor))
      guard x >= 0, y >= 0, x < Float(width), y < Float(height), parts[Int(x), Int(y)] == center.part else { continue }
      let sample = Int(screen.y) * buffer.width + Int(screen.x)
      guard buffer.depth[sample] < screen.depth + 0.08 else { continue }
      centers.append(.init(center.part, x: x, y: y))
    }
    return FaceAnnotation(centers: centers, eyeMouthDistance: eyeMouthDistance)
  }

  /// As seen with the same pitch but no yaw, so that it measures the face's size at every pose.
  private var eyeMouthDistance: Float {
    var straight = conditions
    straight.yaw = 0
    let front = Camera(straight, width: buffer.width, height: buffer.height)
    let eyes = [layout.features.leftEye, layout.features.rightEye].map {
      front.project(surface.point(x: $0.centerX, y: $0.centerY))
    }
    let mouth = front.project(surface.point(x: 0, y: layout.mouthMiddle))
    let dx = 0.5 * (eyes[0].x + eyes[1].x) - mouth.x
    let dy = 0.5 * (eyes[0].y + eyes[1].y) - mouth.y
    return (dx * dx + dy * dy).squareRoot() / Float(factor)
  }
}
