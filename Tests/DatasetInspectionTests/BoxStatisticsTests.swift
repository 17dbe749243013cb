import BoxGeometry
import DetectionDatasets
import Foundation
import Testing

@testable import DatasetInspection

@Suite struct BoxStatisticsTests {
  @Test func `quantiles lie between values as numpy has it`() throws {
    // numpy.quantile([1, 2, 3, 10], [0, .05, .25, .5, .75, .95, 1])
    let quantiles = try #require(Quantiles([10, 1, 3, 2]))
    #expect(quantiles.minimum == 1 && quantiles.maximum == 10)
    #expect(abs(quantiles.p5 - 1.15) < 1e-12 && abs(quantiles.p25 - 1.75) < 1e-12)
    #expect(abs(quantiles.median - 2.5) < 1e-12 && abs(quantiles.p75 - 4.75) < 1e-12)
    #expect(abs(quantiles.p95 - 8.95) < 1e-12)
    #expect(Quantiles([7])?.median == 7)
    #expect(Quantiles([]) == nil && Quantiles([1, .nan]) == nil)
  }

  @Test func `a bin holds its lower edge, the last one both`() {
    let histogram = Histogram([0, 1, 1.5, 2, 3, 9, -1], edges: [0, 1, 2, 3])
    #expect(histogram.counts == [2, 2, 3])
    let octaves = Histogram(octavesOf: [1, 1.5, 2, 8, 0, -3], perOctave: 1)
    #expect(octaves.edges == [1, 2, 4, 8, 16])
    #expect(octaves.counts == [2, 1, 0, 1])
    #expect(Histogram(octavesOf: [], perOctave: 2).counts == [0])
  }

  private func split(_ boxes: [BoundingBox], width: Int = 200, height: Int = 100) -> InspectedSplit
  {
    var dataset = DetectionDataset.boxes([[], []], classes: ["thing", "other"])
    dataset.samples[0].boxes = boxes.map { LabeledBox(box: $0, label: 0) }
    for index in 0..<2 {
      dataset.samples[index].width = width
      dataset.samples[index].height = height
    }
    return InspectedSplit(name: "a", dataset: dataset)
  }

  @Test func `sizes are COCO's, shapes are height over width`() throws {
    // Areas 1023, 1024, 9216: small, medium, large; the last is twice as high as wide.
    let boxes = [
      BoundingBox(x1: 0, y1: 0, x2: 33, y2: 31), BoundingBox(x1: 0, y1: 0, x2: 32, y2: 32),
      BoundingBox(x1: 0, y1: 0, x2: 96, y2: 96), BoundingBox(x1: 0, y1: 0, x2: 50, y2: 100),
    ]
    let statistics = BoxStatistics([split(boxes)], settings: AnchorSettings())
    #expect(statistics.sizes.map(\.boxes) == [1, 2, 1])
    #expect(statistics.sizes.map(\.share) == [0.25, 0.5, 0.25])
    #expect(statistics.sides?.maximum == 96 && statistics.aspects?.maximum == 2)
    #expect(statistics.classes[1].sides == nil)
    #expect(statistics.boxesPerImage?.maximum == 4 && statistics.boxesPerImage?.median == 2)
    #expect(statistics.boxesPerImageHistogram.counts == [1, 0, 0, 0, 1])
    #expect(statistics.imageSizes == [.init(width: 200, height: 100, images: 2)])
  }

  @Test func `what becomes too small by resizing is counted`() {
    // 2000 by 1000 is brought to 1000 by 500: half the side.
    let boxes = [
      BoundingBox(x1: 0, y1: 0, x2: 1.9, y2: 40), BoundingBox(x1: 0, y1: 0, x2: 15, y2: 15),
      BoundingBox(x1: 0, y1: 0, x2: 17, y2: 3),
    ]
    let statistics = BoxStatistics(
      [split(boxes, width: 2000, height: 1000)],
      settings: AnchorSettings()
    )
    #expect(statistics.resized.belowPixel == 1)
    #expect(statistics.resized.belowStride == 1)
    #expect(statistics.resized.stride == 8)
    #expect(statistics.resized.scales?.median == 0.5)
  }

  @Test func `a picture with very many boxes has few bins`() {
    let statistics = BoxStatistics(
      [split((0..<1001).map { BoundingBox(x1: Float($0), y1: 0, x2: Float($0) + 1, y2: 1) })],
      settings: AnchorSettings()
    )
    #expect(statistics.boxesPerImageHistogram.counts.count <= 20)
    #expect(statistics.boxesPerImageHistogram.counts.reduce(0, +) == 2)
    #expect(BoxStatistics([], settings: AnchorSettings()).sides == nil)
  }
}
