import BoxGeometry
import Raster

/// Makes one training picture of one or several pictures of the dataset.
///
/// Alone or four in a mosaic; then rare objects pasted over it, another picture mixed in, the whole
/// rotated, and blurred. Each picture that takes part is cropped, resized, mirrored, turned and
/// recoloured by draws of its own before.
struct SampleComposer: Sendable {
  private let dataset: DetectionDataset
  private let configuration: BatchLoaderConfiguration
  /// The size that the pictures of the place are brought to.
  private var resize: ResizeRule
  /// The order of the epoch: other pictures are drawn from it, so repeats count.
  private let order: [Int]
  private let rareObjects: RareObjects
  private let cache: PictureCache?

  init(
    dataset: DetectionDataset,
    configuration: BatchLoaderConfiguration,
    order: [Int],
    rareObjects: RareObjects,
    cache: PictureCache?
  ) {
    self.dataset = dataset
    self.configuration = configuration
    resize = configuration.resize
    self.order = order
    self.rareObjects = rareObjects
    self.cache = cache
  }

  private var augmentation: AugmentationConfiguration { configuration.augmentation }

  /// A picture and how it came about.
  typealias Composed = (picture: AugmentedPicture, steps: [AugmentationStep])

  /// The pictures that were passed over, by their index in the dataset.
  typealias Skipped = [Int: DatasetError]

  /// The colour that becomes 0, up to half a level of 255.
  private var padding: SIMD3<UInt8> {
    let bytes = configuration.mean.map { UInt8(min(max(($0 * 255).rounded(), 0), 255)) }
    return SIMD3(bytes[0], bytes[1], bytes[2])
  }

  /// Parts 1...3 are a mosaic's other pictures; these are those of the other variations.
  private static let mixedPart = 4
  private static let firstPastedPart = 5

  /// The picture of one place of the epoch.
  /// - Parameters:
  ///   - index: The picture's index in the dataset.
  ///   - resize: The size that pictures are brought to.
  ///   - draws: The random numbers of the place.
  ///   - skipped: Receives the pictures that were to take part and cannot be used.
  /// - Returns: The picture.
  /// - Throws: ``DatasetError`` if the picture cannot be used, or another that is to take part and
  ///   may not be left out.
  func composed(
    _ index: Int,
    resize: ResizeRule,
    draws: SampleDraws,
    skipped: inout Skipped
  ) throws(DatasetError) -> Composed {
    var composer = self
    composer.resize = resize
    return try composer.composed(index, draws, skipped: &skipped)
  }

  private func composed(
    _ index: Int,
    _ draws: SampleDraws,
    skipped: inout Skipped
  ) throws(DatasetError) -> Composed {
    var mosaicGenerator = draws.generator(.mosaic)
    var result =
      mosaicGenerator.uniform() < augmentation.mosaic
      ? try mosaic(index, draws, using: &mosaicGenerator, skipped: &skipped)
      : try single(index, draws)
    try pasteObjects(on: &result, draws, skipped: &skipped)
    try mixUp(&result, draws, skipped: &skipped)
    rotate(&result, draws)
    blur(&result, draws)
    return result
  }

  // MARK: - One picture

  /// A picture varied by itself, its frame's size, given before it is turned, changed by `resized`.
  private func single(
    _ index: Int,
    _ draws: SampleDraws,
    frame resized: ((_ width: Int, _ height: Int, _ isTurned: Bool) -> (Int, Int))? = nil
  ) throws(DatasetError) -> Composed {
    let sample = dataset.samples[index]
    var generator = draws.generator(.augmentation)
    let choices = AugmentationChoices(augmentation, using: &generator)
    var cropGenerator = draws.generator(.crop)
    let crop = IoUCrop.draw(of: sample, augmentation, using: &cropGenerator)
    let patch = crop?.patch ?? PixelRectangle(width: sample.width, height: sample.height)
    var frame = resize.resized(width: patch.width, height: patch.height)
    if let resized { frame = resized(frame.width, frame.height, choices.quarterTurns % 2 == 1) }
    var steps = choices.steps
    if let crop {
      let share =
        Double(patch.width) / Double(sample.width) * Double(patch.height) / Double(sample.height)
      steps.insert(.cropped(share: share, minimumIoU: Double(crop.minimum)), at: 0)
    }
    let placed = try placed(index, patch: crop?.patch, frame: frame, choices: choices)
    return (placed.picture, steps)
  }

  /// A picture in a frame, and the way there.
  private struct Placed {
    var picture: AugmentedPicture
    var transform: SampleTransform
    /// Pixels of the decoded picture per pixel of the picture.
    var toImage: SIMD2<Float>

    /// What is seen of a box of the picture.
    func seen(_ box: LabeledBox) -> BoundingBox? {
      let decoded = LabeledBox(
        box: box.box.scaled(x: toImage.x, y: toImage.y),
        label: box.label
      )
      return transform.visible([decoded]).first?.box
    }
  }

