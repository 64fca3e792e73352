import FaceImages

/// One identity in two of the datasets that are joined.
public struct IdentityMatch: Sendable, Hashable {
  /// A position in the list of joined datasets, and the identity's name there.
  public struct Place: Sendable, Hashable {
    public var dataset: Int
    public var name: String

    public init(dataset: Int, name: String) {
      self.dataset = dataset
      self.name = name
    }
  }

  public var first: Place
  public var second: Place

  public init(_ first: Place, _ second: Place) {
    self.first = first
    self.second = second
  }

  /// Reads two names a line, such as LFW's people in CFP (`ID NAME`), the first of dataset `first`, the second of
  /// dataset `second`. Throws `DatasetError` naming file and line.
  public static func list(contentsOf file: String, first: Int, second: Int) throws -> [IdentityMatch] {
    try Disk.lines(file).map { line in
      let names = line.text.split(whereSeparator: \.isWhitespace).map(String.init)
      guard names.count == 2 else {
        throw DatasetError(
          .malformed, path: file, line: line.number, problem: "expected two names, found \"\(line.text)\"",
          remedy: "write the identity's name in one dataset, a space, its name in the other")
      }
      return IdentityMatch(Place(dataset: first, name: names[0]), Place(dataset: second, name: names[1]))
    }
  }
}

/// Several datasets one after another. Identities of different datasets are different people, whatever they are
/// called, unless a match says otherwise.
public struct JoinedDataset: NamedFaceDataset {
  public let name: String
  public let datasets: [any FaceDataset]
  public let identityCount: Int
  public let identityNames: [String]
  /// Matches of which at least one side is in none of the datasets (left out, or in another fold). They are
  /// harmless when training on these datasets, but that person may be in the test data: see who it is.
  public let unused: [IdentityMatch]
  private let starts: [Int]
  private let labels: [[Int]]

  /// - Parameters:
  ///   - datasets: At least one.
  ///   - name: A name for tables; the datasets' names joined by "+" when nil.
  ///   - matches: Identities that get the same label. The datasets they name must be `NamedFaceDataset`s.
  /// - Throws: `DatasetError` when there is no dataset or a match refers to one that is not there or has no names.
  public init(_ datasets: [any FaceDataset], name: String? = nil, matches: [IdentityMatch] = []) throws {
    let name = name ?? datasets.map(\.name).joined(separator: " + ")
    guard !datasets.isEmpty else {
      throw DatasetError(.invalidRequest, path: name, problem: "nothing to join", remedy: "give a dataset")
    }
    var groups = IdentityGroups(datasets)
    unused = try matches.filter { try !groups.join($0) }
    (labels, identityNames) = groups.numbered()
    identityCount = identityNames.count
    starts = datasets.reduce(into: [0]) { $0.append($0.last! + $1.count) }
    self.name = name
    self.datasets = datasets
  }

  public var count: Int { starts.last! }

  public func label(at index: Int) -> Int {
    let (dataset, local) = locate(index)
    let label = datasets[dataset].label(at: local)
    return label == PartlyLabeled.noLabel ? label : labels[dataset][label]
  }

  public func original(of index: Int) -> Int {
    let (dataset, local) = locate(index)
    return starts[dataset] + datasets[dataset].original(of: local)
  }

  public func source(at index: Int) -> String {
    let (dataset, local) = locate(index)
    return datasets[dataset].source(at: local)
  }

  public func image(at index: Int, minimumSide: Int?) throws -> Image {
    let (dataset, local) = locate(index)
    return try datasets[dataset].image(at: local, minimumSide: minimumSide)
  }

  public func size(at index: Int) throws -> (width: Int, height: Int) {
    let (dataset, local) = locate(index)
    return try datasets[dataset].size(at: local)
  }

  public func annotation(at index: Int) throws -> FaceAnnotation? {
    let (dataset, local) = locate(index)
    return try datasets[dataset].annotation(at: local)
  }

  public func partMap(at index: Int) throws -> PartMap? {
    let (dataset, local) = locate(index)
    return try datasets[dataset].partMap(at: local)
  }

  private func locate(_ index: Int) -> (dataset: Int, local: Int) {
    precondition(index >= 0 && index < count, "photo \(index) of \(count)")
    var dataset = 0
    while index >= starts[dataset + 1] { dataset += 1 }
    return (dataset, index - starts[dataset])
  }
}

/// Union-find over the identities of several datasets.
private struct IdentityGroups {
  private let datasets: [any FaceDataset]
  private let starts: [Int]
  private let byName: [[String: Int]]
  private var parents: [Int]

  init(_ datasets: [any FaceDataset]) {
    self.datasets = datasets
    starts = datasets.reduce(into: [0]) { $0.append($0.last! + $1.identityCount) }
    parents = Array(0..<starts.last!)
    byName = datasets.map { dataset in
      let names = (dataset as? any NamedFaceDataset)?.identityNames ?? []
      return Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
  }

  /// False when one side is in no dataset.
  mutating func join(_ match: IdentityMatch) throws -> Bool {
    guard let first = try find(match.first), let second = try find(match.second) else { return false }
    let (a, b) = (root(first), root(second))
    parents[max(a, b)] = min(a, b)
    return true
  }

  /// The label of each identity of each dataset, in order of appearance, and the labels' names.
  mutating func numbered() -> (labels: [[Int]], names: [String]) {
    var numbers: [Int: Int] = [:]
    var names: [String] = []
    var labels: [[Int]] = []
    for (position, dataset) in datasets.enumerated() {
      let own = (dataset as? any NamedFaceDataset)?.identityNames
      labels.append([])
      for identity in 0..<dataset.identityCount {
        let root = root(starts[position] + identity)
        if numbers[root] == nil {
          numbers[root] = names.count
          names.append(own?[identity] ?? "\(dataset.name) \(identity)")
        }
        labels[position].append(numbers[root]!)
      }
    }
    return (labels, names)
  }

  private func find(_ place: IdentityMatch.Place) throws -> Int? {
    guard datasets.indices.contains(place.dataset), datasets[place.dataset] is any NamedFaceDataset else {
      throw DatasetError(
        .invalidRequest, path: place.name, problem: "dataset \(place.dataset) is not there or its people have no names",
        remedy: "match identities only between datasets with names")
    }
    return byName[place.dataset][place.name].map { starts[place.dataset] + $0 }
  }

  private mutating func root(_ identity: Int) -> Int {
    var identity = identity
    while parents[identity] != identity {
      parents[identity] = parents[parents[identity]]
      identity = parents[identity]
    }
    return identity
  }
}
