import Foundation
import Testing

@testable import FaceImages

@Suite struct DetectionTests {
  @Test func boxesGrowAboutTheirCenter() {
    #expect(
      FaceBox(x: 10, y: 20, width: 100, height: 100).grown(by: 1.3) == FaceBox(x: -5, y: 5, width: 130, height: 130))
  }

  @Test func boxesOverTheEdgeRepeatIt() {
    var image = Image(width: 4, height: 4, color: RGB(9, 9, 9))
    image[0, 0] = RGB(200, 0, 0)
    let cut = image.cropped(to: FaceBox(x: -2, y: -2, width: 4, height: 4))
    #expect(cut.width == 4 && cut[0, 0] == RGB(200, 0, 0) && cut[2, 2] == RGB(200, 0, 0) && cut[3, 3] == RGB(9, 9, 9))
  }

  @Test func theLibraryIsLookedForAboveTheProgram() {
    let places = DetectorLibrary.candidates(program: "/a/clone/.build/debug/facet", environment: [:])
    #expect(places.first == "/a/clone/.build/lib/facet/facet-detector.so")
    #expect(places.contains("/a/clone/.deps/detector/facet-detector.so"))
    #expect(DetectorLibrary.candidates(program: "/x", environment: ["FACET_DETECTOR": "/d.so"]) == ["/d.so"])
  }

  @Test func saysHowToInstallIt() {
    let error = #expect(throws: DetectionError.self) { try DetectorLibrary(searching: ["/nowhere/facet-detector.so"]) }
    for word in ["make detect", "libdlib-dev", "brew install dlib"] {
      #expect(error?.description.contains(word) == true)
    }
  }

  @Test func saysWhatIsWrongWithALibrary() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("facet-\(UUID().uuidString).so").path
    try Data("no library".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let error = #expect(throws: DetectionError.self) { try DetectorLibrary(searching: [path]) }
    #expect(error?.description.contains(path) == true && error?.description.contains("make detect") == true)
  }

  @Test(.enabled(if: (try? FaceDetector()) != nil, "skipped: no face detector (make detect)"))
  func picturesWithoutAFaceSaySo() throws {
    let detector = try FaceDetector()
    #expect(detector.name.hasPrefix("dlib "))
    for (width, height) in [(300, 200), (1, 1), (3, 1000)] {
      #expect(throws: DetectionError.noFace(name: "blank.jpg")) {
        try detector.largestFace(in: Image(width: width, height: height, color: RGB(90, 90, 90)), name: "blank.jpg")
      }
    }
  }
}
