package import BoxGeometry

/// How a dataset becomes the batches of training.
package struct BatchLoaderConfiguration: Hashable, Sendable {
  /// Pictures a batch, >= 1; the last batch of an epoch may have fewer.
  package var batchSize: Int
  /// Threads that decode, augment and assign; 0 does it all inside `next()`.
  package var workers: Int = 2
  /// Batches in the making or waiting, >= 1; bounds memory.
  ///
  /// At least the number of workers keeps all of them busy.
  package var queueDepth: Int = 4
  /// The seed of order and augmentation.
  package var seed: UInt64 = 0
  /// Whether each epoch has an order of its own; else that of the dataset.
  package var shuffle: Bool = true
  /// Classes in a smaller share of the pictures are repeated (``RepeatFactors``), 0...1; 0: none.
  package var repeatThreshold: Double = 0
  /// Whether a batch keeps to upright or to wide pictures as far as it can, which saves padding.
  package var groupsByOrientation: Bool = true
  /// The size pictures are brought to.
  package var resize: ResizeRule
  /// Short sides that are drawn instead of that of ``resize``; `nil` for that one alone.
  package var trainingSides: TrainingSides?
  /// Mean of red, green and blue, of values in 0...1; ImageNet's, as torchvision's weights expect.
  package var mean: [Float] = [0.485, 0.456, 0.406]
  /// Standard deviation of red, green and blue; ImageNet's.
  package var standardDeviation: [Float] = [0.229, 0.224, 0.225]
  /// How pictures are varied.
  package var augmentation = AugmentationConfiguration()
  /// The anchors that targets are assigned to.
  package var anchors = AnchorConfiguration()
  /// The rule of assignment.
  package var matcher = AnchorMatcher()
  /// The coding of boxes.
  package var coder = BoxCoder()
  /// What to do about a picture that cannot be used.
  package var onBadData = BadDataPolicy.stop
  /// Which of a batch's pictures are made; the others are other workers'.
  package var share = BatchShare.whole

  /// Creates a configuration with the defaults for everything else.
  /// - Parameters:
  ///   - batchSize: Pictures a batch, >= 1.
  ///   - resize: The size pictures are brought to.
  package init(batchSize: Int, resize: ResizeRule) {
    self.batchSize = batchSize
    self.resize = resize
  }
}
