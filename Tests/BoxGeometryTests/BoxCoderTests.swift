import BoxGeometry
import Foundation
import TestSupport
import Testing

@Suite struct BoxCoderTests {
  let anchor = BoundingBox(x1: 0, y1: 0, x2: 10, y2: 20)

  @Test func `deltas are shifts in anchor sides and logarithms of growth`() {
    // Centre (5, 10) to (6, 14): 1/10 and 4/20; sides 10 x 20 to 20 x 10: log 2, −log 2.
    let box = BoundingBox(x1: -4, y1: 9, x2: 16, y2: 19)
    let log2 = Float(0.693_147_18)
    expectClose(
      [BoxCoder().encode(box, anchor: anchor)],
      [SIMD4(0.1, 0.2, log2, -log2)],
      absolute: 1e-6
    )
    let weighted = BoxCoder(weights: SIMD4(10, 10, 5, 5))
    expectClose(
      [weighted.encode(box, anchor: anchor)],
      [SIMD4(1, 2, 5 * log2, -5 * log2)],
      absolute: 1e-6
    )
  }

  @Test func `no deltas lead to the anchor`() {
    #expect(BoxCoder().decode(SIMD4(0, 0, 0, 0), anchor: anchor) == anchor)
    #expect(BoxCoder().encode(anchor, anchor: anchor) == SIMD4(0, 0, 0, 0))
  }

  @Test func `a decoded side grows to 1000 over 16 times the anchor's at most`() {
    let anchor = BoundingBox(x1: -8, y1: -8, x2: 8, y2: 8)
    for delta in [4.135_167, 5, 100, Float.greatestFiniteMagnitude, .infinity] {
      let box = BoxCoder().decode(SIMD4(0, 0, delta, delta), anchor: anchor)
      expectClose([box.width, box.height], [1000, 1000], absolute: 0, relative: 1e-6)
    }
    #expect(BoxCoder().decode(SIMD4(0, 0, -.infinity, 0), anchor: anchor).width == 0)
  }

  @Test func `a delta that is not a number gives a box that is not finite`() {
    for lane in 0..<4 {
      var deltas = SIMD4<Float>(repeating: 0)
      deltas[lane] = .nan
      #expect(!BoxCoder().decode(deltas, anchor: anchor).isFinite)
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `decoding brings back what was encoded`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let box = BoundingBox.random(using: &generator)
    let anchor = BoundingBox.random(sides: 8...800, using: &generator)
    let weights = SIMD4<Float>.random(in: 0.5...10, using: &generator)
    let coder = BoxCoder(weights: weights, maximumLogScale: 10)
    let decoded = coder.decode(coder.encode(box, anchor: anchor), anchor: anchor)
    // Coordinates are below 1200; some ten roundings of 2⁻²⁴ each.
    expectClose([decoded], [box], absolute: 1e-3)
  }

  @Test func `a coder survives JSON and refuses unusable factors`() throws {
    let coder = BoxCoder(weights: SIMD4(10, 10, 5, 5), maximumLogScale: 3)
    let data = try JSONEncoder().encode(coder)
    #expect(try JSONDecoder().decode(BoxCoder.self, from: data) == coder)
    #expect(try JSONDecoder().decode(BoxCoder.self, from: Data("{}".utf8)) == BoxCoder())
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(BoxCoder.self, from: Data(#"{"weights": [1, 1, 0, 1]}"#.utf8))
    }
  }

  @Test func `the default bound is the logarithm of 1000 over 16`() {
    #expect(BoxCoder().maximumLogScale == Float(log(1000.0 / 16)))
  }
}
