package import BoxGeometry

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What is where in a synthetic scene, before anything is painted.
package struct SceneLayout: Sendable {
  /// A thing in the picture: its outline there, and the seed of its colours.
  package struct Item: Sendable {
    package let mask: CoverageMask
    let size: Double
    let paintSeed: UInt64
  }

  /// A thing that is to be found.
  package struct Object: Sendable {
    package let item: Item
    /// Tight around the shape within the picture, whatever may lie on it.
    package let box: LabeledBox
  }

  package private(set) var distractors: [Item] = []
  package private(set) var objects: [Object] = []
  package private(set) var occluders: [Item] = []

  /// - Parameters:
  ///   - configuration: The rules.
  ///   - generator: Where everything random comes from.
  ///   - objectsOnly: Whether to leave out what is not an object; the objects are the same.
  init(
    _ configuration: SyntheticConfiguration,
    generator: SplitMix64,
    objectsOnly: Bool = false
  ) {
    var planner = ScenePlanner(configuration: configuration, generator: generator)
    objects = planner.objects()
    guard !objectsOnly else { return }
    occluders = planner.occluders(of: objects)
    distractors = planner.distractors(avoiding: objects)
  }

  /// The share of an object's area that later objects and occluders cover.
  package func hiddenShare(of index: Int) -> Float {
    coveredShare(of: index, among: objects, below: occluders)
  }
}

/// The share of an object's area that later objects and occluders cover, those of two adding up.
private func coveredShare(
  of index: Int,
  among objects: [SceneLayout.Object],
  below occluders: [SceneLayout.Item]
) -> Float {
  let mask = objects[index].item.mask
  let later = objects[(index + 1)...].reduce(Float(0)) {
    $0 + $1.item.mask.sharedArea(with: mask)
  }
  let above = occluders.reduce(later) { $0 + $1.mask.sharedArea(with: mask) }
  return above / max(mask.area, 1)
}

/// Places things at random under the rules of a configuration.
private struct ScenePlanner {
  let configuration: SyntheticConfiguration
  var generator: SplitMix64

  private var width: Double { Double(configuration.width) }
  private var height: Double { Double(configuration.height) }

  // MARK: Objects

  mutating func objects() -> [SceneLayout.Object] {
    var objects: [SceneLayout.Object] = []
    for _ in 0..<objectCount() {
      // A crowded picture may have no room: then it has one object less.
      for _ in 0..<30 {
        let candidate = object()
        guard objects.allSatisfy({ canStand($0, beside: candidate) }) else { continue }
        objects.append(candidate)
        break
      }
    }
    return objects
  }

  private mutating func objectCount() -> Int {
    let most = configuration.maximumObjects
    guard most > 0, generator.uniform() >= configuration.emptyFraction else { return 0 }
    // Each further object is less likely by a constant factor: five on average of twelve.
    let weights = (0..<most).map { pow(0.92, Double($0)) }
    return pick(weights) + 1
  }

  private mutating func object() -> SceneLayout.Object {
    let label = pick(configuration.classes.map(\.frequency))
    let contours = configuration.classes[label].shape.contours
    let size = size()
    let isCut = generator.uniform() < configuration.cutFraction
    let placed = place(contours, size: size, beyondBorder: isCut ? 0.3 : 0)
    let box = LabeledBox(box: extent(of: placed), label: label)
    return SceneLayout.Object(item: item(placed, size: size), box: box)
  }

  /// A diameter between the smallest and the largest, half of them in the lowest third.
  private mutating func size() -> Double {
    let largest = min(configuration.largestObject, 0.8 * min(width, height))
    let smallest = min(configuration.smallestObject, largest)
    return smallest * pow(largest / smallest, pow(generator.uniform(), 1.4))
  }

  /// Turns, squeezes, scales and moves contours of the unit circle into the picture.
  private mutating func place(
    _ contours: [Contour],
    size: Double,
    beyondBorder: Double
  ) -> [Contour] {
    let angle = generator.uniform() * 2 * Double.pi
    let squeeze = generator.uniform(in: 0.78...1)
    let radius = SIMD2(size / 2, size / 2 * squeeze)
    let (sine, cosine) = (sin(angle), cos(angle))
    let turned = contours.map { contour in
      contour.points.map { point in
        let scaled = point * radius
        return SIMD2(
          cosine * scaled.x - sine * scaled.y,
          sine * scaled.x + cosine * scaled.y
        )
      }
    }
    let (low, high) = bounds(turned.flatMap { $0 })
    let extent = high - low
    let overhang = extent * beyondBorder
    func position(_ limit: Double, _ extent: Double, _ overhang: Double) -> ClosedRange<Double> {
      let room = max(0, limit - extent)
      return -overhang...room + overhang
    }
    var corner = SIMD2(
      generator.uniform(in: position(width, extent.x, 0)),
      generator.uniform(in: position(height, extent.y, 0))
    )
    if beyondBorder > 0 {
      // Cut by one side, so that at least 1 - beyondBorder of the extent remains.
      let depth = generator.uniform(in: 0.3...1)
      switch generator.integer(below: 4) {
      case 0: corner.x = -overhang.x * depth
      case 1: corner.x = width - extent.x + overhang.x * depth
      case 2: corner.y = -overhang.y * depth
      default: corner.y = height - extent.y + overhang.y * depth
      }
    }
    return turned.map { points in
      Contour(points: points.map { $0 - low + corner })
    }
  }

