import BoxGeometry
import DetectionInference
import DetectionModels
import DetectionPrediction
import Foundation
import Raster
import Synchronization
import TestSupport
import Testing

struct PredictionPipelineTests {
  private static let rules = PredictionRules(detection: DetectionConfiguration())
  private static let resize = ResizeRule(shortSide: 32, longSideCap: 64)

  /// A stand-in that says of each look how many pixels the picture has, by its width, and keeps what it was asked.
  private final class Counting: LookDetecting {
    let preparer = Preparer()
    private(set) var batches: [[PictureSize]] = []

    struct Preparer: LookPreparing {
      func prepared(_ look: PictureLook, at image: RasterImage) -> PictureLook { look }

      func inputSize(of look: PictureLook) -> PictureSize {
        PictureSize((look.region.width, look.region.height))
      }
    }

    func detections(in looks: [PictureLook]) -> [[ScoredBox]] {
      batches.append(looks.map { preparer.inputSize(of: $0) })
      return looks.map { look in
        let box = BoundingBox(x1: 0, y1: 0, x2: Float(look.region.width), y2: 1)
        return [ScoredBox(box: box, label: 0, score: 0.5)]
      }
    }
  }

  private struct Broken: Error {}

  /// A source of pictures of given widths; 0 is one that cannot be read, and each takes a while of its own.
  private static func source(
    _ widths: [Int],
    inFlight: (@Sendable (Int) -> Void)? = nil
  ) -> PictureSource {
    PictureSource(
      count: widths.count,
      expectedBytes: { widths[$0] * 3 },
      load: { index in
        inFlight?(index)
        usleep(UInt32(index * 7919 % 5) * 200)
        guard widths[index] > 0 else { return .failure(Broken()) }
        return .success(
          RasterImage(width: widths[index], height: 1, red: 1, green: 2, blue: 3)
        )
      }
    )
  }

  private static func run(
    _ widths: [Int],
    _ detector: Counting = Counting(),
    _ change: (inout PipelineSettings) -> Void
  ) throws -> [Float] {
    var settings = PipelineSettings()
    change(&settings)
    let pipeline = PredictionPipeline(
      looking: detector,
      plan: LookPlan(resize: resize),
      rules: rules,
      settings: settings
    )
    var found: [Float] = []
    try pipeline.run(source(widths)) { prediction in
      #expect(prediction.index == found.count)
      switch prediction.outcome {
      case .failure: found.append(-1)
      case .success(let seen):
        #expect(seen.width == widths[prediction.index] && seen.image == nil)
        found.append(seen.boxes.first?.box.x2 ?? -2)
      }
    }
    return found
  }

  @Test(arguments: [1, 2, 5], [1, 2, 3, 8])
  func `pictures come in order whatever threads and batches are`(workers: Int, batch: Int) throws {
    let widths = (0..<60).map { $0 % 13 == 5 ? 0 : 1 + $0 * $0 % 7 }
    let found = try Self.run(widths) {
      ($0.workers, $0.batch) = (workers, batch)
    }
    #expect(found == widths.map { $0 == 0 ? -1 : Float($0) })
  }

  @Test func `no pictures give nothing`() throws {
    #expect(try Self.run([]) { $0.batch = 4 } == [])
  }

  /// 3 3 3 come together although a 5 lies between them; the 5s are too few, and come at the end.
  @Test func `a batch is of one input size, and as full as may be`() throws {
    let detector = Counting()
    let found = try Self.run([3, 5, 3, 3, 5], detector) { $0.batch = 3 }
    #expect(found == [3, 5, 3, 3, 5])
    #expect(detector.batches.map { $0.map(\.width) } == [[3, 3, 3], [5, 5]])
  }

  @Test func `a rare size does not keep the others waiting for ever`() throws {
    let detector = Counting()
    let widths = [9] + [Int](repeating: 3, count: 40)
    #expect(try Self.run(widths, detector) { $0.batch = 2 }.first == 9)
    // Among the first four batches' worth of pictures, and not at the end.
    #expect(try #require(detector.batches.firstIndex { $0[0].width == 9 }) <= 4)
  }

  @Test func `pictures beyond the memory wait, and one that is larger goes alone`() throws {
    let widths = [4, 4, 400, 4, 4, 4, 4]
    #expect(
      try Self.run(widths) {
        $0.memory = 24
        $0.workers = 4
      } == widths.map { Float($0) }
    )
  }

  @Test func `only as many pictures are decoded ahead as may be`() throws {
    let loaded = Mutex(0)
    var settings = PipelineSettings()
    settings.workers = 2
    let pipeline = PredictionPipeline(
      looking: Counting(),
      plan: LookPlan(resize: Self.resize),
      rules: Self.rules,
      settings: settings
    )
    let source = Self.source([Int](repeating: 2, count: 50)) { _ in loaded.withLock { $0 += 1 } }
    var delivered = 0
    try pipeline.run(source) { _ in
      delivered += 1
      // Those delivered, as many as the depth, and nothing else.
      #expect(loaded.withLock { $0 } <= delivered + settings.workers + 2)
    }
    #expect(delivered == 50)
  }

  @Test func `a stop ends the work, an error of the consumer too`() throws {
    let pipeline = PredictionPipeline(
      looking: Counting(),
      plan: LookPlan(resize: Self.resize),
      rules: Self.rules
    )
    var delivered = 0
    try pipeline.run(Self.source([1, 2, 3, 4, 5]), isStopped: { delivered == 2 }) { _ in
      delivered += 1
    }
    #expect(delivered == 2)
    #expect(throws: Broken.self) {
      try pipeline.run(Self.source([1, 2, 3])) { _ in throw Broken() }
    }
  }

  @Test func `a picture of many tiles comes in its place, with the picture where it is asked for`()
    throws
  {
    var tiling = TilingRule(side: .pixels(64))
    tiling.overlap = 0.5
    var settings = PipelineSettings()
    (settings.batch, settings.workers, settings.keepsImages) = (3, 2, true)
    let box = BoundingBox(x1: 300, y1: 10, x2: 330, y2: 30)
    let pipeline = PredictionPipeline(
      looking: KnownObjects(objects: [LabeledBox(box: box, label: 0)]),
      plan: LookPlan(resize: Self.resize, tiling: tiling),
      rules: Self.rules,
      settings: settings
    )
    let source = PictureSource(count: 3, expectedBytes: { _ in 0 }) { index in
      .success(RasterImage(width: index == 1 ? 640 : 40, height: 40, red: 0, green: 0, blue: 0))
    }
    var found: [[BoundingBox]] = []
    var looks: [Int] = []
    try pipeline.run(
      source,
      lookProgress: { done, of in
        #expect(of == 20)
        looks.append(done)
      },
      deliver: { prediction in
        let seen = try prediction.outcome.get()
        #expect(seen.image?.width == seen.width)
        found.append(seen.boxes.map(\.box))
      }
    )
    #expect(found == [[], [box], []])
    #expect(looks.last == 20 && looks == looks.sorted())
  }
}
