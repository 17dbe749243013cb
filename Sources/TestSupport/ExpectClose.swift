package import Testing

/// Expects two numbers to be within a tolerance of each other.
///
/// - Parameters:
///   - actual: What was computed.
///   - expected: What was to be computed.
///   - absolute: Greatest distance.
///   - relative: Added to it for each unit of the expected magnitude.
///   - comment: What is compared.
///   - sourceLocation: Where to report.
package func expectClose<Actual: BinaryFloatingPoint, Expected: BinaryFloatingPoint>(
  _ actual: Actual,
  _ expected: Expected,
  absolute: Double,
  relative: Double = 0,
  _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  expectClose(
    CollectionOfOne(actual),
    CollectionOfOne(expected),
    absolute: absolute,
    relative: relative,
    comment(),
    sourceLocation: sourceLocation
  )
}

/// Expects two lists to have one length and all elements within a tolerance of each other.
///
/// A failure names the worst element with both values; see ``Deviation/worst(_:_:absolute:relative:)``.
/// - Parameters:
///   - actual: What was computed.
///   - expected: What was to be computed.
///   - absolute: Greatest distance of two elements.
///   - relative: Added to it for each unit of the expected magnitude.
///   - comment: What is compared.
///   - sourceLocation: Where to report.
package func expectClose<Actual: Collection, Expected: Collection>(
  _ actual: Actual,
  _ expected: Expected,
  absolute: Double,
  relative: Double = 0,
  _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) where Actual.Element: BinaryFloatingPoint, Expected.Element: BinaryFloatingPoint {
  let context = comment().isEmpty ? "" : "\(comment()): "
  guard actual.count == expected.count else {
    Issue.record(
      "\(context)\(actual.count) elements, expected \(expected.count)",
      sourceLocation: sourceLocation
    )
    return
  }
  guard
    let worst = Deviation.worst(actual, expected, absolute: absolute, relative: relative)
  else { return }
  Issue.record(
    """
    \(context)worst element [\(worst.index)]: \(worst.actual), expected \(worst.expected), \
    |Δ| \(worst.magnitude) above absolute \(absolute) + relative \(relative); \
    \(worst.count) of \(actual.count) out of tolerance
    """,
    sourceLocation: sourceLocation
  )
}

/// Expects two lists of vectors to have one length and all lanes within a tolerance of each other.
///
/// The index in a failure counts lanes: element times number of lanes plus lane.
/// - Parameters:
///   - actual: What was computed.
///   - expected: What was to be computed.
///   - absolute: Greatest distance of two lanes.
///   - relative: Added to it for each unit of the expected magnitude.
///   - comment: What is compared.
///   - sourceLocation: Where to report.
package func expectClose<Vector: SIMD>(
  _ actual: [Vector],
  _ expected: [Vector],
  absolute: Double,
  relative: Double = 0,
  _ comment: @autoclosure () -> String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) where Vector.Scalar: BinaryFloatingPoint {
  expectClose(
    actual.flatMap(lanes),
    expected.flatMap(lanes),
    absolute: absolute,
    relative: relative,
    comment(),
    sourceLocation: sourceLocation
  )
}

private func lanes<Vector: SIMD>(_ vector: Vector) -> [Vector.Scalar] {
  vector.indices.map { vector[$0] }
}
