import BoxGeometry
import Testing

@testable import DetectionDatasets

struct BatchPartsTests {
  private static func batch(of count: Int) -> TrainingBatch {
    TrainingBatch(
      index: 0,
      imageIDs: Array(0..<count),
      width: 32,
      height: 32,
      pixels: [],
      boxes: [],
      ignoreRegions: [],
      targets: [],
      origins: []
    )
  }

  @Test func `parts are as even as can be and leave nothing out`() {
    #expect(Self.batch(of: 8).parts(1) == [0..<8])
    #expect(Self.batch(of: 8).parts(2) == [0..<4, 4..<8])
    #expect(Self.batch(of: 7).parts(3) == [0..<2, 2..<4, 4..<7])
    #expect(Self.batch(of: 2).parts(4) == [0..<1, 1..<2])
    #expect(Self.batch(of: 0).parts(3) == [])
  }

  @Test func `workers with smaller shares have as many parts, some of them empty`() {
    #expect(Self.batch(of: 4).parts(3, ofAtMost: 4) == [0..<1, 1..<2, 2..<4])
    #expect(Self.batch(of: 2).parts(3, ofAtMost: 4) == [0..<0, 0..<1, 1..<2])
    #expect(Self.batch(of: 0).parts(3, ofAtMost: 2) == [0..<0, 0..<0])
  }
}