  private func extent(of contours: [Contour]) -> BoundingBox {
    let inside = contours.map { $0.clipped(width: width, height: height) }
    let (low, high) = bounds(inside.flatMap(\.points))
    return BoundingBox(x1: Float(low.x), y1: Float(low.y), x2: Float(high.x), y2: Float(high.y))
  }

  private func bounds(_ points: [SIMD2<Double>]) -> (SIMD2<Double>, SIMD2<Double>) {
    points.reduce((SIMD2(repeating: .infinity), SIMD2(repeating: -.infinity))) { bounds, point in
      (pointwiseMin(bounds.0, point), pointwiseMax(bounds.1, point))
    }
  }

  private func canStand(_ first: SceneLayout.Object, beside second: SceneLayout.Object) -> Bool {
    let shared = first.box.box.intersectionArea(with: second.box.box)
    return shared <= 0.12 * min(first.box.box.area, second.box.box.area)
  }

  // MARK: Things that are not objects

  /// Something on a few objects, never hiding more of any object than allowed.
  mutating func occluders(of objects: [SceneLayout.Object]) -> [SceneLayout.Item] {
    var occluders: [SceneLayout.Item] = []
    for index in objects.indices where generator.uniform() < configuration.hiddenFraction {
      for _ in 0..<12 {
        let candidate = occluder(of: objects[index])
        let isAllowed = objects.indices.allSatisfy { other in
          let share = coveredShare(of: other, among: objects, below: occluders + [candidate])
          return share <= Float(configuration.maximumHidden)
        }
        let mask = objects[index].item.mask
        guard isAllowed, candidate.mask.sharedArea(with: mask) > 0.1 * mask.area else { continue }
        occluders.append(candidate)
        break
      }
    }
    return occluders
  }

  private mutating func occluder(of object: SceneLayout.Object) -> SceneLayout.Item {
    let shape: SyntheticDistractor = generator.uniform() < 0.6 ? .bar : .blob
    let size = object.item.size * generator.uniform(in: 0.5...1.3)
    let contours = place(shape.contours(using: &generator), size: size, beyondBorder: 0)
    let (low, high) = bounds(contours.flatMap(\.points))
    let target = SIMD2(Double(object.box.box.centerX), Double(object.box.box.centerY))
    let reach = object.item.size / 2
    let offset = SIMD2(
      generator.uniform(in: -reach...reach),
      generator.uniform(in: -reach...reach)
    )
    let move = target + offset - (low + high) / 2
    return item(contours.map { Contour(points: $0.points.map { $0 + move }) }, size: size)
  }

  /// Things below the objects that resemble them, with space around each object.
  mutating func distractors(avoiding objects: [SceneLayout.Object]) -> [SceneLayout.Item] {
    let most = Int(24 * configuration.difficulty * width * height / (320 * 240))
    let count = most == 0 ? 0 : most / 3 + generator.integer(below: most)
    return (0..<count).compactMap { _ in
      let isLookAlike = generator.uniform() < configuration.difficulty
      let shapes = isLookAlike ? SyntheticDistractor.lookAlikes : SyntheticDistractor.plain
      let shape = shapes[generator.integer(below: shapes.count)]
      let size = size()
      let contours = shape.contours(using: &generator)
      let thing = item(place(contours, size: size, beyondBorder: 0), size: size)
      let isApart = objects.allSatisfy { object in
        thing.mask.sharedArea(with: object.item.mask) <= 0.15 * object.item.mask.area
      }
      return isApart ? thing : nil
    }
  }

  private mutating func item(_ contours: [Contour], size: Double) -> SceneLayout.Item {
    let mask = CoverageMask(
      contours,
      pictureWidth: configuration.width,
      pictureHeight: configuration.height
    )
    return SceneLayout.Item(mask: mask, size: size, paintSeed: generator.next())
  }

  /// An index, each as likely as its weight.
  private mutating func pick(_ weights: [Double]) -> Int {
    var rest = generator.uniform() * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return index }
    }
    return weights.count - 1
  }
}
