import COCOFormat
import Foundation
import Testing

/// What tidecv 1.0.1 makes of datasets, as `Scripts/golden/tide.py` writes it; AP is in 0...100.
struct TideGolden: Decodable, Sendable {
  struct Run: Decodable, Sendable {
    var ap: Double
    var counts: [Int]
    var gains: [Double?]
    var specialGains: [Double?]
    var sizeCounts: [[Int]]
    var sizeGains: [[Double?]]
    var classes: [String: Double?]
    /// After each of the six fixes, and the two special ones.
    var fixedClasses: [[String: Double?]]
  }

  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    /// Absent for the shared data.
    var seed: UInt64?
    var annotations: Int
    var detections: Int
    var checksum: Double
    var plain: Run?
    var crowds: Run?
    var testDescription: String { seed.map { "seed \($0)" } ?? "shared" }
  }

  var shared: Case
  var cases: [Case]

  static let golden: TideGolden? = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Golden/tide.json")
    guard let bytes = try? Data(contentsOf: file) else { return nil }
    return try? JSONDecoder().decode(TideGolden.self, from: bytes)
  }()

  static let cases = golden?.cases ?? []
}
