import FaceDatasets
import FaceImages
import TestSupport
import Testing

/// A dataset in memory, for wrappers to work on.
struct MemoryDataset: NamedFaceDataset {
  var name = "memory"
  var labels: [Int]
  var identityNames: [String]
  var photo = Image(width: 1, height: 1)
  var centers: FaceAnnotation?
  var parts: PartMap?

  var count: Int { labels.count }
  var identityCount: Int { identityNames.count }
  func label(at index: Int) -> Int { labels[index] }
  func source(at index: Int) -> String { "\(name)/\(index)" }
  func image(at index: Int, minimumSide: Int?) throws -> Image { photo }
  func annotation(at index: Int) throws -> FaceAnnotation? { centers }
  func partMap(at index: Int) throws -> PartMap? { parts }
}

/// Expects a `DatasetError` of a kind whose text holds all of `words`.
func expectDatasetError(
  _ kind: DatasetError.Kind, _ words: String..., location: SourceLocation = #_sourceLocation,
  from body: () throws -> Void
) {
  do {
    try body()
    Issue.record("nothing was thrown", sourceLocation: location)
  } catch let error as DatasetError {
    #expect(error.kind == kind, "\(error)", sourceLocation: location)
    for word in words { #expect(error.description.contains(word), "\(error)", sourceLocation: location) }
  } catch {
    Issue.record("another error: \(error)", sourceLocation: location)
  }
}

/// A CFP of one complete fold whose photos are empty files, with landmarks for its first identity.
func miniatureCFP(in folder: TemporaryFolder, under prefix: String = "") throws -> String {
  let root = folder.path + (prefix.isEmpty ? "" : "/" + prefix)
  let base = prefix.isEmpty ? "" : prefix + "/"
  var lists = ["F": "", "P": ""]
  var rows = ["F": 0, "P": 0]
  for identity in 1...50 {
    let name = String(repeating: "0", count: identity < 10 ? 2 : 1) + "\(identity)"
    for (list, kind, count) in [("F", "frontal", 2), ("P", "profile", 1)] {
      for number in 1...count {
        try folder.write("\(base)Data/Images/\(name)/\(kind)/0\(number).jpg")
        rows[list]! += 1
        lists[list]! += "\(rows[list]!) ../Data/Images/\(name)/\(kind)/0\(number).jpg\r\n"
      }
    }
  }
  for (list, text) in lists { try folder.write("\(base)Protocol/Pair_list_\(list).txt", text) }
  for kind in ["FF", "FP"] {
    try folder.write("\(base)Protocol/Split/\(kind)/01/same.txt", kind == "FF" ? "1,2\n4,3\n" : "1,1\n4,2\n")
    try folder.write("\(base)Protocol/Split/\(kind)/01/diff.txt", kind == "FF" ? "1,3\n" : "1,2\n100,49\n")
  }
  try folder.write("\(base)Data/Fiducials/001/frontal/01.txt", frontalLandmarks.csv)
  try folder.write("\(base)Data/Fiducials/001/profile/01.txt", profileLandmarks.csv)
  return root
}

typealias Landmarks = [(Double, Double)]

extension Landmarks {
  var csv: String { map { "\($0.0),\($0.1)" }.joined(separator: "\n") + "\n" }
  /// Turned about the origin and moved.
  func turned(cos c: Double, sin s: Double, by offset: (Double, Double)) -> Landmarks {
    map { (c * $0.0 - s * $0.1 + offset.0, s * $0.0 + c * $0.1 + offset.1) }
  }
  var mirrored: Landmarks { map { (-$0.0, $0.1) } }
}

/// A face about the line x = 100: eyes at y = 60, mouth at y = 120, chin at y = 170.
let frontalLandmarks: Landmarks =
  [(30, 50), (31, 65), (33, 80), (36, 95), (40, 110), (46, 125), (58, 145), (78, 162), (100, 170)]
  + [(50, 45), (65, 40), (80, 45)]
  + [(55, 60), (62, 57), (68, 57), (75, 60), (68, 63), (62, 63)]
  + [(100, 60), (100, 72), (100, 84), (100, 96), (100, 102), (93, 101), (86, 99)]
  + [(75, 120), (100, 112), (100, 118), (100, 130), (100, 120)]

/// A face that looks to the right of the picture.
let profileLandmarks: Landmarks =
  [(40, 60), (42, 75), (45, 90), (55, 110), (70, 125), (85, 138), (102, 152), (125, 165), (145, 170)]
  + [(100, 45), (115, 38), (130, 45)]
  + [(105, 60), (112, 57), (118, 58), (123, 62), (117, 64), (111, 64)]
  + [(145, 60), (152, 72), (158, 84), (165, 96), (155, 102), (148, 103), (138, 98)]
  + [(125, 122), (155, 112), (156, 118), (152, 130), (154, 120)]
