import BoxGeometry
import TestSupport
import Testing

@Suite struct ExpectCloseTests {
  @Test func `close numbers pass`() {
    expectClose(1.0, 1.05, absolute: 0.1)
    expectClose(Float(1), 1.0, absolute: 0)
    expectClose([1, 2, 3] as [Float], [1, 2, 3.001] as [Double], absolute: 0, relative: 1e-3)
    expectClose([] as [Float], [] as [Float], absolute: 0)
    expectClose([SIMD4<Float>(1, 2, 3, 4)], [SIMD4(1, 2, 3, 4)], absolute: 0)
  }

  @Test func `a failure names the worst index, both values and how many`() {
    expectFailure(
      saying: "losses: worst element [2]: 9.0, expected 3.0, |Δ| 6.0",
      "2 of 4 out of tolerance"
    ) {
      expectClose([1, 2, 9, 4], [1, 2.5, 3, 4] as [Double], absolute: 0.1, "losses")
    }
  }

  @Test func `lists of different length fail before any element`() {
    expectFailure(saying: "2 elements, expected 1") {
      expectClose([1, 2], [1] as [Double], absolute: 10)
    }
  }

  @Test func `a NaN fails a single number`() {
    expectFailure(saying: "nan, expected 0.0") {
      expectClose(Double.nan, 0.0, absolute: 10)
    }
  }

  @Test func `boxes and vectors fail by lane`() {
    let box = BoundingBox(x1: 0, y1: 1, x2: 2, y2: 3)
    expectFailure(saying: "worst element [5]") {
      expectClose([box, box], [box, box.translated(x: 0, y: 5)], absolute: 1)
    }
    expectClose([box], [box.translated(x: 0.5, y: 0.5)], absolute: 0.5)
  }

  /// Expects a body to record issues that say certain things, and none that do not.
  private func expectFailure(saying texts: String..., when body: () -> Void) {
    withKnownIssue {
      body()
    } matching: { issue in
      let comment = issue.comments.map(\.rawValue).joined(separator: " ")
      return texts.allSatisfy(comment.contains)
    }
  }
}
