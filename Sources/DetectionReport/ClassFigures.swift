/// One category of an evaluation, a row of its table.
package struct ClassFigures: Codable, Hashable, Sendable {
  package var name: String
  /// Average precision, the mean over the IoU thresholds, 0...1; negative where it is undefined.
  package var AP: Double
  /// Average precision at IoU 0.50 and 0.75; negative where undefined, or not among the thresholds.
  package var AP50, AP75: Double
  /// Average recall with the largest number of detections; negative where it is undefined.
  package var AR: Double
  /// Objects to be found.
  package var objects: Int
  /// Detections of the category.
  package var detections: Int

  package init(
    name: String,
    AP: Double,
    AP50: Double,
    AP75: Double,
    AR: Double,
    objects: Int,
    detections: Int
  ) {
    self.name = name
    (self.AP, self.AP50, self.AP75, self.AR) = (AP, AP50, AP75, AR)
    (self.objects, self.detections) = (objects, detections)
  }
}

/// Objects of one range of sizes.
package struct SizeFigures: Hashable, Sendable {
  package var name: String
  /// The areas that belong to the range, in words.
  package var bounds: String
  package var objects: Int
  /// 0...1; negative where undefined.
  package var AP, AR: Double

  package init(name: String, bounds: String, objects: Int, AP: Double, AR: Double) {
    self.name = name
    self.bounds = bounds
    self.objects = objects
    (self.AP, self.AR) = (AP, AR)
  }
}
