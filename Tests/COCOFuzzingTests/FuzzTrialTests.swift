import BoxGeometry
import COCOFuzzing
import Testing

struct FuzzTrialTests {
  // The long run is `swift run -c release FuzzCOCO`; this keeps its beginning alive.
  @Test(arguments: 0..<8)
  func `two thousand damaged pairs break nothing`(part: UInt64) throws {
    var outcomes: [FuzzTrial.Outcome: Int] = [:]
    for seed in part * 250..<(part + 1) * 250 {
      do {
        outcomes[try FuzzTrial(seed: seed).run(), default: 0] += 1
      } catch {
        Issue.record("seed \(seed): \(error)")
      }
    }
    // A search that always ends at the first comma finds nothing.
    #expect(outcomes[.evaluated, default: 0] > 15)
    #expect(outcomes[.refusedGroundTruth, default: 0] > 15)
    #expect(outcomes[.refusedDetections, default: 0] > 15)
  }

  @Test func `equal seeds give equal pairs and others do not`() {
    let (first, second) = (FuzzTrial(seed: 3), FuzzTrial(seed: 3))
    #expect(first.groundTruth == second.groundTruth)
    #expect(first.detections == second.detections)
    let pairs = Set(
      (0..<200).map { FuzzTrial(seed: $0).groundTruth + FuzzTrial(seed: $0).detections }
    )
    #expect(pairs.count > 195)
  }

  @Test(arguments: 0..<300)
  func `pieces put together give the text, whatever it is`(seed: UInt64) {
    for text in [FuzzTrial(seed: seed).groundTruth, FuzzTrial(seed: seed).detections] {
      #expect(JSONTokens(text).bytes == text)
    }
  }

  @Test func `a text is cut where its grammar cuts it`() {
    let text = Array(#"{"a": [-1e5, "x\"y", true], "b":{}}"#.utf8)
    let tokens = JSONTokens(text)
    #expect(tokens.tokens.count(where: { $0.kind == .key }) == 2)
    #expect(tokens.tokens.filter { $0.kind == .number }.map(\.bytes) == [Array("-1e5".utf8)])
    #expect(tokens.tokens.filter { $0.kind == .string }.map(\.bytes) == [Array(#""x\"y""#.utf8)])
    #expect(tokens.value(at: 0) == 0..<tokens.tokens.count)
    let list = tokens.tokens.firstIndex { $0.bytes == [UInt8(ascii: "[")] } ?? 0
    #expect(tokens.tokens[tokens.value(at: list)].last?.bytes == [UInt8(ascii: "]")])
  }
}
