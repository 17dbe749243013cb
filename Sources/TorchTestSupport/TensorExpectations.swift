package import Testing
package import Torch

/// Expects a tensor to have certain elements; says which is worst.
/// - Parameters:
///   - tensor: The tensor.
///   - expected: Its elements, row by row. NaN stands for NaN.
///   - shape: Its shape, where that matters.
///   - tolerance: The greatest difference, relative above 1. Default: a few ulps of a single.
///   - sourceLocation: Where the expectation stands.
/// - Throws: What reading the tensor throws; the end of the test where the sizes differ.
package func expectElements(
  _ tensor: Tensor,
  _ expected: [Double],
  shape: [Int]? = nil,
  tolerance: Double = 1e-6,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  if let shape { #expect(tensor.shape == shape, sourceLocation: sourceLocation) }
  let found = try tensor.doubles()
  try #require(found.count == expected.count, sourceLocation: sourceLocation)
  let worst = worstDifference(found, expected)
  guard let worst, worst.error > tolerance else { return }
  Issue.record(
    "element \(worst.index) is \(found[worst.index]), expected \(expected[worst.index])",
    sourceLocation: sourceLocation
  )
}

/// Where two lists of numbers differ most: absolutely below 1, relatively above.
/// - Parameters:
///   - found: The numbers.
///   - expected: What they should be; as many.
/// - Returns: The place and the difference, infinite where one side only is NaN; `nil` for no numbers.
package func worstDifference(
  _ found: [Double],
  _ expected: [Double]
) -> (index: Int, error: Double)? {
  zip(found, expected).enumerated().map { index, pair in
    (index, difference(pair.0, pair.1))
  }.max { $0.1 < $1.1 }
}

private func difference(_ found: Double, _ expected: Double) -> Double {
  if found == expected || (found.isNaN && expected.isNaN) { return 0 }
  let error = abs(found - expected) / max(1, abs(expected))
  return error.isNaN ? .infinity : error
}

/// Expects the gradient of a scalar function to agree with central differences, in `Double`.
/// - Parameters:
///   - point: Where to differentiate.
///   - shape: The shape of the argument.
///   - step: The distance of the two points of a difference.
///   - tolerance: The greatest difference. A central difference errs by step² and by rounding / step.
///   - sourceLocation: Where the expectation stands.
///   - function: The function, from a tensor of `.float64` to a scalar.
/// - Throws: What the function throws.
package func expectGradient(
  at point: [Double],
  shape: [Int],
  step: Double = 1e-5,
  tolerance: Double = 1e-7,
  sourceLocation: SourceLocation = #_sourceLocation,
  _ function: (Tensor) throws -> Tensor
) throws {
  let leaf = try Tensor(point, shape: shape)
  try leaf.setRequiresGradient(true)
  try function(leaf).backward()
  let gradient = try #require(try leaf.gradient(), sourceLocation: sourceLocation)
  let differences = try point.indices.map { index in
    var (below, above) = (point, point)
    below[index] -= step
    above[index] += step
    let rise =
      try function(Tensor(above, shape: shape)).item()
      - function(Tensor(below, shape: shape)).item()
    return rise / (2 * step)
  }
  try expectElements(
    gradient,
    differences,
    shape: shape,
    tolerance: tolerance,
    sourceLocation: sourceLocation
  )
}

/// How far a tensor is from another.
///
/// - Parameters:
///   - tensor: The tensor.
///   - exact: What it is to be.
/// - Returns: The greatest difference, relative to the greatest element; infinite where shapes differ or there is a NaN.
package func greatestDeviation(of tensor: Tensor, from exact: Tensor) -> Double {
  guard tensor.shape == exact.shape, let found = try? tensor.doubles(),
    let wanted = try? exact.doubles(), !found.contains(where: \.isNaN)
  else { return .infinity }
  let greatest = wanted.map(abs).max() ?? 0
  let worst = zip(found, wanted).map { abs($0 - $1) }.max() ?? 0
  return greatest > 0 ? worst / greatest : worst
}
