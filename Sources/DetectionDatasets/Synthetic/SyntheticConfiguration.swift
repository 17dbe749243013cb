/// What synthetic scenes look like: size, classes, how many objects and how well they are hidden.
package struct SyntheticConfiguration: Codable, Hashable, Sendable {
  /// A class of objects and how common it is.
  package struct ObjectClass: Codable, Hashable, Sendable {
    package var shape: SyntheticShape
    /// Share of all objects, relative to the other classes' numbers.
    package var frequency: Double

    package init(shape: SyntheticShape, frequency: Double) {
      self.shape = shape
      self.frequency = frequency
    }
  }

  /// Size of every picture, in pixels.
  package var width = 320
  package var height = 240
  /// Unequal, as in real data: four in ten objects are of the first class, one in eight of the last.
  package var classes = [
    ObjectClass(shape: .star, frequency: 0.4), ObjectClass(shape: .ring, frequency: 0.275),
    ObjectClass(shape: .arrow, frequency: 0.2), ObjectClass(shape: .cross, frequency: 0.125),
  ]
  /// Sizes of objects before they are rotated and squeezed, in pixels; small ones are most common.
  package var smallestObject = 18.0
  package var largestObject = 72.0
  /// Share of pictures without any object.
  package var emptyFraction = 0.12
  /// Most objects in a picture.
  package var maximumObjects = 12
  /// Share of objects that something lies on.
  package var hiddenFraction = 0.25
  /// The most that is hidden of any object, as a share of its area.
  package var maximumHidden = 0.4
  /// Share of objects that the picture's border cuts.
  package var cutFraction = 0.06
  /// 0 is bare and clear, 1 is dim, noisy and crowded with things of which all resemble objects.
  package var difficulty = 0.3

  /// The scenes of `focal demo`: 320 x 240 pixels, four classes.
  package static let standard = SyntheticConfiguration()

  package init() {}
}
