import BoxGeometry
import Raster
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct SampleTransformTests {
  private let resize = ResizeRule(shortSide: 50, longSideCap: 1000, multiple: 32)

  /// 200x100 to 100x50, with the box (20, 10) to (60, 50), which resized is (10, 5) to (30, 25).
  private func transform(_ choices: AugmentationChoices) -> SampleTransform {
    SampleTransform(width: 200, height: 100, frame: (100, 50), choices: choices)
  }

  private let box = BoundingBox(x1: 20, y1: 10, x2: 60, y2: 50)

  private func choices(_ change: (inout AugmentationChoices) -> Void) -> AugmentationChoices {
    var choices = AugmentationChoices()
    change(&choices)
    return choices
  }

  // MARK: Worked by hand

  @Test func `resizing alone`() {
    let plain = SampleTransform(width: 200, height: 100, resize: resize)
    #expect(plain == transform(AugmentationChoices()))
    #expect(plain(box) == BoundingBox(x1: 10, y1: 5, x2: 30, y2: 25))
    #expect((plain.width, plain.height) == (100, 50))
  }

  @Test func `mirrored left to right`() {
    let flipped = transform(choices { $0.flipsHorizontally = true })
    #expect(flipped(box) == BoundingBox(x1: 70, y1: 5, x2: 90, y2: 25))
  }

  @Test func `mirrored top to bottom`() {
    let flipped = transform(choices { $0.flipsVertically = true })
    #expect(flipped(box) == BoundingBox(x1: 10, y1: 25, x2: 30, y2: 45))
  }

  @Test func `turned clockwise`() {
    let once = transform(choices { $0.quarterTurns = 1 })
    // A point (x, y) of a frame 100x50 goes to (50 - y, x).
    #expect(once(box) == BoundingBox(x1: 25, y1: 10, x2: 45, y2: 30))
    #expect((once.width, once.height) == (50, 100))
    let twice = transform(choices { $0.quarterTurns = 2 })
    #expect(twice(box) == BoundingBox(x1: 70, y1: 25, x2: 90, y2: 45))
    let thrice = transform(choices { $0.quarterTurns = 3 })
    // (x, y) goes to (y, 100 - x).
    #expect(thrice(box) == BoundingBox(x1: 5, y1: 70, x2: 25, y2: 90))
  }

  @Test func `a turn moves pixels as it moves points`() {
    // 2x1, red then blue: after a clockwise turn red is above blue.
    let image = RasterImage(width: 2, height: 1, pixels: [255, 0, 0, 0, 0, 255])
    let once = SampleTransform(
      width: 2,
      height: 1,
      frame: (2, 1),
      choices: choices { $0.quarterTurns = 1 }
    )
    #expect(once(image).image == RasterImage(width: 1, height: 2, pixels: [255, 0, 0, 0, 0, 255]))
    let thrice = SampleTransform(
      width: 2,
      height: 1,
      frame: (2, 1),
      choices: choices { $0.quarterTurns = 3 }
    )
    #expect(
      thrice(image).image == RasterImage(width: 1, height: 2, pixels: [0, 0, 255, 255, 0, 0])
    )
  }

  @Test func `zoomed in by 2 at the centre`() {
    // Seen: (50, 25) to (150, 75) of the picture, at its own scale.
    let zoomed = transform(
      choices {
        $0.zoom = 2
        $0.place = SIMD2(0.5, 0.5)
      }
    )
    #expect(zoomed.crop == PixelRectangle(x: 50, y: 25, width: 100, height: 50))
    #expect(zoomed.placement == PixelRectangle(width: 100, height: 50))
    #expect(zoomed(box) == BoundingBox(x1: -30, y1: -15, x2: 10, y2: 25))
  }

  @Test func `zoomed out by 2 in two corners`() {
    let zoomed = transform(choices { $0.zoom = 0.5 })
    // The window begins at 0 · (200 - 400) = 0 in x: the picture stands in the upper left.
    #expect(zoomed.placement == PixelRectangle(width: 50, height: 25))
    let other = transform(
      choices {
        $0.zoom = 0.5
        $0.place = SIMD2(1, 1)
      }
    )
    #expect(other.crop == PixelRectangle(width: 200, height: 100))
    #expect(other.placement == PixelRectangle(x: 50, y: 25, width: 50, height: 25))
    #expect(other(box) == BoundingBox(x1: 55, y1: 27.5, x2: 65, y2: 37.5))
  }

  @Test func `shifted to the left and upwards`() {
    let shifted = transform(choices { $0.shift = SIMD2(0.25, 0.2) })
    #expect(shifted.crop == PixelRectangle(x: 50, y: 20, width: 150, height: 80))
    #expect(shifted.placement == PixelRectangle(width: 75, height: 40))
    #expect(shifted(box) == BoundingBox(x1: -15, y1: -5, x2: 5, y2: 15))
  }

  // MARK: Which boxes remain

  @Test func `a box that loses more than the allowed share is ignored, not background`() {
    let shifted = transform(choices { $0.shift = SIMD2(0.25, 0.2) })
    // Of (-15, -5) to (5, 15), 5 of 20 columns and 15 of 20 rows remain: 3/16 of the area.
    let boxes = [LabeledBox(box: box, label: 2)]
    let strict = shifted(boxes, ignoreRegions: [], minimumVisibleShare: 0.25)
    #expect(strict.boxes.isEmpty)
    #expect(strict.ignoreRegions == [BoundingBox(x1: 0, y1: 0, x2: 5, y2: 15)])
    let lax = shifted(boxes, ignoreRegions: [], minimumVisibleShare: 0.1875)
    #expect(lax.boxes == [LabeledBox(box: BoundingBox(x1: 0, y1: 0, x2: 5, y2: 15), label: 2)])
    #expect(lax.ignoreRegions.isEmpty)
  }

  @Test func `a box wholly outside is gone, a region to ignore is clipped`() {
    let zoomed = transform(choices { $0.zoom = 4 })
    let far = LabeledBox(box: BoundingBox(x1: 150, y1: 60, x2: 190, y2: 90), label: 0)
    let crowd = BoundingBox(x1: 40, y1: 20, x2: 120, y2: 80)
    let result = zoomed([far], ignoreRegions: [crowd], minimumVisibleShare: 0.25)
    #expect(result.boxes.isEmpty)
    // Seen are 50x25 pixels, at twice their size.
    #expect(result.ignoreRegions == [BoundingBox(x1: 80, y1: 40, x2: 100, y2: 50)])
  }

  @Test func `a box of less than a pixel is ignored`() {
    let plain = SampleTransform(width: 200, height: 100, resize: resize)
    let thin = LabeledBox(box: BoundingBox(x1: 10, y1: 10, x2: 11.5, y2: 40), label: 0)
    let result = plain([thin], ignoreRegions: [], minimumVisibleShare: 0.25)
    #expect(result.boxes.isEmpty)
    #expect(result.ignoreRegions.count == 1)
  }

  @Test func `hostile boxes neither crash nor become targets without area`() {
    let zoomed = transform(choices { $0.zoom = 1.5 })
    let boxes = BoundingBox.hostile.map { LabeledBox(box: $0, label: 0) }
    let result = zoomed(boxes, ignoreRegions: BoundingBox.hostile, minimumVisibleShare: 0.25)
    for labeled in result.boxes {
      #expect(labeled.box.isFinite)
      #expect(labeled.box.width >= 1 && labeled.box.height >= 1)
    }
  }

  // MARK: Properties

  private static let wild: AugmentationConfiguration = {
    var configuration = AugmentationConfiguration()
    configuration.verticalFlip = 0.5
    configuration.quarterTurn = 0.5
    configuration.scaleJitter = 0.5...2
    configuration.translation = 0.3
    return configuration
  }()

  @Test(arguments: 0..<200) func `a box still covers its object after any transform`(seed: UInt64) {
    var generator = SplitMix64(mixing: seed, 11)
    let (width, height) = (40 + generator.integer(below: 120), 40 + generator.integer(below: 120))
    let painted = PixelRectangle(
      x: generator.integer(below: width - 24),
      y: generator.integer(below: height - 24),
      width: 12 + generator.integer(below: 12),
      height: 12 + generator.integer(below: 12)
    )
    let image = Self.picture(width: width, height: height, with: painted)
    let frame = ResizeRule(shortSide: 60, longSideCap: 160).resized(width: width, height: height)
    let transform = SampleTransform(
      width: width,
      height: height,
      frame: frame,
      choices: AugmentationChoices(Self.wild, using: &generator)
    )
    let result = transform(image)
    let box = BoundingBox(
      x1: Float(painted.x),
      y1: Float(painted.y),
      x2: Float(painted.x + painted.width),
      y2: Float(painted.y + painted.height)
    )
    let targets = transform(
      [LabeledBox(box: box, label: 0)],
      ignoreRegions: [],
      minimumVisibleShare: 0.25
    )
    #expect(result.x >= 0 && result.x + result.image.width <= transform.width)
    #expect(result.y >= 0 && result.y + result.image.height <= transform.height)
    guard let target = targets.boxes.first else { return }
    let seen = Self.bounds(ofBrightPixelsIn: result.image)
    // Pixels are whole, and one source pixel may be as wide as the zoom.
    let zoom = Float(transform.placement.width) / Float(transform.crop.width)
    expectClose(
      [seen.translated(x: Float(result.x), y: Float(result.y))],
      [target.box],
      absolute: Double(max(1, zoom))
    )
  }

  private static func picture(
    width: Int,
    height: Int,
    with painted: PixelRectangle
  ) -> RasterImage {
    var image = RasterImage(width: width, height: height, red: 0, green: 0, blue: 0)
    for y in painted.y..<painted.y + painted.height {
      for x in painted.x..<painted.x + painted.width { image[x, y] = SIMD3(255, 255, 255) }
    }
    return image
  }

  private static func bounds(ofBrightPixelsIn image: RasterImage) -> BoundingBox {
    var (x1, y1, x2, y2) = (image.width, image.height, 0, 0)
    for y in 0..<image.height {
      for x in 0..<image.width where image[x, y].x >= 128 {
        (x1, y1, x2, y2) = (min(x1, x), min(y1, y), max(x2, x + 1), max(y2, y + 1))
      }
    }
    return BoundingBox(x1: Float(x1), y1: Float(y1), x2: Float(x2), y2: Float(y2))
  }

  @Test(arguments: [(1, 1), (1, 3000), (3000, 1), (2, 2), (20000, 10)])
  func `extreme pictures keep at least a pixel`(width: Int, height: Int) {
    let rule = ResizeRule(shortSide: 64, longSideCap: 128)
    for seed in 0..<50 as Range<UInt64> {
      var generator = SplitMix64(state: seed)
      var augmentation = Self.wild
      augmentation.scaleJitter = 0.125...8
      augmentation.translation = 0.5
      let transform = SampleTransform(
        width: width,
        height: height,
        frame: rule.resized(width: width, height: height),
        choices: AugmentationChoices(augmentation, using: &generator)
      )
      #expect(transform.crop.x >= 0 && transform.crop.x + transform.crop.width <= width)
      #expect(transform.crop.y >= 0 && transform.crop.y + transform.crop.height <= height)
      #expect(transform.crop.width >= 1 && transform.crop.height >= 1)
      #expect(transform.placement.width >= 1 && transform.placement.height >= 1)
      #expect(transform.placement.x + transform.placement.width <= transform.frameWidth)
      #expect(transform.placement.y + transform.placement.height <= transform.frameHeight)
    }
  }

  @Test(arguments: 0..<20) func `one knob leaves the other choices alone`(seed: UInt64) {
    var (first, second) = (SplitMix64(state: seed), SplitMix64(state: seed))
    var augmentation = Self.wild
    let plain = AugmentationChoices(augmentation, using: &first)
    augmentation.brightness = 0.5
    augmentation.horizontalFlip = 0
    var other = AugmentationChoices(augmentation, using: &second)
    other.color.brightness = plain.color.brightness
    other.flipsHorizontally = plain.flipsHorizontally
    #expect(plain == other)
    #expect(first.state == second.state)
  }

  @Test func `nothing varies when all is off`() {
    var generator = SplitMix64(state: 5)
    for _ in 0..<20 {
      let choices = AugmentationChoices(.off, using: &generator)
      let (varied, plain) = (transform(choices), transform(AugmentationChoices()))
      #expect(varied.crop == plain.crop && varied.placement == plain.placement)
      #expect(varied(box) == plain(box))
      #expect(choices.color.isIdentity)
    }
  }
}
