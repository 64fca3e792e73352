import FaceDatasets
import Foundation
import TestSupport
import Testing

@Suite struct CFPTests {
  @Test func listsFoldsAndKinds() throws {
    let folder = try TemporaryFolder()
    let root = try miniatureCFP(in: folder)
    let cfp = try CFP(root: root)
    #expect(cfp.count == 150 && cfp.identityCount == 50 && cfp.folds == [1] && cfp.name == "cfp fold 1")
    #expect(cfp.identityNames.first == "001" && cfp.identityNames.last == "050")
    #expect(cfp.source(at: 3) == root + "/Data/Images/002/frontal/01.jpg" && cfp.label(at: 3) == 1)
    #expect(cfp.kind(at: 2) == .profile)
    let profiles = try CFP(root: root, folds: [1], kinds: [.profile])
    #expect(profiles.count == 50 && profiles.label(at: 49) == 49 && profiles.name == "cfp fold 1 profile")
  }

  @Test func isFoundInItsParentFolder() throws {
    let folder = try TemporaryFolder()
    let root = try miniatureCFP(in: folder, under: "cfp-dataset")
    #expect(try CFP(root: folder.path).root == root)
  }

  @Test func saysWhatIsMissing() throws {
    let folder = try TemporaryFolder()
    expectDatasetError(.missing, "Data/Images") { _ = try CFP(root: folder.path) }
    expectDatasetError(.missing, "no such folder") { _ = try CFP(root: folder.path + "/x") }
    let root = try miniatureCFP(in: folder)
    expectDatasetError(.missing, "fold 10 (identities 451 to 500)", "choose among folds 1") {
      _ = try CFP(root: root, folds: [1, 10])
    }
    for folds in [[0], [11], [], [1, 1]] {
      expectDatasetError(.invalidRequest, "1 to 10") { _ = try CFP(root: root, folds: folds) }
    }
    expectDatasetError(.invalidRequest, "no kind") { _ = try CFP(root: root, kinds: []) }
    try FileManager.default.removeItem(atPath: root + "/Data/Images/017")
    expectDatasetError(.missing, "identity 017 of fold 1") { _ = try CFP(root: root) }
  }

  @Test func pairsIndexFrontalsThenProfiles() throws {
    let folder = try TemporaryFolder()
    let cfp = try CFP(root: miniatureCFP(in: folder))
    let set = try cfp.verificationSet(.FP)
    let sources = set.pairs.map { pair in
      [pair.first, pair.second].map {
        set.dataset.source(at: $0).split(separator: "/").suffix(3).joined(separator: "/")
      }
    }
    #expect(
      sources == [
        ["001/frontal/01.jpg", "001/profile/01.jpg"], ["002/frontal/02.jpg", "002/profile/01.jpg"],
        ["001/frontal/01.jpg", "002/profile/01.jpg"], ["050/frontal/02.jpg", "049/profile/01.jpg"],
      ])
    #expect(set.pairs.map(\.same) == [true, true, false, false] && set.pairs.allSatisfy { $0.fold == 0 })
    #expect(try cfp.verificationSet(.FF).pairs.count == 3)
  }

  @Test func checksTheProtocol() throws {
    let folder = try TemporaryFolder()
    let cfp = try CFP(root: miniatureCFP(in: folder))
    let cases = [
      ("1,1\n1,x\n", "line 2: expected two numbers"), ("1,2\n", "line 1: 1 and 2 are different people"),
      ("1,99\n", "line 1, column 2: 99 is no photo of fold 1"), ("", "holds no pairs"),
    ]
    for (text, message) in cases {
      try folder.write("Protocol/Split/FP/01/same.txt", text)
      expectDatasetError(text.isEmpty ? .empty : .malformed, "FP/01/same.txt", message) {
        _ = try cfp.verificationSet(.FP)
      }
    }
    try folder.write("Protocol/Pair_list_F.txt", "1 elsewhere.jpg\n")
    expectDatasetError(.malformed, "Pair_list_F.txt, line 1") { _ = try cfp.verificationSet(.FF) }
    try FileManager.default.removeItem(atPath: cfp.root + "/Protocol/Pair_list_F.txt")
    expectDatasetError(.missing, "Pair_list_F.txt") { _ = try cfp.verificationSet(.FF) }
  }
}

@Suite struct CFPOnDiskTests {
  @Test(.enabled(if: BenchmarkData.cfp != nil, "skipped: no ../shared/data/cfp"))
  func holdsWhatItsAuthorsShip() throws {
    let cfp = try CFP(root: BenchmarkData.cfp!)
    #expect(cfp.count == 14 * cfp.identityCount && cfp.identityCount == 50 * cfp.folds.count)
    for kind in CFP.VerificationProtocol.allCases {
      let set = try cfp.verificationSet(kind)
      #expect(set.pairs.count == 700 * cfp.folds.count)
      #expect(set.pairs.count(where: \.same) == 350 * cfp.folds.count)
      for pair in set.pairs {
        let (a, b) = (set.dataset.label(at: pair.first), set.dataset.label(at: pair.second))
        #expect((a == b) == pair.same && a / 50 == pair.fold && b / 50 == pair.fold)
      }
    }
  }

  @Test(.enabled(if: BenchmarkData.cfp != nil, "skipped: no ../shared/data/cfp"))
  func everyPartLiesWhereItShould() throws {
    let cfp = try CFP(root: BenchmarkData.cfp!, folds: [1])
    for index in stride(from: 0, to: cfp.count, by: 3) {
      let face = try #require(try cfp.annotation(at: index))
      let frontal = cfp.kind(at: index) == .frontal
      #expect(Set(face.centers.map(\.part)).count == (frontal ? 9 : 8), "\(cfp.source(at: index))")
      func mean(_ part: FacePart) -> Float {
        let y = face.centers.filter { $0.part == part }.map(\.y)
        return y.reduce(0, +) / Float(y.count)
      }
      #expect(mean(.forehead) < mean(.brow) && mean(.brow) < mean(.nose), "\(cfp.source(at: index))")
      #expect(mean(.nose) < mean(.mouth) && mean(.mouth) < mean(.chin), "\(cfp.source(at: index))")
      #expect(mean(.cheek) < mean(.jaw), "\(cfp.source(at: index))")
    }
  }
}
