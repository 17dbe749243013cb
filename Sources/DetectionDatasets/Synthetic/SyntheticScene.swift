package import BoxGeometry
package import Raster

/// Pictures made of a seed: shapes of a few classes, rare and small among things like them.
///
/// Picture `index` depends on the configuration, the seed and the index alone, to the byte on one
/// platform; any index has a picture. Objects are told apart by shape: their colours, textures and
/// sizes are drawn as those of the distractors around them.
package struct SyntheticScene: Hashable, Sendable {
  package let configuration: SyntheticConfiguration
  package let seed: UInt64

  /// - Parameters:
  ///   - configuration: Sizes at least 1, at least one class, frequencies not all 0.
  ///   - seed: Any number; each makes other pictures.
  package init(configuration: SyntheticConfiguration = .standard, seed: UInt64) {
    precondition(
      configuration.width > 0 && configuration.height > 0,
      "a scene of \(configuration.width) x \(configuration.height) has no pixel"
    )
    precondition(
      configuration.classes.allSatisfy { $0.frequency >= 0 }
        && configuration.classes.contains { $0.frequency > 0 },
      "a scene needs a class with a frequency above 0, and none below"
    )
    self.configuration = configuration
    self.seed = seed
  }

  /// The classes' names; a box's label is an index into them.
  package var categoryNames: [String] { configuration.classes.map(\.shape.rawValue) }

  package var width: Int { configuration.width }
  package var height: Int { configuration.height }

  /// The objects of a picture without painting it: the boxes that `render` returns.
  package func boxes(index: Int) -> [LabeledBox] {
    let layout = SceneLayout(
      configuration,
      generator: generator(index, .layout),
      objectsOnly: true
    )
    return layout.objects.map(\.box)
  }

  /// A picture with its objects' boxes.
  ///
  /// Boxes are tight around each shape within the picture, as if nothing lay on it.
  /// - Parameter index: Which picture; any number.
  /// - Returns: The picture, and a box an object.
  package func render(index: Int) -> (image: RasterImage, boxes: [LabeledBox]) {
    let layout = layout(index: index)
    var background = SceneBackground(
      width: width,
      height: height,
      difficulty: configuration.difficulty,
      generator: generator(index, .background)
    )
    var picture = background.painted()
    let contrast = 0.3 - 0.2 * configuration.difficulty
    for thing in layout.distractors { picture.paint(thing, contrast: contrast) }
    for object in layout.objects { picture.paint(object.item, contrast: contrast) }
    for thing in layout.occluders { picture.paint(thing, contrast: contrast) }
    var camera = SceneCamera(
      difficulty: configuration.difficulty,
      generator: generator(index, .camera)
    )
    camera.expose(&picture)
    return (picture.quantized(), layout.objects.map(\.box))
  }

  /// What is where in a picture.
  package func layout(index: Int) -> SceneLayout {
    SceneLayout(configuration, generator: generator(index, .layout))
  }

  /// What a stream of random numbers is for, so that none depends on how many another took.
  private enum Purpose: UInt64 {
    case layout = 1
    case background, camera
  }

  private func generator(_ index: Int, _ purpose: Purpose) -> SplitMix64 {
    SplitMix64(mixing: seed, UInt64(bitPattern: Int64(index)), purpose.rawValue)
  }
}
