/// A small, fast, seedable source of random numbers whose whole state is 64 bits.
///
/// Equal states give equal numbers on every platform: all that is computed from the bits uses only
/// operations that IEEE 754 rounds exactly. Not for secrets. Steele, Lea and Flood 2014, *Fast
/// Splittable Pseudorandom Number Generators*, https://doi.org/10.1145/2714064.2660195.
public struct SplitMix64: RandomNumberGenerator, Sendable, Hashable {
  /// All that the next numbers depend on; saving it saves the stream.
  public var state: UInt64

  /// Makes a generator in a given state.
  ///
  /// - Parameter state: Any 64 bits, a seed for instance.
  public init(state: UInt64) {
    self.state = state
  }

  /// Makes a generator whose stream depends on several numbers and on their order.
  ///
  /// Neighbouring arguments give unrelated streams, so that (seed, epoch, index) makes one stream
  /// for every sample of every epoch.
  /// - Parameter values: Whatever distinguishes the stream.
  public init(mixing values: UInt64...) {
    state = values.reduce(Self.increment) { scrambled(($0 ^ $1) &+ Self.increment) }
  }

  /// The next 64 random bits.
  ///
  /// - Returns: Any 64 bits, each value once in the period of 2⁶⁴.
  public mutating func next() -> UInt64 {
    state &+= Self.increment
    return scrambled(state)
  }

  /// A number from the uniform distribution on [0, 1).
  ///
  /// - Returns: One of the 2⁵³ multiples of 2⁻⁵³ below 1.
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// A number from the uniform distribution on a range.
  ///
  /// - Parameter range: Finite bounds.
  /// - Returns: A number in `range`.
  public mutating func uniform(in range: ClosedRange<Double>) -> Double {
    let fraction = uniform()
    // Weighted ends, as the difference of two finite bounds may overflow.
    let value = range.lowerBound * (1 - fraction) + range.upperBound * fraction
    return min(max(value, range.lowerBound), range.upperBound)
  }

  /// A number from the normal distribution with mean 0 and standard deviation 1.
  ///
  /// Marsaglia's polar method; a call takes a varying number of draws, and none is kept back.
  /// - Returns: A finite number.
  public mutating func gaussian() -> Double {
    while true {
      let x = 2 * uniform() - 1
      let y = 2 * uniform() - 1
      let square = x * x + y * y
      if square > 0 && square < 1 {
        return x * (-2 * naturalLogarithm(square) / square).squareRoot()
      }
    }
  }

  /// A whole number from 0 up to a bound, each as likely as any other.
  ///
  /// - Parameter bound: One more than the greatest result, >= 1.
  /// - Returns: A number in `0..<bound`. Lemire 2019, *Fast Random Integer Generation in an Interval*.
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "there is no whole number from 0 below \(bound)")
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = next().multipliedFullWidth(by: width) }
    }
    return Int(product.high)
  }

  /// Puts the elements of a collection in random order, each order as likely as any other.
  ///
  /// - Parameter elements: What to shuffle, in place. Fisher and Yates, from the end.
  public mutating func shuffle<Elements>(_ elements: inout Elements)
  where Elements: MutableCollection & RandomAccessCollection {
    for remaining in stride(from: elements.count, to: 1, by: -1) {
      let chosen = integer(below: remaining)
      elements.swapAt(
        elements.index(elements.startIndex, offsetBy: chosen),
        elements.index(elements.startIndex, offsetBy: remaining - 1)
      )
    }
  }

  /// 2⁶⁴ divided by the golden ratio, made odd.
  private static let increment: UInt64 = 0x9e37_79b9_7f4a_7c15
}

/// The output function of SplitMix64: a bijection that spreads every bit over the whole word.
private func scrambled(_ value: UInt64) -> UInt64 {
  var bits = value
  bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
  bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
  return bits ^ (bits >> 31)
}

/// log(x) of a positive normal number by exactly rounded operations alone.
///
/// C libraries differ in the last bit of `log`, and a run must be the same on each of them.
/// With x = m · 2ᵉ and m in [√½, √2): log x = e · log 2 + 2 artanh((m − 1) / (m + 1)).
private func naturalLogarithm(_ x: Double) -> Double {
  var significand = x.significand
  var exponent = Double(x.exponent)
  if significand > 2.0.squareRoot() {
    significand /= 2
    exponent += 1
  }
  let ratio = (significand - 1) / (significand + 1)
  let square = ratio * ratio
  // |ratio| < 0.172: the first term left out is below 2⁻⁵³ of the sum.
  var series = 0.0
  for odd in stride(from: 21.0, through: 1, by: -2) { series = series * square + 1 / odd }
  return exponent * 0.693_147_180_559_945_3 + 2 * ratio * series
}
