import BoxGeometry
import DetectionDatasets
import Foundation

/// How well the anchors fit the objects, and what the loss will see of them.
package struct AnchorCoverage: Hashable, Sendable, Codable {
  /// Objects by the IoU with their best anchor.
  package struct Group: Hashable, Sendable, Codable {
    package var name: String
    package var objects: Int
    /// Part of them whose best IoU is below the background threshold: no anchor learns them, and
    /// none is left out for them.
    package var belowBackground: Double
    /// Part of them whose best IoU is below the foreground threshold: no anchor learns them, unless
    /// low-quality matches are on.
    package var belowForeground: Double
    /// Mean of the best IoU.
    package var meanBestIoU: Double

    init(name: String, _ ious: [Float], _ matcher: AnchorMatcher) {
      self.name = name
      objects = ious.count
      let count = Double(max(1, ious.count))
      belowBackground = Double(ious.count { $0 < matcher.backgroundThreshold }) / count
      belowForeground = Double(ious.count { $0 < matcher.foregroundThreshold }) / count
      meanBestIoU = ious.reduce(0) { $0 + Double($1) } / count
    }
  }

  /// A level of the pyramid.
  package struct Level: Hashable, Sendable, Codable {
    package var stride: Int
    /// Side of its square anchor at scale 1.
    package var size: Float
    /// Part of the objects whose best anchor stands there, 0...1.
    package var share: Double
  }

  /// Anchors of a mean picture.
  package struct Anchors: Hashable, Sendable, Codable {
    package var foreground: Double
    package var ignored: Double
    package var background: Double
    package var all: Double
    /// Background anchors for each that is foreground; `nil` where none is.
    package var backgroundPerForeground: Double?
    /// The α of the foreground that inverse frequency gives: background / (foreground + background).
    ///
    /// Lin et al. 2017, section 3.1, name it as one way to choose α; with γ = 2 their best was 0.25,
    /// as focusing makes the many easy background anchors count for little already.
    package var inverseFrequencyAlpha: Double?
  }

  /// Least IoU of a foreground anchor, and of one that is ignored.
  package var foregroundThreshold: Float
  package var backgroundThreshold: Float
  package var shortSide: Int
  package var longSideCap: Int
  package var all: Group
  package var classes: [Group]
  /// By COCO's sizes, in pixels of the picture.
  package var sizes: [Group]
  package var levels: [Level]
  package var anchors: Anchors
  /// Pictures with objects of which not one has a foreground anchor.
  package var imagesWithoutForeground: Int

  /// Fits the anchors to all objects.
  /// - Parameters:
  ///   - splits: Parts with common classes.
  ///   - settings: The anchors, the thresholds and the network's size.
  /// - Throws: Nothing that can be foreseen.
  package init(_ splits: [InspectedSplit], settings: AnchorSettings) throws {
    let samples = splits.flatMap(\.dataset.samples)
    let fitter = Fitter(settings)
    let fits = try inParallel(
      count: samples.count,
      workers: ProcessInfo.processInfo.activeProcessorCount
    ) { fitter.fit(samples[$0]) }
    let categories = splits.first?.dataset.categories ?? []
    var byClass = [[Float]](repeating: [], count: categories.count)
    var bySize: [[Float]] = [[], [], []]
    var byLevel = [Int](repeating: 0, count: settings.anchors.levelCount)
    var counts = AnchorLattice.Counts()
    var without = 0
    for (sample, fit) in zip(samples, fits) {
      for (object, best) in zip(sample.boxes, fit.best) {
        byClass[object.label].append(best.iou)
        bySize[BoxStatistics.sizeClass(area: Double(object.box.area))].append(best.iou)
        byLevel[best.level] += 1
      }
      counts.foreground += fit.counts.foreground
      counts.ignored += fit.counts.ignored
      counts.background += fit.counts.background
      if fit.counts.foreground == 0, !sample.boxes.isEmpty { without += 1 }
    }
    let matcher = settings.matcher
    foregroundThreshold = matcher.foregroundThreshold
    backgroundThreshold = matcher.backgroundThreshold
    shortSide = settings.resize.shortSide
    longSideCap = settings.resize.longSideCap
    all = Group(name: "all", byClass.flatMap { $0 }, matcher)
    classes = zip(categories, byClass).map { Group(name: $0.name, $1, matcher) }
    sizes = zip(BoxStatistics.sizeNames, bySize).map { Group(name: $0, $1, matcher) }
    let objects = Double(max(1, byLevel.reduce(0, +)))
    levels = byLevel.indices.map {
      Level(
        stride: settings.anchors.strides[$0],
        size: settings.anchors.sizes[$0],
        share: Double(byLevel[$0]) / objects
      )
    }
    let images = Double(max(1, samples.count))
    anchors = Anchors(
      foreground: Double(counts.foreground) / images,
      ignored: Double(counts.ignored) / images,
      background: Double(counts.background) / images,
      all: Double(counts.foreground + counts.ignored + counts.background) / images,
      backgroundPerForeground: counts.foreground > 0
        ? Double(counts.background) / Double(counts.foreground) : nil,
      inverseFrequencyAlpha: counts.foreground > 0
        ? Double(counts.background) / Double(counts.foreground + counts.background) : nil
    )
    imagesWithoutForeground = without
  }
}

/// Fits the anchors to the objects of one picture after another, on any thread.
private struct Fitter: Sendable {
  struct Fit: Sendable {
    var best: [AnchorLattice.Best]
    var counts: AnchorLattice.Counts
  }

  private let settings: AnchorSettings
  private let generator: AnchorGenerator

  init(_ settings: AnchorSettings) {
    self.settings = settings
    generator = AnchorGenerator(configuration: settings.anchors)
  }

  func fit(_ sample: DatasetSample) -> Fit {
    let scale = settings.scale(of: sample)
    func seen(_ box: BoundingBox) -> BoundingBox { box.scaled(x: scale.x, y: scale.y) }
    let objects = sample.boxes.map { LabeledBox(box: seen($0.box), label: $0.label) }
    let resized = settings.resize.resized(width: sample.width, height: sample.height)
    let size = settings.resize.padded(width: resized.width, height: resized.height)
    let lattice = AnchorLattice(generator, imageWidth: size.width, imageHeight: size.height)
    let boxes = objects.map(\.box)
    // Crowds and low-quality matches are left to the code that training runs.
    let counts =
      sample.ignoreRegions.isEmpty && settings.matcher.lowQualityMatches == .never
      ? lattice.counts(boxes: different(boxes), matcher: settings.matcher)
      : counts(
        AnchorTargets(
          anchors: generator.anchors(imageWidth: size.width, imageHeight: size.height),
          boxes: objects,
          ignoreRegions: sample.ignoreRegions.map(seen),
          matcher: settings.matcher,
          coder: BoxCoder()
        )
      )
    return Fit(best: boxes.map(lattice.best), counts: counts)
  }

  /// Each of many boxes once: which anchors they take does not change.
  private func different(_ boxes: [BoundingBox]) -> [BoundingBox] {
    boxes.count > Self.many ? Array(Set(boxes)) : boxes
  }

  /// Fewer boxes are not worth a set.
  private static let many = 1000

  private func counts(_ targets: AnchorTargets) -> AnchorLattice.Counts {
    let background = targets.classIndices.count { $0 == AnchorTargets.background }
    let foreground = targets.foregroundAnchors.count
    return AnchorLattice.Counts(
      foreground: foreground,
      ignored: targets.classIndices.count - foreground - background,
      background: background
    )
  }
}
