import TestSupport
import Testing

@testable import BoxGeometry

@Suite struct AnchorLatticeTests {
  /// One square anchor of 8 by 8 on each cell of 8 pixels; the centres are at 4, 12, 20 and so on.
  private static let squares = AnchorConfiguration(
    sizes: [8],
    strides: [8],
    scales: [1],
    aspectRatios: [1],
    centerOffset: 0.5
  )

  private func lattice(
    _ configuration: AnchorConfiguration,
    _ width: Int,
    _ height: Int
  ) -> AnchorLattice {
    AnchorLattice(
      AnchorGenerator(configuration: configuration),
      imageWidth: width,
      imageHeight: height
    )
  }

  @Test func `the best anchor is the one whose centre is next`() {
    let lattice = lattice(Self.squares, 32, 32)
    #expect(lattice.count == 16)
    // Exactly an anchor; half of two; outside the lattice, where the last cell is the nearest.
    #expect(lattice.best(for: BoundingBox(x1: 8, y1: 16, x2: 16, y2: 24)).iou == 1)
    #expect(abs(lattice.best(for: BoundingBox(x1: 4, y1: 0, x2: 12, y2: 8)).iou - 1.0 / 3) < 1e-6)
    let beyond = lattice.best(for: BoundingBox(x1: 28, y1: 0, x2: 36, y2: 8))
    #expect(abs(beyond.iou - 1.0 / 3) < 1e-6)
    #expect(lattice.best(for: BoundingBox(x1: 400, y1: 0, x2: 408, y2: 8)).iou == 0)
  }

  @Test func `nothing overlaps an empty box, one that is no number, or an empty picture`() {
    let lattice = lattice(Self.squares, 32, 32)
    for box in [
      BoundingBox(x1: 5, y1: 5, x2: 5, y2: 9), BoundingBox(x1: .nan, y1: 0, x2: 8, y2: 8),
      BoundingBox(x1: -.infinity, y1: 0, x2: .infinity, y2: 8),
    ] {
      #expect(lattice.best(for: box).iou == 0)
      lattice.visit(box, atLeast: 0.1) { _, _ in Issue.record("visited") }
    }
    let none = self.lattice(Self.squares, 0, 0)
    #expect(none.count == 0)
    #expect(none.best(for: BoundingBox(x1: 0, y1: 0, x2: 8, y2: 8)).iou == 0)
    let counts = none.counts(boxes: [], matcher: AnchorMatcher())
    #expect(counts == AnchorLattice.Counts())
  }

  private static func configuration(_ seed: UInt64) -> AnchorConfiguration {
    var configuration = AnchorConfiguration(sizes: [16, 30, 70], strides: [8, 16, 32])
    configuration.centerOffset = [0, 0.5, 0.3][Int(seed % 3)]
    configuration.rounding = seed % 2 == 0 ? .exact : .torchvision
    configuration.spacing = seed % 5 == 0 ? .imageOverCells : .stride
    return configuration
  }

  @Test(arguments: 0..<20)
  func `best anchors, and those above a threshold, are those of all anchors`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let configuration = Self.configuration(seed)
    let (width, height) = (Int.random(in: 1...200, using: &random), 130)
    let generator = AnchorGenerator(configuration: configuration)
    let anchors = generator.anchors(imageWidth: width, imageHeight: height)
    let lattice = AnchorLattice(generator, imageWidth: width, imageHeight: height)
    #expect(lattice.count == anchors.count)
    for _ in 0..<5 {
      let box = BoundingBox.inside(width: Float(width), height: Float(height), using: &random)
      let ious = anchors.map { $0.iou(with: box) }
      let best = lattice.best(for: box)
      #expect(abs(best.iou - (ious.max() ?? 0)) < 1e-5)
      var visited: [Int: Float] = [:]
      lattice.visit(box, atLeast: 0.3) { visited[$0] = $1 }
      #expect(
        visited
          == Dictionary(
            uniqueKeysWithValues: ious.enumerated().compactMap {
              $1 >= 0.3 ? ($0, $1) : nil
            }
          )
      )
    }
  }

  @Test(arguments: 0..<20)
  func `counts are those of the matcher`(seed: UInt64) {
    var random = SplitMix64(state: seed)
    let generator = AnchorGenerator(configuration: Self.configuration(seed))
    let matcher = AnchorMatcher(
      foregroundThreshold: 0.5,
      backgroundThreshold: [0, 0.4, 0.5][Int(seed % 3)]
    )
    let boxes = (0..<(seed < 14 ? Int(seed % 7) : 300)).map { _ in
      BoundingBox.inside(width: 160, height: 96, using: &random)
    }
    let matches = matcher.matches(
      anchors: generator.anchors(imageWidth: 160, imageHeight: 96),
      boxes: boxes
    )
    let counts = AnchorLattice(generator, imageWidth: 160, imageHeight: 96)
      .counts(boxes: boxes, matcher: matcher)
    #expect(counts.background == matches.count { $0 == .background })
    #expect(counts.ignored == matches.count { $0 == .ignored })
    #expect(counts.foreground + counts.ignored + counts.background == matches.count)
  }
}

extension BoundingBox {
  fileprivate static func inside(
    width: Float,
    height: Float,
    using random: inout SplitMix64
  ) -> BoundingBox {
    let (x, y) = (
      Float.random(in: 0..<width, using: &random), Float.random(in: 0..<height, using: &random)
    )
    return BoundingBox(
      x1: x,
      y1: y,
      x2: x + Float.random(in: 0.5...100, using: &random),
      y2: y + Float.random(in: 0.5...100, using: &random)
    )
  }
}
