/// Where the elements of a tensor lie in its storage, relative to the first.
struct TensorLayout {
  /// How many elements there are.
  let count: Int
  /// Elements of storage from the first to the last, both included; 0 if there are none.
  let extent: Int
  /// Whether the elements lie one after the other, the last axis first.
  let isRowMajor: Bool

  /// Nil if sizes or strides are negative, differ in number, or reach beyond what an Int can count.
  init?(shape: [Int], strides: [Int]) {
    guard shape.count == strides.count, shape.allSatisfy({ $0 >= 0 }),
      strides.allSatisfy({ $0 >= 0 })
    else { return nil }
    // An axis without elements does not excuse a product that nobody can form.
    var product = 1
    for size in shape where size > 0 {
      let (next, overflow) = product.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      product = next
    }
    count = shape.contains(0) ? 0 : product
    var last = 0
    var step = 1
    var isRowMajor = true
    for (size, stride) in zip(shape, strides).reversed() where size > 1 {
      let (distance, overflow) = (size - 1).multipliedReportingOverflow(by: stride)
      let (sum, overflowOfSum) = last.addingReportingOverflow(distance)
      guard count == 0 || !overflow && !overflowOfSum && sum < Int.max else { return nil }
      last = sum
      isRowMajor = isRowMajor && stride == step
      step &*= size
    }
    extent = count == 0 ? 0 : last + 1
    self.isRowMajor = isRowMajor || count == 0
  }
}
