import BoxGeometry
import Foundation
import Testing

@Suite struct ResizeRuleTests {
  let rule = ResizeRule(shortSide: 800, longSideCap: 1333)

  @Test func `the short side is reached where the long side allows it`() {
    #expect(rule.scale(width: 640, height: 480) == 800.0 / 480)
    #expect(rule.resized(width: 640, height: 480) == (1067, 800))
    #expect(rule.resized(width: 480, height: 640) == (800, 1067))
  }

  @Test func `the cap on the long side wins`() {
    #expect(rule.scale(width: 1000, height: 300) == 1.333)
    #expect(rule.resized(width: 1000, height: 300) == (1333, 400))
  }

  @Test func `padding goes up to the next multiple`() {
    #expect(rule.padded(width: 1067, height: 800) == (1088, 800))
    #expect(rule.padded(width: 1, height: 0) == (32, 0))
    #expect(
      ResizeRule(shortSide: 5, longSideCap: 9, multiple: 1).padded(width: 7, height: 9) == (7, 9)
    )
  }

  @Test func `a line of pixels keeps at least one`() {
    #expect(rule.resized(width: 1_000_000, height: 1) == (1333, 1))
    #expect(rule.resized(width: 1, height: 1) == (800, 800))
  }

  @Test(arguments: 1..<700) func `one side is met exactly, none exceeds its bound`(side: Int) {
    let size = rule.resized(width: side, height: 427)
    #expect(min(size.width, size.height) == 800 || max(size.width, size.height) == 1333)
    #expect(min(size.width, size.height) <= 800 && max(size.width, size.height) <= 1333)
    let padded = rule.padded(width: size.width, height: size.height)
    #expect(padded.width % 32 == 0 && padded.height % 32 == 0)
    #expect((0..<32).contains(padded.width - size.width))
    #expect((0..<32).contains(padded.height - size.height))
  }

  @Test func `a rule survives JSON, and only the multiple has a default`() throws {
    let rule = ResizeRule(shortSide: 600, longSideCap: 1000, multiple: 128)
    let data = try JSONEncoder().encode(rule)
    #expect(try JSONDecoder().decode(ResizeRule.self, from: data) == rule)
    #expect(try decode(#"{"shortSide": 800, "longSideCap": 1333}"#) == self.rule)
    for text in [
      #"{"shortSide": 800}"#, #"{"shortSide": 0, "longSideCap": 1333}"#,
      #"{"shortSide": 8, "longSideCap": 9, "multiple": 0}"#,
      #"{"shortSide": 8, "longSideCap": 9223372036854775807}"#,
    ] {
      #expect(throws: DecodingError.self) { try decode(text) }
    }
  }

  private func decode(_ text: String) throws -> ResizeRule {
    try JSONDecoder().decode(ResizeRule.self, from: Data(text.utf8))
  }
}
