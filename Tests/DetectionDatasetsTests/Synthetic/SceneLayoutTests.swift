import BoxGeometry
import DetectionDatasets
import Raster
import Testing

struct SceneLayoutTests {
  @Test(arguments: 0..<60) func `boxes are tight around what is drawn`(index: Int) {
    let scene = SyntheticScene(seed: 21)
    for object in scene.layout(index: index).objects {
      let mask = object.item.mask
      var drawn: (x1: Int, y1: Int, x2: Int, y2: Int)?
      for y in 0..<scene.height {
        for x in 0..<scene.width where mask[x, y] > 0.1 {
          let old = drawn ?? (x, y, x + 1, y + 1)
          drawn = (min(old.x1, x), min(old.y1, y), max(old.x2, x + 1), max(old.y2, y + 1))
        }
      }
      guard let drawn else {
        Issue.record("object of picture \(index) is not drawn")
        continue
      }
      let box = object.box.box
      #expect(abs(Float(drawn.x1) - box.x1) <= 1.5)
      #expect(abs(Float(drawn.y1) - box.y1) <= 1.5)
      #expect(abs(Float(drawn.x2) - box.x2) <= 1.5)
      #expect(abs(Float(drawn.y2) - box.y2) <= 1.5)
    }
  }

  @Test func `no object is hidden more than allowed, and some are hidden`() {
    let scene = SyntheticScene(seed: 22)
    let shares = (0..<150).flatMap { index in
      let layout = scene.layout(index: index)
      return layout.objects.indices.map { layout.hiddenShare(of: $0) }
    }
    #expect((shares.max() ?? 1) <= 0.4)
    let hidden = Double(shares.count { $0 > 0.1 }) / Double(shares.count)
    #expect((0.1...0.35).contains(hidden))
  }

  @Test func `for four objects there are three or more things that are none`() {
    let scene = SyntheticScene(seed: 23)
    let layouts = (0..<60).map { scene.layout(index: $0) }
    let objects = layouts.reduce(0) { $0 + $1.objects.count }
    #expect(4 * layouts.reduce(0) { $0 + $1.distractors.count } >= 3 * objects)
  }

  @Test func `an object is seen against its ground`() {
    // The mean colour within the shape differs from the picture without the object.
    var configuration = SyntheticConfiguration.standard
    configuration.hiddenFraction = 0
    let scene = SyntheticScene(configuration: configuration, seed: 24)
    configuration.maximumObjects = 0
    for index in 0..<6 {
      let layout = scene.layout(index: index)
      let image = scene.render(index: index).image
      for object in layout.objects {
        let box = object.box.box
        var (inside, ring, insideCount, ringCount) = (SIMD3<Double>(), SIMD3<Double>(), 0.0, 0.0)
        for y in max(0, Int(box.y1) - 3)..<min(scene.height, Int(box.y2) + 3) {
          for x in max(0, Int(box.x1) - 3)..<min(scene.width, Int(box.x2) + 3) {
            let pixel = SIMD3<Double>(image[x, y])
            if object.item.mask[x, y] > 0.9 {
              inside += pixel
              insideCount += 1
            } else if object.item.mask[x, y] == 0 {
              ring += pixel
              ringCount += 1
            }
          }
        }
        let difference = inside / max(insideCount, 1) - ring / max(ringCount, 1)
        #expect((difference * difference).sum().squareRoot() > 8)
      }
    }
  }
}

struct CoverageMaskTests {
  @Test func `a rectangle's coverage is its share of each pixel`() {
    let mask = CoverageMask(
      [Contour((1.5, 1), (4.25, 1), (4.25, 2.5), (1.5, 2.5))],
      pictureWidth: 10,
      pictureHeight: 10
    )
    #expect(mask.x == 1 && mask.y == 1 && mask.width == 4 && mask.height == 2)
    #expect(mask.values == [0.5, 1, 1, 0.25, 0.25, 0.5, 0.5, 0.125])
    #expect(mask.area == 2.75 * 1.5)
    #expect(mask[0, 0] == 0 && mask[2, 1] == 1 && mask[9, 9] == 0)
  }