  /// Brings a picture, or a patch of it, into a frame.
  private func placed(
    _ index: Int,
    patch: PixelRectangle?,
    frame: (width: Int, height: Int),
    choices: AugmentationChoices
  ) throws(DatasetError) -> Placed {
    let sample = dataset.samples[index]
    let whole = patch ?? PixelRectangle(width: sample.width, height: sample.height)
    // The size that the whole picture has at the scale of the frame: more pixels would be wasted.
    func side(_ frame: Int, _ whole: Int, _ part: Int) -> Int {
      let side = Double(frame) * choices.zoom
      return Int((whole == part ? side : side * Double(whole) / Double(part)).rounded(.up))
    }
    let image = try decoded(
      index,
      fitting: (
        side(frame.width, sample.width, whole.width),
        side(frame.height, sample.height, whole.height)
      )
    )
    let toImage = SIMD2(
      Float(image.width) / Float(sample.width),
      Float(image.height) / Float(sample.height)
    )
    let transform = SampleTransform(
      width: image.width,
      height: image.height,
      frame: frame,
      choices: choices,
      patch: patch.map { $0.scaled(x: toImage.x, y: toImage.y, in: image) }
    )
    let visible = transform(image)
    let picture = AugmentedPicture(
      image: visible.image,
      x: visible.x,
      y: visible.y,
      width: transform.width,
      height: transform.height,
      boxes: transform.visible(
        sample.boxes.map {
          LabeledBox(box: $0.box.scaled(x: toImage.x, y: toImage.y), label: $0.label)
        }
      ),
      ignoreRegions: transform.visible(
        sample.ignoreRegions.map { $0.scaled(x: toImage.x, y: toImage.y) }
      )
    )
    return Placed(picture: picture, transform: transform, toImage: toImage)
  }

  private func decoded(
    _ index: Int,
    fitting target: (width: Int, height: Int)
  ) throws(DatasetError) -> RasterImage {
    if let cache { return try cache.image(at: index, of: dataset, fitting: target) }
    return try dataset.image(of: dataset.samples[index], fitting: target)
  }

  /// Another picture of the epoch, or the next after it that can be used; `nil` if that takes long.
  private func other<Result>(
    using generator: inout SplitMix64,
    skipped: inout Skipped,
    _ body: (Int) throws(DatasetError) -> Result
  ) throws(DatasetError) -> (index: Int, result: Result)? {
    let start = generator.integer(below: order.count)
    for step in 0..<min(order.count, Self.trials) {
      let index = order[(start + step) % order.count]
      do {
        return (index, try body(index))
      } catch {
        guard configuration.onBadData == .skip else { throw error }
        skipped[index] = error
      }
    }
    return nil
  }

  /// So many pictures are tried to take part before the variation is left out.
  private static let trials = 16

  // MARK: - Several pictures

  private func mosaic(
    _ index: Int,
    _ draws: SampleDraws,
    using generator: inout SplitMix64,
    skipped: inout Skipped
  ) throws(DatasetError) -> Composed {
    let sample = dataset.samples[index]
    let frame = resize.resized(width: sample.width, height: sample.height)
    let layout = Mosaic(
      width: frame.width,
      height: frame.height,
      scale: augmentation.mosaicScale,
      using: &generator
    )
    func tile(_ index: Int, _ number: Int) throws(DatasetError) -> AugmentedPicture {
      let scale = layout.scales[number]
      return try single(index, draws.part(number)) { width, height, _ in
        (Self.scaled(width, scale), Self.scaled(height, scale))
      }
      .picture
    }
    var canvas = AugmentedPicture(
      image: AugmentedPicture.canvas(width: frame.width, height: frame.height, of: padding),
      x: 0,
      y: 0,
      width: frame.width,
      height: frame.height,
      boxes: [],
      ignoreRegions: []
    )
    layout.put(try tile(index, 0), number: 0, on: &canvas)
    var names: [String] = []
    for number in 1...3 {
      let other = try other(using: &generator, skipped: &skipped) { index throws(DatasetError) in
        try tile(index, number)
      }
      guard let other else { continue }
      layout.put(other.result, number: number, on: &canvas)
      names.append(dataset.samples[other.index].name)
    }
    return (canvas, [.mosaic(with: names)])
  }

