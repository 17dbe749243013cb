import Foundation
import TestSupport
import Testing

/// What two other programs make of a loss; written by `Scripts/golden/losses.py`, which says how.
struct LossGolden<Settings>: Decodable, Sendable
where Settings: Decodable & Sendable & CustomStringConvertible {
  /// Flat lists: values, first derivatives, second derivatives row by row.
  struct Numbers: Decodable, Sendable {
    var value: [Double?]
    var first: [Double?]
    var second: [Double?]
  }

  /// Where PyTorch's own formula is off.
  struct Indices: Decodable, Sendable {
    var value: Set<Int>
    var first: Set<Int>
    var second: Set<Int>
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    var settings: Settings
    var exact: Numbers
    var torch: Numbers
    var torchOff: Indices

    private enum CodingKeys: CodingKey { case exact, torch, torchOff }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      settings = try Settings(from: decoder)
      exact = try container.decode(Numbers.self, forKey: .exact)
      torch = try container.decode(Numbers.self, forKey: .torch)
      torchOff = try container.decode(Indices.self, forKey: .torchOff)
    }

    var testDescription: String { settings.description }

    /// Expects numbers to be the exact ones, and PyTorch's where those are good.
    func expectAll(
      value: [Double],
      first: [Double],
      second: [Double],
      absolute: Double = subnormal,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      func expect(_ found: [Double], _ wanted: [Double?], _ off: Set<Int>, _ what: String) {
        #expect(found.count == wanted.count, "\(what)", sourceLocation: sourceLocation)
        let pairs = zip(found, wanted).enumerated().filter { !off.contains($0.offset) }
        expectClose(
          pairs.map(\.element.0),
          pairs.map { $0.element.1 ?? .nan },
          absolute: absolute,
          relative: 1e-12,
          "\(what) of \(settings)",
          sourceLocation: sourceLocation
        )
      }
      expect(value, exact.value, [], "value, exact,")
      expect(first, exact.first, [], "first derivative, exact,")
      expect(second, exact.second, [], "second derivative, exact,")
      expect(value, torch.value, torchOff.value, "value, torch,")
      expect(first, torch.first, torchOff.first, "first derivative, torch,")
      expect(second, torch.second, torchOff.second, "second derivative, torch,")
    }
  }

  var cases: [Case]

  /// Reads a file of `Golden/`; none if it is missing, which a test of the count notices.
  static func cases(_ name: String) -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/\(name)")
    guard let bytes = try? Data(contentsOf: file),
      let golden = try? JSONDecoder().decode(Self.self, from: bytes)
    else { return [] }
    return golden.cases
  }
}

/// Below the least normal number a double has fewer digits; this is a relative 10⁻¹² of it and some
/// steps of rounding.
let subnormal = 20_000 * Double.leastNonzeroMagnitude
