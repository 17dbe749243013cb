import BoxGeometry
import DetectionInference
import Raster

/// From many pictures to their detections, in order, decoding ahead of the network.
///
/// Worker threads decode pictures and make their looks ready while the network looks at those before. What is found does not
/// depend on the number of threads; in batches it may differ by what convolutions of several pictures round otherwise
/// than those of one. Memory is bounded however many pictures there are.
package struct PredictionPipeline<Looking: LookDetecting> {
  private let looking: Looking
  private let plan: LookPlan
  private let rules: PredictionRules
  private let settings: PipelineSettings

  /// - Parameters:
  ///   - looking: What finds objects in looks.
  ///   - plan: How pictures are looked at.
  ///   - rules: What becomes a detection.
  ///   - settings: Threads, batches, memory.
  package init(
    looking: Looking,
    plan: LookPlan,
    rules: PredictionRules,
    settings: PipelineSettings = PipelineSettings()
  ) {
    precondition(settings.workers >= 1 && settings.batch >= 1, "workers and batch are >= 1")
    (self.looking, self.plan, self.rules, self.settings) = (looking, plan, rules, settings)
  }

  /// Looks at all pictures of a source.
  ///
  /// - Parameters:
  ///   - source: Where the pictures come from.
  ///   - isStopped: Asked between looks; after a yes nothing more is delivered.
  ///   - lookProgress: Hears how many of how many looks at a picture of many are done.
  ///   - deliver: Gets what became of each picture, in order; an error ends the work.
  /// - Throws: What `deliver` or the network throws; a picture that cannot be read is delivered as such.
  package func run(
    _ source: PictureSource,
    isStopped: () -> Bool = { false },
    lookProgress: (_ done: Int, _ of: Int) -> Void = { _, _ in },
    deliver: (PicturePrediction) throws -> Void
  ) throws {
    let budget = MemoryBudget(limit: settings.memory)
    let (plan, preparer, keepsImages) = (plan, looking.preparer, settings.keepsImages)
    let work = OrderedWork<ReadyPicture<Looking.Preparer.Prepared>>(
      count: source.count,
      workers: source.isSequential ? 1 : settings.workers,
      depth: settings.workers + 2
    ) { index, isAwaited in
      let bytes = source.expectedBytes(index)
      guard let reservation = budget.take(bytes, unless: isAwaited) else { return nil }
      return ReadyPicture(index, source, plan, preparer, keepsImages, reservation)
    }
    defer {
      budget.close()
      work.cancel()
    }
    var window = BatchWindow<Looking>(looking: looking, rules: rules, batch: settings.batch)
    while !isStopped(), let picture = work.next(wake: budget.wake) {
      guard let image = picture.imageOfManyLooks, let looks = picture.looks else {
        try window.add(picture, deliver)
        continue
      }
      try window.flush(isStopped: isStopped, deliver)
      guard let found = try found(looks.all, image, isStopped, lookProgress) else { return }
      try deliver(picture.prediction(boxes: looks.detections(found, rules: rules)))
    }
    try window.flush(isStopped: isStopped, deliver)
  }

  /// What is in each look at one picture, the looks made ready just ahead of the network; `nil` where it was stopped.
  private func found(
    _ looks: [PictureLook],
    _ image: RasterImage,
    _ isStopped: () -> Bool,
    _ progress: (Int, Int) -> Void
  ) throws -> [[ScoredBox]]? {
    let preparer = looking.preparer
    let work = OrderedWork<Looking.Preparer.Prepared>(
      count: looks.count,
      workers: settings.workers,
      depth: settings.workers + settings.batch
    ) { index, _ in preparer.prepared(looks[index], at: image) }
    defer { work.cancel() }
    var found: [[ScoredBox]] = []
    var batch: [Looking.Preparer.Prepared] = []
    func look() throws {
      if batch.isEmpty { return }
      found += try looking.detections(in: batch)
      batch = []
      progress(found.count, looks.count)
    }
    while let next = work.next() {
      if isStopped() { return nil }
      // In tiles, only the whole picture's look is of another size.
      if let first = batch.first, preparer.inputSize(of: first) != preparer.inputSize(of: next) {
        try look()
      }
      batch.append(next)
      if batch.count == settings.batch { try look() }
    }
    try look()
    return isStopped() ? nil : found
  }
}
