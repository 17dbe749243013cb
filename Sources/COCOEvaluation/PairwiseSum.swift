/// The mean as NumPy takes it, so that figures agree with the reference evaluator to the last bit.
///
/// - Parameter values: Any numbers.
/// - Returns: Their mean, -1 if there is none.
func pairwiseMean(_ values: [Double]) -> Double {
  guard !values.isEmpty else { return -1 }
  var place = -1
  let sum = pairwiseSum(values.count) {
    place += 1
    return values[place]
  }
  return sum / Double(values.count)
}

/// Pairwise summation in blocks of at most 128 with eight running sums.
///
/// - Parameters:
///   - count: How many numbers there are.
///   - next: Gives one after another.
/// - Returns: The sum, rounded as NumPy rounds it.
func pairwiseSum(_ count: Int, _ next: () -> Double) -> Double {
  if count < 8 {
    var sum = 0.0
    for _ in 0..<count { sum += next() }
    return sum
  }
  if count > 128 {
    let half = count / 2 - count / 2 % 8
    let left = pairwiseSum(half, next)
    return left + pairwiseSum(count - half, next)
  }
  var sums = SIMD8<Double>()
  for _ in 0..<count / 8 {
    for lane in 0..<8 { sums[lane] += next() }
  }
  var sum =
    ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))
  for _ in 0..<count % 8 { sum += next() }
  return sum
}
