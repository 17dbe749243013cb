package import BoxGeometry
package import Testing

/// Expects two lists of boxes to have one length and all corners within a tolerance of each other.
///
/// The index in a failure counts coordinates: box times four plus lane.
/// - Parameters:
///   - actual: What was computed.
///   - expected: What was to be computed.
///   - absolute: Greatest distance of two coordinates, in pixels.
///   - relative: Added to it for each unit of the expected magnitude.
///   - comment: What is compared.
///   - sourceLocation: Where to report.
package func expectClose(
  _ actual: [BoundingBox],
  _ expected: [BoundingBox],
  absolute: Double,
  relative: Double = 0,
  _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    actual.map(\.corners),
    expected.map(\.corners),
    absolute: absolute,
    relative: relative,
    comment(),
    sourceLocation: sourceLocation
  )
}
