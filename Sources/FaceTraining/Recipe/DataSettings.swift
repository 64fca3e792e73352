import ExplainableChannels
import FaceDatasets
import Foundation

/// Where training photos come from.
public struct DataSettings: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    /// Decided by what lies at `path`; procedural faces without one.
    case auto
    case procedural, folder, cfp, lfw
    /// InsightFace's `.rec` file, or the folder with `train.rec`.
    case rec
  }

  public var kind: Kind = .auto
  public var path = ""
  /// CFP: the folds to take, from 1; all that are there when empty.
  public var folds: [Int] = []
  /// LFW, alone or beside CFP: a file with names of people to leave out.
  public var exclude = ""
  /// CFP: LFW's folder, to learn from both; empty for CFP alone. People in both sets share a label.
  public var lfw = ""
  /// CFP with LFW: a file of people in both sets, `ID NAME` a line. Whose CFP photos are not among the folds is left out of
  /// LFW too: it may be a test person.
  public var matches = ""
  /// CFP with LFW: the share of LFW's photos that is kept, around their middle.
  public var lfwCrop = 0.6
  /// CFP with LFW: how often each of CFP's photos comes in an epoch, beside LFW's which come once. CFP has the profiles.
  public var cfpRepeats = 1
  /// Folder, LFW and `.rec`: people with fewer photos are left out.
  public var minimumPhotos = 1
  /// Photos of people with fewer than `minimumPhotos` that are added to each batch: they teach channels, and no identities. 0
  /// leaves these people out.
  public var unlabeled = 0
  /// Share of each side of a photo that is kept, around its middle.
  public var centerCrop = 1.0
  /// Procedural faces: identities, photos of each, side in pixels, first identity.
  public var identities = 100
  public var photos = 20
  public var side = 80
  public var firstIdentity = 0
  /// Procedural faces: people of a family, who share all but `partsApart` parts with its first; 1 for strangers.
  public var familySize = 1
  public var partsApart = 1
  /// Procedural faces: whether photo k of all members of a family is taken alike.
  public var sharedConditions = false

  public init() {}

  /// Where photos lie that a training reads: folders, or a single file of records.
  public var places: [String] { [path, lfw].filter { !$0.isEmpty } }

  /// The kind that `auto` stands for.
  public var resolvedKind: Kind {
    guard kind == .auto else { return kind }
    if path.isEmpty { return .procedural }
    // What is for measuring alone has no kind here: its photos in folders of people could be trained on all the same.
    return Kind(rawValue: DatasetLayout(of: path).rawValue) ?? .folder
  }

  /// What the photos at `path` are read as; nil for procedural faces.
  public var layout: DatasetLayout? { DatasetLayout(rawValue: resolvedKind.rawValue) }

  /// Opens the data. Throws when it is not there or not what was said. `seed` decides procedural identities.
  public func open(seed: UInt64) throws -> any FaceDataset {
    let kind = resolvedKind
    guard kind == .procedural || !path.isEmpty else {
      throw SettingsError(message: "data.kind '\(kind.rawValue)' needs data.path (or --data PATH)")
    }
    guard CenterCropped.fractions.contains(centerCrop) else {
      throw SettingsError(message: "data.centerCrop \(centerCrop) is not between 0.01 and 1")
    }
    guard folds.isEmpty || kind == .cfp else {
      throw SettingsError(message: "data.folds \(folds) are folds of CFP: give CFP as data.path")
    }
    guard lfw.isEmpty || kind == .cfp else {
      throw SettingsError(message: "data.lfw '\(lfw)' is learned from beside CFP: give CFP as data.path")
    }
    guard kind == .procedural || DatasetLayout(of: path) != .ijb else {
      throw SettingsError(message: "data.path '\(path)' is IJB, which is for measuring: give other photos to train on")
    }
    guard kind != .procedural || path.isEmpty else {
      throw SettingsError(message: "data.path '\(path)' is not looked at: data.kind is procedural")
    }
    let readsLFW = kind == .lfw || !lfw.isEmpty
    guard exclude.isEmpty || readsLFW else {
      throw SettingsError(
        message: "data.exclude '\(exclude)' leaves people of LFW out: give LFW as data.lfw or data.path")
    }
    guard matches.isEmpty || !lfw.isEmpty else {
      throw SettingsError(message: "data.matches '\(matches)' are people of CFP and LFW: give LFW as data.lfw")
    }
    guard minimumPhotos == 1 || unlabeled > 0 || readsLFW || kind == .folder || kind == .rec else {
      throw SettingsError(
        message:
          "data.minimumPhotos \(minimumPhotos) is for folders, .rec files and LFW, whose people have more or fewer")
    }
    try checkRepeats()
    guard cfpRepeats == 1 || !lfw.isEmpty else {
      throw SettingsError(message: "data.cfpRepeats \(cfpRepeats) weighs CFP against LFW: give LFW as data.lfw")
    }
    guard unlabeled == 0 || kind != .procedural else {
      throw SettingsError(message: "data.unlabeled \(unlabeled): procedural people have equally many photos each")
    }
    let dataset = try open(kind, seed: seed)
    let cut = try dataset.centerCropped(centerCrop)
    return unlabeled == 0 ? cut : PartlyLabeled(cut, minimumPhotos: minimumPhotos)
  }

  /// Throws `SettingsError` when a value makes no training. `batch`: photos of a batch before `unlabeled` join it.
  func validate(_ channelLoss: ChannelLossSettings.Kind, batch: Int) throws {
    try checkRepeats()
    guard unlabeled >= 0 else { throw SettingsError(message: "data.unlabeled \(unlabeled) is negative") }
    guard unlabeled <= 10 * batch else {
      throw SettingsError(
        message: "data.unlabeled \(unlabeled) is more than ten times training.batch, which is \(batch)")
    }
    guard unlabeled == 0 || minimumPhotos > 1 else {
      throw SettingsError(
        message: "data.unlabeled \(unlabeled) are photos of people with fewer than data.minimumPhotos, which is 1")
    }
    guard unlabeled == 0 || channelLoss != .plain else {
      throw SettingsError(message: "data.unlabeled \(unlabeled) photos would teach a plain network nothing")
    }
  }

  private func checkRepeats() throws {
    guard (1...1000).contains(cfpRepeats) else {
      throw SettingsError(message: "data.cfpRepeats \(cfpRepeats) is not between 1 and 1000")
    }
  }

  /// What ``matches`` says where nobody of CFP and LFW is to be one person.
  public static let noMatches = "none"

  private func open(_ kind: Kind, seed: UInt64) throws -> any FaceDataset {
    let minimumPhotos = unlabeled == 0 ? minimumPhotos : 1
    return switch kind {
    case .cfp: try openCFP(minimumPhotos: minimumPhotos)
    case .lfw: try LFW(root: path, minimumPhotos: minimumPhotos, excluding: exclude.isEmpty ? [] : [exclude])
    case .folder: try ImageFolder(root: path, minimumPhotos: minimumPhotos)
    case .rec: try RecordDataset(path, minimumPhotos: minimumPhotos)
    case .procedural, .auto:
      try ProceduralFaces(
        identities: identities, photosPerIdentity: photos, imageSize: side, seed: seed, firstIdentity: firstIdentity,
        kinship: FaceKinship(
          familySize: familySize, partsApart: partsApart, sharesConditions: sharedConditions))
    }
  }

  private func openCFP(minimumPhotos: Int) throws -> any FaceDataset {
    let cfp = try CFP(root: path, folds: folds.isEmpty ? nil : folds)
    guard !lfw.isEmpty else { return cfp }
    guard CenterCropped.fractions.contains(lfwCrop) else {
      throw SettingsError(message: "data.lfwCrop \(lfwCrop) is not between 0.01 and 1")
    }
    let both: [IdentityMatch] =
      switch matches {
      case "": try IdentityMatch.byName(cfp: path, lfw: lfw, first: 0, second: 1)
      case DataSettings.noMatches: []
      default: try IdentityMatch.list(contentsOf: matches, first: 0, second: 1)
      }
    for match in both where !CFP.isIdentity(match.first.name) {
      throw DatasetError(
        .malformed, path: matches, problem: "\"\(match.first.name)\" is no identity of CFP",
        remedy: "write its three digits, 001 to 500, a space, and the name of LFW's folder")
    }
    let known = Set(cfp.identityNames)
    let strangers = both.filter { !known.contains($0.first.name) }.map(\.second.name)
    let people = try LFW(
      root: lfw, minimumPhotos: minimumPhotos, excluding: exclude.isEmpty ? [] : [exclude], names: Set(strangers),
      others: Set(both.map(\.second.name)))
    return try JoinedDataset(
      [RepeatedPhotos(cfp, times: cfpRepeats), CenterCropped(people, fraction: lfwCrop)], matches: both)
  }

  /// What to know of the data before it is learned from: photos beside the folders of people; LFW's lists, without which people
  /// of its own test pairs are learned from, and people in both sets have two labels.
  public func notes() -> [String] {
    let kind = resolvedKind
    if kind == .folder { return [ImageFolder.strayNote(root: path)].compactMap(\.self) }
    let folder = kind == .lfw ? path : kind == .cfp ? lfw : ""
    guard !folder.isEmpty else { return [] }
    var notes: [String] = []
    if exclude.isEmpty {
      notes.append(
        "all people of \(folder) are learned from, those of its test pairs too: data.exclude names a list of people to leave out"
      )
    }
    if kind == .cfp, ["", DataSettings.noMatches].contains(matches) {
      let named = matches.isEmpty ? (try? CFP.people(root: path))?.count ?? 0 : 0
      notes.append(
        named > 0
          ? "people in both CFP and \(folder) are told by their names, of \(named) people of CFP: data.matches names a list where that is not enough"
          : "people in both CFP and \(folder) count as two, and CFP's test people may be among them: data.matches names a list of them, "
            + "or put CFP's own list_name.txt into its Data"
      )
    }
    return notes
  }

  /// The settings that put LFW beside CFP, with the lists of people to leave out and to match that lie in its folder. Where one
  /// does not lie there, what a recipe names holds.
  public static func joining(lfw folder: String) -> [String: any Sendable] {
    let lists = ["data.exclude": "train-exclude.txt", "data.matches": "in-cfp.txt"].mapValues { folder + "/" + $0 }
    let found: [String: any Sendable] = lists.filter { FileManager.default.fileExists(atPath: $0.value) }
    return found.merging(["data.lfw": folder]) { $1 }
  }
}
