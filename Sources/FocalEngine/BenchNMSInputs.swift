import BoxGeometry

/// What suppression is timed on: boxes of one class, and the heads' outputs of one picture.
struct BenchNMSInputs {
  /// What one wants timed.
  struct Settings: Encodable {
    let boxes: [Int]
    let width: Int
    let height: Int
    let classes: Int
    let candidates: Int
    let seed: UInt64
    /// Rounds of timed calls.
    let repetitions: Int
  }

  /// Boxes with scores, drawn in one of two ways.
  struct Scene {
    /// `1000-clustered`.
    let name: String
    let boxes: [ScoredBox]
  }

  let settings: Settings
  let scenes: [Scene]
  let outputs: BenchHeadOutputs

  /// Draws all; equal settings give equal ones.
  init(_ settings: Settings) {
    self.settings = settings
    let size = (Double(settings.width), Double(settings.height))
    scenes = settings.boxes.flatMap { count in
      [true, false].map { isClustered in
        var generator = SplitMix64(mixing: settings.seed, UInt64(count), isClustered ? 1 : 0)
        return Scene(
          name: "\(count)-\(isClustered ? "clustered" : "scattered")",
          boxes: isClustered
            ? Self.clustered(count, size, &generator) : Self.scattered(count, size, &generator)
        )
      }
    }
    outputs = BenchHeadOutputs(settings)
  }

  /// Fifty boxes about an object of 30 to 180 pixels, shifted by 8% and scaled by 10%.
  private static func clustered(
    _ count: Int,
    _ size: (width: Double, height: Double),
    _ generator: inout SplitMix64
  ) -> [ScoredBox] {
    let objects = (0..<max(1, count / 50)).map { _ in
      (
        x: generator.uniform() * max(1, size.width - 200) + 100,
        y: generator.uniform() * max(1, size.height - 200) + 100,
        width: generator.uniform() * 150 + 30, height: generator.uniform() * 150 + 30
      )
    }
    return (0..<count).map { _ in
      let object = objects[generator.integer(below: objects.count)]
      return ScoredBox(
        box: BoundingBox(
          centerX: Float(object.x + generator.gaussian() * object.width * 0.08),
          centerY: Float(object.y + generator.gaussian() * object.height * 0.08),
          width: Float(object.width * max(0.5, 1 + 0.1 * generator.gaussian())),
          height: Float(object.height * max(0.5, 1 + 0.1 * generator.gaussian()))
        ),
        label: 0,
        score: Float(generator.uniform())
      )
    }
  }

  /// Boxes of 6 to 30 pixels anywhere.
  private static func scattered(
    _ count: Int,
    _ size: (width: Double, height: Double),
    _ generator: inout SplitMix64
  ) -> [ScoredBox] {
    (0..<count).map { _ in
      ScoredBox(
        box: BoundingBox(
          centerX: Float(generator.uniform() * size.width),
          centerY: Float(generator.uniform() * size.height),
          width: Float(generator.uniform() * 24 + 6),
          height: Float(generator.uniform() * 24 + 6)
        ),
        label: 0,
        score: Float(generator.uniform())
      )
    }
  }
}
