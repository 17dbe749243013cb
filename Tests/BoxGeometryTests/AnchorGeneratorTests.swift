import BoxGeometry
import TestSupport
import Testing

@Suite struct AnchorGeneratorTests {
  @Test func `exact cell anchors keep the area and have the ratio`() {
    let generator = AnchorGenerator(configuration: AnchorConfiguration())
    let cell = generator.cellAnchors(level: 0)
    // Ratio 0.5 at scale 1: width 32 · √2 = 45.2548, height 22.6274.
    expectClose(
      [cell[0]],
      [BoundingBox(x1: -22.627_417, y1: -11.313_708, x2: 22.627_417, y2: 11.313_708)],
      absolute: 1e-5
    )
    // Ratio 1, scale 2^(1/3): side 40.3175.
    expectClose([cell[4]], [square(halfSide: 20.158_737)], absolute: 1e-5)
    for (index, anchor) in cell.enumerated() {
      let side = 32 * generator.configuration.scales[index % 3]
      let ratio = generator.configuration.aspectRatios[index / 3]
      expectClose(anchor.area, side * side, absolute: 0, relative: 1e-6)
      expectClose(anchor.height / anchor.width, ratio, absolute: 0, relative: 1e-6)
      #expect(anchor.centerX == 0 && anchor.centerY == 0)
    }
  }

  @Test func `torchvision's cell anchors are of sizes 32, 40, 50 and rounded`() {
    let configuration = AnchorConfiguration(rounding: .torchvision)
    let cell = AnchorGenerator(configuration: configuration).cellAnchors(level: 0)
    // Half sides by hand: 32 · √2 / 2 = 22.63 -> 23 and 11.31 -> 11; 40: 28.28, 14.14; 50: 35.36, 17.68.
    let expected: [(Float, Float)] = [
      (23, 11), (28, 14), (35, 18), (16, 16), (20, 20), (25, 25), (11, 23), (14, 28), (18, 35),
    ]
    #expect(
      cell == expected.map { BoundingBox(x1: -$0, y1: -$1, x2: $0, y2: $1) }
    )
  }

  @Test func `torchvision's rounding takes halves to the even number`() {
    let configuration = AnchorConfiguration(
      sizes: [33],
      strides: [8],
      scales: [1, 1.07],
      aspectRatios: [1],
      rounding: .torchvision
    )
    let cell = AnchorGenerator(configuration: configuration).cellAnchors(level: 0)
    // 16.5 -> 16; 33 · 1.07 = 35.31 -> 35, 17.5 -> 18.
    #expect(cell == [square(halfSide: 16), square(halfSide: 18)])
  }

  @Test func `levels have as many cells as strided convolutions leave`() {
    let generator = AnchorGenerator(configuration: AnchorConfiguration())
    let sizes = generator.featureSizes(imageWidth: 1333, imageHeight: 800)
    #expect(
      sizes == [
        FeatureSize(height: 100, width: 167), FeatureSize(height: 50, width: 84),
        FeatureSize(height: 25, width: 42), FeatureSize(height: 13, width: 21),
        FeatureSize(height: 7, width: 11),
      ]
    )
    for side in 1...600 {
      var halved = side
      for _ in 0..<3 { halved = (halved - 1) / 2 + 1 }
      for size in generator.featureSizes(imageWidth: side, imageHeight: 2 * side) {
        #expect(size.width == halved)
        halved = (halved - 1) / 2 + 1
      }
    }
  }

  @Test(arguments: [(608, 1024, 116_712), (800, 1344, 201_600)])
  func `the number of anchors is nine times the number of cells`(
    height: Int,
    width: Int,
    count: Int
  ) {
    let generator = AnchorGenerator(configuration: AnchorConfiguration())
    // Nine times 76 · 128 + 38 · 64 + 19 · 32 + 10 · 16 + 5 · 8 cells.
    // Nine times 100 · 168 + 50 · 84 + 25 · 42 + 13 · 21 + 7 · 11.
    let anchors = generator.anchors(imageWidth: width, imageHeight: height)
    #expect(anchors.count == count)
  }

  @Test func `anchors go by level, row, column, then the cell's own order`() {
    let configuration = AnchorConfiguration(
      sizes: [4, 8],
      strides: [2, 4],
      scales: [1],
      aspectRatios: [1, 4]
    )
    let anchors = AnchorGenerator(configuration: configuration)
      .anchors(imageWidth: 4, imageHeight: 3)
    // P-first: 2 rows of 2 cells at 0 and 2; then 1 cell. Ratio 4: half the width, twice the height.
    let cellOfFirst: [(Float, Float)] = [(2, 2), (1, 4)]
    var expected: [BoundingBox] = []
    for (x, y) in [(0, 0), (2, 0), (0, 2), (2, 2)] as [(Float, Float)] {
      for (width, height) in cellOfFirst {
        expected.append(BoundingBox(x1: x - width, y1: y - height, x2: x + width, y2: y + height))
      }
    }
    expected += [square(halfSide: 4), BoundingBox(x1: -2, y1: -8, x2: 2, y2: 8)]
    #expect(anchors == expected)
  }

  @Test func `an offset of one half puts anchors into the middle of the cells`() {
    let configuration = AnchorConfiguration(
      sizes: [8],
      strides: [8],
      scales: [1],
      aspectRatios: [1],
      centerOffset: 0.5
    )
    let anchors = AnchorGenerator(configuration: configuration)
      .anchors(imageWidth: 16, imageHeight: 8)
    #expect(
      anchors == [
        BoundingBox(x1: 0, y1: 0, x2: 8, y2: 8), BoundingBox(x1: 8, y1: 0, x2: 16, y2: 8),
      ]
    )
  }

  @Test func `spacing by the image is the side over the cells, rounded down`() {
    func lastCenter(_ spacing: AnchorConfiguration.Spacing) -> Float? {
      let configuration = AnchorConfiguration(
        sizes: [256],
        strides: [64],
        scales: [1],
        aspectRatios: [1],
        spacing: spacing
      )
      return AnchorGenerator(configuration: configuration)
        .anchors(imageWidth: 64, imageHeight: 800).last?.centerY
    }
    // 13 rows over 800 pixels: the last at 12 · 61 in torchvision, 12 · 64 elsewhere.
    #expect(lastCenter(.imageOverCells) == 732)
    #expect(lastCenter(.stride) == 768)
  }

  @Test func `a picture without pixels has no anchors, one of a pixel has one cell a level`() {
    let generator = AnchorGenerator(configuration: AnchorConfiguration())
    #expect(generator.anchors(imageWidth: 0, imageHeight: 0).isEmpty)
    #expect(generator.anchors(imageWidth: 0, imageHeight: 64).isEmpty)
    #expect(generator.anchors(imageWidth: 1, imageHeight: 1).count == 45)
  }

  private func square(halfSide: Float) -> BoundingBox {
    BoundingBox(x1: -halfSide, y1: -halfSide, x2: halfSide, y2: halfSide)
  }
}