  @Test func `a contour in a contour is a hole`() {
    let mask = CoverageMask(
      [Contour((0, 0), (9, 0), (9, 9), (0, 9)), Contour((3, 3), (6, 3), (6, 6), (3, 6))],
      pictureWidth: 9,
      pictureHeight: 9
    )
    #expect(mask.area == 72)
    #expect(mask[4, 4] == 0 && mask[1, 1] == 1)
  }

  @Test func `a disc has the area of its polygon`() {
    let circle = Contour.circle(radius: 20).points.map { $0 + SIMD2(25, 30) }
    let mask = CoverageMask([Contour(points: circle)], pictureWidth: 60, pictureHeight: 60)
    // A regular polygon of 40 corners has 0.41 % less than its circle.
    #expect(abs(mask.area - 1251.5) < 2)
  }

  @Test func `what lies outside the picture is not covered`() {
    let square = Contour((-5, -5), (3, -5), (3, 3), (-5, 3))
    let mask = CoverageMask([square], pictureWidth: 10, pictureHeight: 10)
    #expect(mask.area == 9)
    let away = Contour((20, 20), (30, 20), (30, 30))
    #expect(CoverageMask([away], pictureWidth: 10, pictureHeight: 10).area == 0)
    #expect(CoverageMask([], pictureWidth: 10, pictureHeight: 10).area == 0)
  }

  @Test func `masks share the product of their coverage`() {
    let first = CoverageMask(
      [Contour((0, 0), (4, 0), (4, 4), (0, 4))],
      pictureWidth: 8,
      pictureHeight: 8
    )
    let second = CoverageMask(
      [Contour((2, 2), (6, 2), (6, 6), (2, 6))],
      pictureWidth: 8,
      pictureHeight: 8
    )
    let apart = CoverageMask(
      [Contour((6, 0), (8, 0), (8, 2), (6, 2))],
      pictureWidth: 8,
      pictureHeight: 8
    )
    #expect(first.sharedArea(with: second) == 4)
    #expect(second.sharedArea(with: first) == 4)
    #expect(first.sharedArea(with: apart) == 0)
  }

  @Test func `clipping keeps the part in the picture`() {
    let triangle = Contour((-2, 1), (4, 1), (4, 9))
    let clipped = triangle.clipped(width: 10, height: 5)
    let xs = clipped.points.map(\.x)
    let ys = clipped.points.map(\.y)
    #expect(xs.min() == 0 && xs.max() == 4)
    #expect(ys.min() == 1 && ys.max() == 5)
    #expect(Contour((20, 1), (30, 1), (30, 9)).clipped(width: 10, height: 5).points.isEmpty)
  }
}

struct ValueNoiseTests {
  @Test func `noise is smooth, centred and of the asked range`() {
    var generator = SplitMix64(state: 1)
    let field = ValueNoise.field(
      width: 100,
      height: 80,
      cell: 20,
      octaves: 1,
      using: &generator
    )
    #expect(field.count == 8000)
    let steps = (1..<8000).filter { $0 % 100 != 0 }.map { abs(field[$0] - field[$0 - 1]) }
    #expect((steps.max() ?? 1) < 0.4)
    #expect(abs(field.reduce(0, +) / 8000) < 0.5)
    #expect(field.allSatisfy { abs($0) <= 1.6 })
    #expect((field.max() ?? 0) - (field.min() ?? 0) > 0.8)
  }

  @Test func `no octaves are no noise`() {
    var generator = SplitMix64(state: 1)
    let field = ValueNoise.field(width: 3, height: 2, cell: 20, octaves: 0, using: &generator)
    #expect(field == [Float](repeating: 0, count: 6))
  }
}
