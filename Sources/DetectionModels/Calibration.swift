/// By which ranges a network's values become 8-bit integers, and which of its convolutions do not.
///
/// Values are known by their names in the network's graph, convolutions by their layers'.
package struct Calibration: Hashable, Sendable {
  /// Least and greatest of each value that are told apart.
  ///
  /// Finite; what is beyond is clipped.
  package var ranges: [String: ClosedRange<Double>]
  /// Layers whose convolutions stay in bfloat16.
  package var kept: Set<String>
  /// How the ranges were chosen, and from what, for people.
  package var origin: String

  /// - Parameters:
  ///   - ranges: Least and greatest of each value that are told apart.
  ///   - kept: Layers whose convolutions stay in bfloat16.
  ///   - origin: How the ranges were chosen.
  package init(
    ranges: [String: ClosedRange<Double>],
    kept: Set<String> = [],
    origin: String = ""
  ) {
    self.ranges = ranges
    self.kept = kept
    self.origin = origin
  }
}

extension Calibration: Codable {
  /// The version of the ranges' meaning: graphs of another release may name other values.
  private static let version = 1
  /// A grid's scale is computed in single precision.
  private static let greatest = 1e30
  /// The most ranges, and the most layers, of a file; a ResNet-152 has some 300.
  private static let mostEntries = 20_000

  private enum CodingKeys: String, CodingKey {
    case version, origin, kept, ranges
  }

  /// Reads a calibration that anybody may have written.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` for another version, a range that is none, and more ranges than a network has.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func fault(_ key: CodingKeys, _ message: String) -> DecodingError {
      DecodingError.dataCorruptedError(forKey: key, in: container, debugDescription: message)
    }
    let version = try container.decode(Int.self, forKey: .version)
    guard version == Self.version else {
      throw fault(.version, "found \(version), expected \(Self.version); quantise the model anew")
    }
    let kept = try container.decode([String].self, forKey: .kept)
    let ends = try container.decode([String: [Double]].self, forKey: .ranges)
    for (key, count) in [(CodingKeys.kept, kept.count), (.ranges, ends.count)]
    where count > Self.mostEntries {
      throw fault(key, "found \(count) entries, expected at most \(Self.mostEntries)")
    }
    var ranges: [String: ClosedRange<Double>] = [:]
    // The same entry is told of each time.
    for (name, ends) in ends.sorted(by: { $0.key < $1.key }) {
      guard ends.count == 2, ends[0] <= ends[1], ends.allSatisfy({ abs($0) <= Self.greatest })
      else {
        throw fault(
          .ranges,
          "found \(ends.prefix(3)) for \(String(reflecting: name.prefix(100))), expected a least and a greatest value "
            + "within -1e30...1e30; quantise the model anew"
        )
      }
      ranges[name] = ends[0]...ends[1]
    }
    self.init(
      ranges: ranges,
      kept: Set(kept),
      origin: try container.decode(String.self, forKey: .origin)
    )
  }

  /// Writes a calibration; equal ones become equal text where the encoder sorts keys.
  ///
  /// - Parameter encoder: Where to write to.
  /// - Throws: What the encoder throws.
  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Self.version, forKey: .version)
    try container.encode(origin, forKey: .origin)
    try container.encode(kept.sorted(), forKey: .kept)
    try container.encode(ranges.mapValues { [$0.lowerBound, $0.upperBound] }, forKey: .ranges)
  }
}
