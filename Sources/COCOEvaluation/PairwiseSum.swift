/// The mean as NumPy takes it, so that figures agree with the reference evaluator to the last bit.
///
/// - Parameter values: Any numbers.
/// - Returns: Their mean, -1 if there is none.
func pairwiseMean(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return -1 }
  return pairwiseSum(values[...]) / Double(values.count)
}

/// Pairwise summation in blocks of at most 128 with eight running sums.
private func pairwiseSum(_ values: ArraySlice<Double>) -> Double {
  let count = values.count
  guard count >= 8 else { return values.reduce(0, +) }
  guard count <= 128 else {
    let half = values.startIndex + (count / 2 - count / 2 % 8)
    return pairwiseSum(values[..<half]) + pairwiseSum(values[half...])
  }
  var sums = SIMD8<Double>()
  let blocks = count / 8
  for block in 0..<blocks {
    for lane in 0..<8 { sums[lane] += values[values.startIndex + block * 8 + lane] }
  }
  let sum =
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  return values[(values.startIndex + blocks * 8)...].reduce(sum, +)
}
