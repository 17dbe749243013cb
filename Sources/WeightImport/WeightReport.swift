/// What became of the tensors of a file, one by one.
package struct WeightReport: Codable, Hashable, Sendable {
  /// A tensor of the file that was not used, and why.
  package struct Skipped: Codable, Hashable, Sendable {
    package let name: String
    package let reason: String
  }

  /// A tensor that the file and the network have with different shapes; the network kept its own.
  package struct Mismatched: Codable, Hashable, Sendable {
    package let name: String
    package let expected: [Int]
    package let found: [Int]
  }

  /// A tensor of the network that starts afresh, wholly or in part, and why.
  package struct Reinitialized: Codable, Hashable, Sendable {
    package let name: String
    package let reason: String
  }

  /// What happened to the categories of the file.
  package struct Classes: Codable, Hashable, Sendable {
    /// Those whose rows were taken over.
    package var kept: [String] = []
    /// Those of the network that the file lacks.
    package var new: [String] = []
    /// Those of the file that the network lacks.
    package var dropped: [String] = []
  }

  /// The path of the file.
  package let file: String
  /// The keys that lead to its dictionary of tensors; `nil` where the file is one itself.
  package let entry: String?
  /// Other dictionaries in the file that would have done.
  package let otherEntries: [String]
  /// What the file holds, in words.
  package let network: String
  /// Names of the network's tensors that have the file's values.
  package var loaded: [String] = []
  /// Elements in them.
  package var loadedElements = 0
  /// What of the file was left.
  package var skipped: [Skipped] = []
  /// What did not fit.
  package var mismatched: [Mismatched] = []
  /// What starts afresh.
  package var reinitialized: [Reinitialized] = []
  /// The categories, where the heads were cut to others.
  package var classes: Classes?

  init(_ file: WeightFile, network: String) {
    self.file = file.path
    entry = file.entry
    otherEntries = file.otherEntries
    self.network = network
    skipped = file.skipped
  }
}
