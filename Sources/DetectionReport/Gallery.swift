package import BoxGeometry
package import Raster

/// Held-out pictures, each as annotated beside what every run detects.
package struct Gallery: Hashable, Sendable {
  /// One picture.
  package struct Item: Hashable, Sendable {
    /// What to call it: the file's name, mostly.
    package var name: String
    package var image: RasterImage
    /// The annotated objects, in the picture's pixels.
    package var truth: [LabeledBox]
    /// Regions that are not judged, such as crowds.
    package var ignoredRegions: [BoundingBox]
    /// Detections of each run, in the order of the report's runs; any scores.
    package var detections: [[ScoredBox]]

    package init(
      name: String,
      image: RasterImage,
      truth: [LabeledBox],
      ignoredRegions: [BoundingBox] = [],
      detections: [[ScoredBox]]
    ) {
      self.name = name
      self.image = image
      self.truth = truth
      self.ignoredRegions = ignoredRegions
      self.detections = detections
    }
  }

  /// Names of the categories, by index.
  package var categories: [String]
  /// Names of the runs, one for each of an item's lists of detections.
  package var runs: [String]
  package var items: [Item]
  /// Detections of lower score are not shown.
  package var scoreThreshold: Float
  /// The overlap from which a detection has found its object.
  package var iouThreshold: Float

  package init(
    categories: [String],
    runs: [String],
    items: [Item],
    scoreThreshold: Float = 0.5,
    iouThreshold: Float = 0.5
  ) {
    self.categories = categories
    self.runs = runs
    self.items = items
    self.scoreThreshold = scoreThreshold
    self.iouThreshold = iouThreshold
  }
}
