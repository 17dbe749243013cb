package import BoxGeometry
package import DetectionInference
package import DetectionModels

/// What finds objects in prepared pictures, on one thread at a time.
package protocol DetectionEngine {
  /// The detections in each of several pictures.
  ///
  /// - Parameters:
  ///   - pictures: At least one; all of one input size.
  ///   - rules: What becomes a detection, one for each picture.
  /// - Returns: One list a picture, best first: boxes in its own pixels.
  /// - Throws: What keeps the network from running, such as memory that ran out.
  func detections(
    inBatch pictures: [PreparedPicture],
    rules: [DetectionConfiguration]
  ) throws -> [[ScoredBox]]
}

extension Detector: DetectionEngine {
  /// The detections in each of several pictures.
  ///
  /// - Parameters:
  ///   - pictures: At least one; all of one input size.
  ///   - rules: What becomes a detection, one for each picture.
  /// - Returns: One list a picture, best first: boxes in its own pixels.
  /// - Throws: `TorchError` if memory runs out.
  package func detections(
    inBatch pictures: [PreparedPicture],
    rules: [DetectionConfiguration]
  ) throws -> [[ScoredBox]] {
    try detections(in: pictures, rules: rules)
  }
}

/// A model that was read, with what is told of it.
package struct LoadedModel {
  package let description: ServedModel
  package let engine: any DetectionEngine

  /// A model.
  ///
  /// - Parameters:
  ///   - description: What is told of it.
  ///   - engine: What runs it.
  package init(_ description: ServedModel, engine: any DetectionEngine) {
    self.description = description
    self.engine = engine
  }
}
