import BoxGeometry
import DatasetInspection

/// A search for anchors as one JSON object.
struct AnchorsFigures: Encodable {
  /// Coverage of one part by some anchors.
  struct Part: Encodable {
    var name: String
    var before: AnchorCoverage
    var after: AnchorCoverage
    /// The anchors found, on one more level at half the finest stride besides.
    var withFinerLevel: AnchorCoverage
  }

  /// Whether anchors were found that are better than those there are.
  var isImproved: Bool
  var before: AnchorConfiguration
  var after: AnchorConfiguration
  /// The anchors found with one more level, of the same scales and ratios; the network has no such level.
  var withFinerLevel: AnchorConfiguration
  /// How many numbers were fitted.
  var fittedNumbers: Int
  /// What was fitted comes first.
  var parts: [Part]

  init(
    _ data: AnchorsData,
    settings: AnchorSettings,
    found: AnchorConfiguration,
    withFinerLevel finer: AnchorConfiguration,
    parameters: Int
  ) throws {
    isImproved = found != settings.anchors
    before = settings.anchors
    after = found
    withFinerLevel = finer
    fittedNumbers = parameters
    func coverage(_ splits: [InspectedSplit], _ anchors: AnchorConfiguration) throws
      -> AnchorCoverage
    {
      var settings = settings
      settings.anchors = anchors
      return try AnchorCoverage(splits, settings: settings)
    }
    let sets = [(data.fitted[0].name, data.fitted)] + data.tried.map { ($0.name, [$0]) }
    parts = try sets.map { name, splits in
      Part(
        name: name,
        before: try coverage(splits, settings.anchors),
        after: try coverage(splits, found),
        withFinerLevel: try coverage(splits, finer)
      )
    }
  }
}
