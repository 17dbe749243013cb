package import BoxGeometry

/// One step's worth of pictures and targets.
package struct TrainingBatch: Sendable {
  /// The batch's number in its epoch, from 0.
  package var index: Int
  /// The pictures' numbers.
  package var imageIDs: [Int]
  /// Width of all pictures once padded, in pixels.
  package var width: Int
  /// Height of all pictures once padded, in pixels.
  package var height: Int
  /// Normalised values, shape [N, height, width, 3]; padding is 0, the mean colour.
  package var pixels: [Float]
  /// The boxes of each picture, in pixels of the batch.
  package var boxes: [[LabeledBox]]
  /// The regions of each picture that are neither object nor background.
  package var ignoreRegions: [[BoundingBox]]
  /// What each anchor of each picture is to learn.
  package var targets: [AnchorTargets]
  /// How each picture came about.
  package var origins: [SampleOrigin]

  /// Number of pictures.
  package var count: Int { imageIDs.count }
  /// Number of boxes, all pictures together.
  package var objectCount: Int { boxes.reduce(0) { $0 + $1.count } }
  /// Number of anchors assigned to an object, all pictures together: the losses' normaliser.
  package var foregroundCount: Int { targets.reduce(0) { $0 + $1.foregroundAnchors.count } }
}