  private func mixUp(
    _ composed: inout Composed,
    _ draws: SampleDraws,
    skipped: inout Skipped
  ) throws(DatasetError) {
    var generator = draws.generator(.mixUp)
    guard generator.uniform() < augmentation.mixup else { return }
    let share = generator.uniform(in: Self.mixedShares)
    let (width, height) = (composed.picture.width, composed.picture.height)
    let other = try other(using: &generator, skipped: &skipped) { index throws(DatasetError) in
      // As large as the frame allows: the batch must not grow.
      try single(index, draws.part(Self.mixedPart)) { frameWidth, frameHeight, isTurned in
        let room = isTurned ? (height, width) : (width, height)
        let fit = min(Double(room.0) / Double(frameWidth), Double(room.1) / Double(frameHeight))
        return (
          min(Self.scaled(frameWidth, fit), room.0), min(Self.scaled(frameHeight, fit), room.1)
        )
      }
      .picture
    }
    guard let other else { return }
    var second = other.result
    (second.width, second.height) = (width, height)
    second.fillFrame(with: padding)
    composed.picture.fillFrame(with: padding)
    composed.picture.image.blend(with: second.image, share: share)
    composed.picture.boxes += second.boxes
    composed.picture.ignoreRegions += second.ignoreRegions
    composed.steps.append(.mixed(with: dataset.samples[other.index].name, share: share))
  }

  /// Both pictures stay well seen: the losses give every box the same weight.
  private static let mixedShares = 0.4...0.6

  private func pasteObjects(
    on composed: inout Composed,
    _ draws: SampleDraws,
    skipped: inout Skipped
  ) throws(DatasetError) {
    var generator = draws.generator(.copyPaste)
    guard generator.uniform() < augmentation.copyPaste, !rareObjects.isEmpty else { return }
    for number in 0..<(1 + generator.integer(below: augmentation.copyPasteObjects)) {
      guard let object = rareObjects.draw(using: &generator) else { continue }
      let piece: (picture: AugmentedPicture, main: BoundingBox)?
      do {
        piece = try cutOut(
          object,
          draws.part(Self.firstPastedPart + number),
          largest: (composed.picture.width, composed.picture.height)
        )
      } catch {
        guard configuration.onBadData == .skip else { throw error }
        skipped[object.sample] = error
        continue
      }
      guard let piece else { continue }
      composed.picture.fillFrame(with: padding)
      let isPasted = CopyPaste.paste(
        piece.picture,
        main: piece.main,
        over: &composed.picture,
        minimumVisibleShare: augmentation.minimumVisibleShare,
        using: &generator
      )
      guard isPasted else { continue }
      let sample = dataset.samples[object.sample]
      composed.steps.append(.pasted(label: sample.boxes[object.box].label, from: sample.name))
    }
  }

  /// An object with some pixels around it, and its own box among them.
  private func cutOut(
    _ object: RareObjects.Object,
    _ draws: SampleDraws,
    largest: (width: Int, height: Int)
  ) throws(DatasetError) -> (picture: AugmentedPicture, main: BoundingBox)? {
    let sample = dataset.samples[object.sample]
    let box = sample.boxes[object.box].box
    var generator = draws.generator(.augmentation)
    var choices = AugmentationChoices(augmentation, using: &generator)
    // The light of the picture that it comes into: a patch of another light is known by that alone.
    var surroundings = draws.part(0).generator(.augmentation)
    choices.color = AugmentationChoices(augmentation, using: &surroundings).color
    var scale =
      resize.scale(width: sample.width, height: sample.height) * choices.zoom
    // At most half the frame either way, so that something of the picture below remains.
    let sides = choices.quarterTurns % 2 == 0 ? (box.width, box.height) : (box.height, box.width)
    scale = min(
      scale,
      Double(largest.width) / 2 / Double(sides.0),
      Double(largest.height) / 2 / Double(sides.1)
    )
    (choices.zoom, choices.shift) = (1, .zero)
    let patch = PixelRectangle(
      around: box,
      margin: Double(CopyPaste.feather) / scale,
      width: sample.width,
      height: sample.height
    )
    let frame = (Self.scaled(patch.width, scale), Self.scaled(patch.height, scale))
    let placed = try placed(object.sample, patch: patch, frame: frame, choices: choices)
    guard let main = placed.seen(sample.boxes[object.box]) else { return nil }
    return (placed.picture, main)
  }

  private static func scaled(_ side: Int, _ factor: Double) -> Int {
    max(1, Int((Double(side) * factor).rounded()))
  }

  // MARK: - The finished picture

  private func rotate(_ composed: inout Composed, _ draws: SampleDraws) {
    guard augmentation.rotation > 0 else { return }
    var generator = draws.generator(.rotation)
    let degrees = generator.uniform(in: -augmentation.rotation...augmentation.rotation)
    let radians = degrees * .pi / 180
    guard abs(radians) >= Rotation.leastRadians else { return }
    let rotation = Rotation(radians: radians, boxes: augmentation.rotationBox)
    composed.picture = rotation(composed.picture, padding: padding)
    composed.steps.append(.rotated(degrees: degrees))
  }

  private func blur(_ composed: inout Composed, _ draws: SampleDraws) {
    guard augmentation.blur > 0 else { return }
    var generator = draws.generator(.blur)
    let sigma = generator.uniform(in: 0...augmentation.blur)
    composed.picture.image = composed.picture.image.blurred(sigma: sigma)
    composed.steps.append(.blurred(sigma: sigma))
  }
}
