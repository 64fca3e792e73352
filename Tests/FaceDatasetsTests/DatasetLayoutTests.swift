import FaceDatasets
import TestSupport
import Testing

@Suite struct DatasetLayoutTests {
  /// A benchmark stays one when its photos are packed into its own folder.
  @Test(arguments: [
    ("Protocol/Pair_list_F.txt", DatasetLayout.cfp), ("cfp-dataset/readme.txt", .cfp),
    ("lfw-deepfunneled/A/A_0001.jpg", .lfw), ("pairs.txt", .lfw), ("pairs_CALFW.txt", .calfw),
    ("pairs_CPLFW.txt", .cplfw), ("agedb_30_pairs.txt", .agedb), ("meta/ijbc_face_tid_mid.txt", .ijb),
    ("lfw.bin", .rec),
  ])
  func packedRecordsHideNoBenchmark(file: String, layout: DatasetLayout) throws {
    let folder = try TemporaryFolder()
    try folder.write(file)
    try folder.write("train.rec")
    #expect(DatasetLayout(of: folder.path) == layout)
    #expect(DatasetLayout(of: folder.path + "/train.rec") == .rec)
  }
}
