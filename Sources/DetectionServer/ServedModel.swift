import BoxGeometry
package import DetectionModels
package import Foundation

/// What a server tells of the model that it runs, and what it takes to prepare a picture for it.
///
/// An object, so that the network's memory is freed when the last request that was prepared for it is done.
package final class ServedModel: Sendable {
  /// What the model is called: its file's name without the ending.
  package let name: String
  /// Architecture, categories, input, rules.
  package let configuration: RetinaNetConfiguration
  /// The number format of the arithmetic.
  package let precision: String
  /// When it was read.
  package let loadedAt: Date
  let categoryIndices: [String: Int]

  /// Describes a model.
  ///
  /// - Parameters:
  ///   - name: What it is called.
  ///   - configuration: What its file says of it.
  ///   - precision: The number format of the arithmetic.
  ///   - loadedAt: When it was read.
  package init(
    name: String,
    configuration: RetinaNetConfiguration,
    precision: String,
    loadedAt: Date = Date()
  ) {
    self.name = name
    self.configuration = configuration
    self.precision = precision
    self.loadedAt = loadedAt
    categoryIndices = Dictionary(
      zip(configuration.categories, configuration.categories.indices),
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// The body of `GET /v1/model`.
  var json: JSONText {
    let (input, detection) = (configuration.input, configuration.detection)
    var text = JSONText()
    text.raw("{\"name\":")
    text.string(name)
    text.raw(",\"architecture\":")
    text.string("retinanet-\(configuration.backbone.depth.rawValue)-fpn")
    text.raw(",\"categories\":")
    text.list(Array(zip(configuration.categoryIDs, configuration.categories))) { text, category in
      text.raw("{\"id\":")
      text.number(category.0)
      text.raw(",\"name\":")
      text.string(category.1)
      text.raw("}")
    }
    text.raw(",\"input\":{\"shortSide\":")
    text.number(input.resize.shortSide)
    text.raw(",\"longSideCap\":")
    text.number(input.resize.longSideCap)
    text.raw(",\"multiple\":")
    text.number(input.resize.multiple)
    text.raw("},\"precision\":")
    text.string(precision)
    text.raw(",\"loaded_at\":")
    text.string(loadedAt.formatted(.iso8601))
    text.raw(",\"detection\":{\"scoreThreshold\":")
    text.number(detection.scoreThreshold)
    text.raw(",\"iouThreshold\":")
    text.number(detection.iouThreshold)
    text.raw(",\"detectionsPerImage\":")
    text.number(detection.detectionsPerImage)
    text.raw("}}")
    return text
  }
}
