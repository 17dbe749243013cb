import BoxGeometry
import DetectionModels
import DetectionPrediction
import TestSupport
import Testing

/// A picture of 6000x4000 in tiles of 1024 that share 205 pixels: they begin at 0, 710, 1421, … and 0, 744, 1488, ….
struct TileMergingTests {
  private static let size = (width: 6000, height: 4000)

  private static func plan(overlap: Double = 0.2, overview: Bool) -> LookPlan {
    var rule = TilingRule(side: .pixels(1024))
    rule.overlap = overlap
    rule.takesOverview = overview
    return LookPlan(resize: ResizeRule(shortSide: 800, longSideCap: 1333), tiling: rule)
  }

  private static var rules: PredictionRules {
    var detection = DetectionConfiguration()
    detection.detectionsPerImage = 100_000
    return PredictionRules(detection: detection)
  }

  /// Expects each object once, and nothing else.
  private func expectOneToOne(
    _ objects: [LabeledBox],
    _ found: [ScoredBox],
    leastIoU: Float = 0.999,
    _ comment: Comment? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == objects.count, comment, sourceLocation: sourceLocation)
    var rest = found
    for object in objects {
      let best = rest.indices.filter { rest[$0].label == object.label }
        .max { rest[$0].box.iou(with: object.box) < rest[$1].box.iou(with: object.box) }
      guard let best, rest[best].box.iou(with: object.box) >= leastIoU else {
        Issue.record("lost: \(object); \(comment?.rawValue ?? "")", sourceLocation: sourceLocation)
        continue
      }
      rest.remove(at: best)
    }
    for extra in rest.prefix(5) {
      Issue.record("doubled: \(extra); \(comment?.rawValue ?? "")", sourceLocation: sourceLocation)
    }
  }

  /// Found in a trial on photographs: a doubtful box over half of the picture took a sure cell on a seam away.
  @Test func `a doubtful large box takes no sure cut one away`() {
    let layout = TileLayout(width: 6000, height: 4000, side: 1024, overlap: 205)
    // Wider than the overlap of 0...1024 and 710...1734, so that neither sees it whole.
    let cell = BoundingBox(x1: 690, y1: 300, x2: 1090, y2: 500)
    let tiles = layout.tiles.map { tile -> [ScoredBox] in
      let seen = tile.clipped(cell)
      return seen.isEmpty ? [] : [ScoredBox(box: seen, label: 0, score: 0.95)]
    }
    let doubtful = ScoredBox(
      box: BoundingBox(x1: 100, y1: 50, x2: 3000, y2: 2500),
      label: 0,
      score: 0.6
    )
    let found = TileMerging(layout: layout, iouThreshold: 0.5)
      .merged(tiles: tiles, overview: [doubtful])
    #expect(found.map(\.box) == [cell, doubtful.box])
  }

  private func check(
    _ boxes: [BoundingBox],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let objects = boxes.map { LabeledBox(box: $0, label: 0) }
    for overview in [false, true] {
      // Cut parts may score more than the whole, or less, or the same.
      for weight in [0.4, 0, -0.4] as [Float] {
        var detector = KnownObjects(objects: objects)
        detector.score = { _, share in 0.5 + weight * (share - 0.5) }
        let found = detector.found(
          in: Self.plan(overview: overview),
          Self.rules,
          width: Self.size.width,
          height: Self.size.height
        )
        expectOneToOne(
          objects,
          found,
          "overview \(overview), weight \(weight)",
          sourceLocation: sourceLocation
        )
      }
    }
  }

  private func box(_ x: Float, _ y: Float, _ width: Float, _ height: Float) -> BoundingBox {
    BoundingBox(x1: x, y1: y, x2: x + width, y2: y + height)
  }

  @Test func `an object inside one tile is found once`() { check([box(100, 100, 50, 80)]) }

  @Test func `an object in the overlap is found once`() { check([box(800, 100, 100, 80)]) }

  /// The first tile ends at 1024.
  @Test(arguments: [1, 3, 50, 99, 100, 101, 150, 199] as [Float])
  func `an object cut by a seam is taken from the tile that sees it whole`(inside: Float) {
    check([box(1024 - inside, 300, 200, 200)])
  }

  @Test func `an object that straddles four tiles is found once`() {
    check([box(930, 930, 150, 170)])
  }

  /// Wider than the overlap: no tile sees [600, 1100) whole, the first up to 1024, the second from 710.
  @Test func `an object larger than the overlap is put together`() {
    check([box(600, 100, 500, 300)])
    check([box(100, 500, 300, 700)])
    check([box(600, 500, 600, 700)])
  }

  @Test func `an object over many tiles is put together`() {
    check([box(200, 100, 5000, 90), box(300, 1500, 4000, 2000)])
    check([box(0, 0, 6000, 4000)])
  }

  @Test func `objects next to each other stay apart`() {
    // Abutting, at a seam and at every place across it; the last pair is larger than the overlap.
    for shift in stride(from: Float(-120), through: 120, by: 20) {
      let x = 1024 + shift
      check([box(x - 100, 200, 100, 60), box(x, 200, 100, 60)])
      check([box(x - 100, 200, 100, 60), box(x - 100, 260, 100, 60)])
      check([box(x - 400, 200, 400, 260), box(x, 200, 400, 260)])
      check([box(x - 400, 200, 400, 260), box(x - 400, 460, 400, 260)])
    }
  }

  @Test func `a small object in or before a large one stays`() {
    check([box(600, 100, 700, 600), box(990, 300, 60, 60)])
    check([box(600, 100, 700, 600), box(720, 110, 60, 60), box(1000, 640, 50, 50)])
  }

  @Test func `objects at the picture's border are not taken for cut ones`() {
    check([box(0, 0, 100, 100), box(5900, 3900, 100, 100), box(0, 1000, 3, 100)])
  }

  @Test func `labels are told apart unless they are not to be`() {
    let place = box(950, 200, 150, 150)
    let objects = [LabeledBox(box: place, label: 0), LabeledBox(box: place, label: 1)]
    let plan = Self.plan(overview: true)
    let detector = KnownObjects(objects: objects)
    let apart = detector.found(in: plan, Self.rules, width: 6000, height: 4000)
    expectOneToOne(objects, apart)
    var rules = Self.rules
    rules.detection.classAgnostic = true
    let found = detector.found(in: plan, rules, width: 6000, height: 4000)
    #expect(found.map(\.box) == [place])
  }

  @Test func `nothing found is nothing, and hostile boxes go nowhere`() {
    let layout = TileLayout(width: 300, height: 100, side: 100, overlap: 20)
    let merging = TileMerging(layout: layout, iouThreshold: 0.5)
    let count = layout.tiles.count
    #expect(merging.merged(tiles: [[ScoredBox]](repeating: [], count: count)).isEmpty)
    let hostile = [
      BoundingBox(x1: .nan, y1: 0, x2: 1, y2: 1), BoundingBox(x1: 0, y1: 0, x2: .infinity, y2: 1),
      BoundingBox(x1: 5, y1: 5, x2: 5, y2: 9), BoundingBox(x1: 9, y1: 9, x2: 5, y2: 5),
    ].map { ScoredBox(box: $0, label: 0, score: 0.9) }
    let huge = ScoredBox(
      box: BoundingBox(x1: -1e30, y1: -1e30, x2: 1e30, y2: 1e30),
      label: 0,
      score: .nan
    )
    let found = merging.merged(
      tiles: [[ScoredBox]](repeating: hostile + [huge], count: count),
      overview: hostile
    )
    #expect(found.isEmpty)
  }

  /// Without overlap two halves are all there is to see.
  @Test func `without overlap an object is still put together`() {
    let objects = [LabeledBox(box: box(950, 200, 150, 150), label: 0)]
    let found = KnownObjects(objects: objects).found(
      in: Self.plan(overlap: 0, overview: false),
      Self.rules,
      width: 6000,
      height: 4000
    )
    expectOneToOne(objects, found)
  }

  @Test func `thousands of small objects are each found once`() {
    // 8 by 8 pixels, 4 apart: 500 by 16 over seams of both kinds.
    let objects = (0..<500).flatMap { column in
      (0..<16).map { row in
        LabeledBox(box: box(Float(column * 12), Float(950 + row * 12), 8, 8), label: row % 3)
      }
    }
    let detector = KnownObjects(objects: objects)
    let found = detector.found(
      in: Self.plan(overview: true),
      Self.rules,
      width: 6000,
      height: 4000
    )
    #expect(found.count == objects.count)
    #expect(Set(found.map(\.box)) == Set(objects.map(\.box)))
  }

  /// Objects at random that overlap by an IoU of at most 0.2, of any size up to the picture's.
  private static func objects(
    _ layout: TileLayout,
    largest: Float,
    using generator: inout SplitMix64
  ) -> [LabeledBox] {
    var objects: [LabeledBox] = []
    let (width, height) = (Float(layout.width), Float(layout.height))
    for _ in 0..<60 {
      let side = SIMD2(
        Float.random(in: 4...min(largest, width), using: &generator),
        Float.random(in: 4...min(largest, height), using: &generator)
      )
      let (x, y) = (
        Float.random(in: 0...(width - side.x), using: &generator),
        Float.random(in: 0...(height - side.y), using: &generator)
      )
      let object = LabeledBox(
        box: BoundingBox(x1: x, y1: y, x2: x + side.x, y2: y + side.y),
        label: Int.random(in: 0..<2, using: &generator)
      )
      let limit: Float = largest > Float(layout.overlap) ? 0 : 0.2
      if objects.allSatisfy({ $0.box.iou(with: object.box) <= limit }) { objects.append(object) }
    }
    return objects
  }

  private func property(
    seed: UInt64,
    overview: Bool,
    noise: Float = 0,
    largest: (_ side: Int, _ overlap: Int) -> Float
  ) {
    var generator = SplitMix64(state: seed)
    let side = Int.random(in: 64...256, using: &generator)
    var rule = TilingRule(side: .pixels(side))
    rule.overlap = Double.random(in: 0.15...0.5, using: &generator)
    rule.takesOverview = overview
    let plan = LookPlan(resize: ResizeRule(shortSide: 256, longSideCap: 512), tiling: rule)
    let size = (
      width: Int.random(in: 300...1200, using: &generator),
      height: Int.random(in: 300...1200, using: &generator)
    )
    guard let layout = plan.looks(width: size.width, height: size.height).layout else {
      Issue.record("a picture larger than its tiles has some")
      return
    }
    let objects = Self.objects(layout, largest: largest(side, layout.overlap), using: &generator)
    var scores: [Float] = []
    for _ in 0..<64 { scores.append(.random(in: 0.1...0.9, using: &generator)) }
    var detector = KnownObjects(objects: objects)
    detector.noise = noise
    // Each part has a score of its own.
    detector.score = { [scores] index, share in
      scores[(index + Int(share * 1000)) % scores.count]
    }
    let found = detector.found(in: plan, Self.rules, width: size.width, height: size.height)
    expectOneToOne(objects, found, leastIoU: noise > 0 ? 0.6 : 0.999, "seed \(seed)")
  }

  @Test(arguments: 0..<200) func `objects no larger than the overlap are found one to one`(
    seed: UInt64
  ) {
    property(seed: seed, overview: seed % 2 == 0) { _, overlap in Float(overlap) }
  }

  @Test(arguments: 0..<200) func `objects that overlap none are found one to one, however large`(
    seed: UInt64
  ) {
    property(seed: seed, overview: seed % 2 == 0) { side, _ in Float(side) * 2 }
  }

  @Test(arguments: 0..<100) func `boxes that are a little off are merged all the same`(
    seed: UInt64
  ) {
    property(seed: seed, overview: false, noise: 0.04) { _, overlap in Float(overlap) }
  }
}
