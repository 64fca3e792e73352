import ArgumentParsing
import AtomicFiles
import FaceDatasets
import FaceImages
import Foundation
import TerminalOutput

/// `facet faces`
struct Faces: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "faces",
    abstract: "Renders procedural faces with their true part masks.",
    discussion: """
      The folder gets photos/ID/NN.png, parts/ID/NN.png (gray value 28 x (part + 1) in the order brow, left eye, right eye, \
      nose, mouth, chin, jaw, cheek, forehead; 0 elsewhere), landmarks.json (part centers and eye-mouth distance of each \
      photo) and, from ten photos of several people on, pairs.csv (a verification protocol).
      """,
    examples: [
      "facet faces --output faces --identities 50 --photos 10", "facet faces --output faces --sheet faces.png",
    ])

  @Option(name: .shortAndLong, help: "The folder to write.", valueName: "folder") var output: String
  @Option(help: "How many people.") var identities = 20
  @Option(help: "Photos of each.") var photos = 5
  @Option(help: "Side in pixels.") var size = 112
  @Option(help: "The first identity.") var firstIdentity = 0
  @Option(help: "People of a family, who share all but some parts with its first; 1 for strangers.") var familySize = 1
  @Option(help: "Parts, 1 to 8, in which a member of a family differs from the first.") var partsApart = 1
  @Option(help: "The seed of everything.") var seed = 0
  @Option(help: "Also draw all photos on one sheet, PNG, JPEG or WebP.", valueName: "file") var sheet: String?

  private struct Landmarks: Encodable {
    struct Center: Encodable {
      let part: FacePart
      let x: Float
      let y: Float
    }
    let photo: String
    let eyeMouthDistance: Float
    let centers: [Center]
  }

  mutating func run() throws {
    try OutputCheck.files(
      sheet, pictures: [sheet], making: output, with: ["photos/", "parts/", "landmarks.json", "pairs.csv"])
    try OutputCheck.picture(sheet)
    let faces = try SettingAssignment.checked {
      try ProceduralFaces(
        identities: identities, photosPerIdentity: photos, imageSize: size, seed: UInt64(bitPattern: Int64(seed)),
        firstIdentity: firstIdentity, kinship: FaceKinship(familySize: familySize, partsApart: partsApart))
    }
    let existing = (try? FileManager.default.contentsOfDirectory(atPath: output)) ?? []
    guard existing.isEmpty else { throw CommandFailure("\(output) is not empty; choose another --output") }
    let rows = try Interruption.abandoning { try NewFolder.make(output) { try render(faces, into: $0) } }
    if let sheet { try ContactSheet(rows: rows).image().write(to: sheet) }
    CommandOutput.current.printLine("\(output): \(faces.count) photos of \(identities) people")
  }

  /// Writes all but the sheet. Returns the photos by person, when they are to be drawn.
  private func render(_ faces: ProceduralFaces, into folder: String) throws -> [[Image]] {
    var landmarks: [Landmarks] = []
    var rows: [[Image]] = []
    let bar = ProgressReporter(label: "render", total: faces.count, unit: "faces")
    for index in 0..<faces.count {
      let face = faces.face(at: index)
      let name = photoName(faces, index)
      try write(face.image, to: "\(folder)/photos/\(name)")
      try write(picture(face.parts), to: "\(folder)/parts/\(name)")
      landmarks.append(
        Landmarks(
          photo: name, eyeMouthDistance: face.annotation.eyeMouthDistance,
          centers: face.annotation.centers.map { .init(part: $0.part, x: $0.x, y: $0.y) }))
      if sheet != nil {
        if index % photos == 0 { rows.append([]) }
        rows[rows.count - 1].append(face.image)
      }
      bar.advance()
      try Interruption.checkAbandoned()
    }
    bar.finish()
    try writeJSON(landmarks, to: "\(folder)/landmarks.json")
    if photos > 1 && identities > 1 { try writePairs(faces, into: folder) }
    return rows
  }

  private func photoName(_ faces: ProceduralFaces, _ index: Int) -> String {
    String(format: "%06d/%02d.png", firstIdentity + faces.label(at: index), index % photos + 1)
  }

  private func write(_ image: Image, to path: String) throws {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw CommandFailure("cannot make the folder \(folder)")
    }
    try image.write(to: path)
  }

  /// Part labels as gray values that people can tell apart.
  private func picture(_ parts: PartMap) -> Image {
    let gray = parts.labels.map { $0 == PartMap.none ? 0 : 28 * ($0 + 1) }
    return Image(width: parts.width, height: parts.height, pixels: gray.flatMap { [$0, $0, $0] })
  }

  private func writePairs(_ faces: ProceduralFaces, into folder: String) throws {
    let count = min(6000, identities * photos * 2) / 20 * 20
    guard count > 0 else { return }
    let pairs = try faces.pairs(count: count, seed: faces.seed)
    var text = "a,b,same,fold\n"
    for pair in pairs {
      text +=
        "photos/\(photoName(faces, pair.first)),photos/\(photoName(faces, pair.second)),\(pair.same ? 1 : 0),\(pair.fold)\n"
    }
    try writeAtomically(Data(text.utf8), to: "\(folder)/pairs.csv")
  }
}
