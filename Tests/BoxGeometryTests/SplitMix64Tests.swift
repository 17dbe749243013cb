import BoxGeometry
import Foundation
import TestSupport
import Testing

@Suite struct SplitMix64Tests {
  @Test func `the stream of seed 1234567 is the published one`() {
    // Vigna's splitmix64.c.
    var generator = SplitMix64(state: 1_234_567)
    let expected: [UInt64] = [
      6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
    ]
    #expect(expected.map { _ in generator.next() } == expected)
  }

  @Test func `a saved state goes on where it was`() {
    var generator = SplitMix64(state: 3)
    _ = generator.gaussian()
    var resumed = SplitMix64(state: generator.state)
    #expect(resumed == generator)
    #expect(resumed.gaussian() == generator.gaussian())
  }

  @Test func `mixed streams depend on every number and on the order`() {
    var states: Set<UInt64> = []
    for seed in 0..<20 as Range<UInt64> {
      for epoch in 0..<20 as Range<UInt64> {
        for index in 0..<20 as Range<UInt64> {
          states.insert(SplitMix64(mixing: seed, epoch, index).state)
        }
      }
    }
    #expect(states.count == 8000)
    #expect(SplitMix64(mixing: 1) != SplitMix64(mixing: 1, 0))
    #expect(SplitMix64(mixing: 1, 2) != SplitMix64(mixing: 2, 1))
    #expect(SplitMix64(mixing: 1, 2) == SplitMix64(mixing: 1, 2))
  }

  @Test func `neighbouring streams are unrelated`() {
    // First numbers of 10,000 neighbours: mean 1/2 within five standard errors, no lag correlation.
    let first = (0..<10_000 as Range<UInt64>).map { index in
      var generator = SplitMix64(mixing: 7, 0, index)
      return generator.uniform()
    }
    expectClose(first.reduce(0, +) / 10_000, 0.5, absolute: 5 * 0.2887 / 100)
    let products = zip(first, first.dropFirst()).map { ($0 - 0.5) * ($1 - 0.5) * 12 }
    expectClose(products.reduce(0, +) / 9999, 0, absolute: 5.0 / 100)
  }

  @Test func `uniform numbers are in [0, 1) with mean 1/2 and variance 1/12`() {
    var generator = SplitMix64(state: 11)
    let numbers = (0..<100_000).map { _ in generator.uniform() }
    #expect(numbers.allSatisfy { (0..<1).contains($0) })
    let mean = numbers.reduce(0, +) / 1e5
    expectClose(mean, 0.5, absolute: 5 * 0.2887 / 316)
    let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
    expectClose(variance, 1.0 / 12, absolute: 0.002)
  }

  @Test func `uniform numbers stay in the range, even the widest and the narrowest`() {
    var generator = SplitMix64(state: 12)
    let most = Double.greatestFiniteMagnitude
    for range in [-2...3, 5...5, 1...1.0.nextUp, -most...most] as [ClosedRange<Double>] {
      let numbers = (0..<1000).map { _ in generator.uniform(in: range) }
      #expect(numbers.allSatisfy(range.contains))
    }
  }

  @Test func `normal numbers have the moments and the tails of the normal distribution`() {
    var generator = SplitMix64(state: 13)
    let numbers = (0..<100_000).map { _ in generator.gaussian() }
    expectClose(numbers.reduce(0, +) / 1e5, 0, absolute: 5.0 / 316)
    expectClose(numbers.reduce(0) { $0 + $1 * $1 } / 1e5, 1, absolute: 5 * 1.4142 / 316)
    expectClose(numbers.reduce(0) { $0 + $1 * $1 * $1 * $1 } / 1e5, 3, absolute: 5 * 9.8 / 316)
    let beyondTwo = numbers.count { abs($0) > 2 }
    expectClose(Double(beyondTwo) / 1e5, 0.0455, absolute: 5 * 0.2084 / 316)
  }

  @Test func `normal numbers use a logarithm as exact as the system's`() {
    for seed in 0..<500 as Range<UInt64> {
      var generator = SplitMix64(state: seed)
      var replica = generator
      let number = generator.gaussian()
      var x = 0.0
      var square = 0.0
      repeat {
        x = 2 * replica.uniform() - 1
        let y = 2 * replica.uniform() - 1
        square = x * x + y * y
      } while square >= 1 || square == 0
      // A few units in the last place.
      expectClose(
        number,
        x * (-2 * log(square) / square).squareRoot(),
        absolute: 0,
        relative: 2e-15
      )
    }
  }

  @Test func `normal numbers are these on every platform`() {
    var generator = SplitMix64(state: 2024)
    #expect((0..<3).map { _ in generator.gaussian() }.map(\.bitPattern) == recorded)
  }

  @Test func `whole numbers cover their range evenly`() {
    var generator = SplitMix64(state: 14)
    var counts = [Int](repeating: 0, count: 6)
    for _ in 0..<60_000 { counts[generator.integer(below: 6)] += 1 }
    // Standard deviation of a count: 91.
    #expect(counts.allSatisfy { abs($0 - 10_000) < 5 * 91 }, "\(counts)")
    #expect(generator.integer(below: 1) == 0)
    for _ in 0..<100 { #expect((0..<Int.max).contains(generator.integer(below: .max))) }
  }

  @Test func `a shuffle is a permutation, and each one is as likely`() {
    var generator = SplitMix64(state: 15)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<24_000 {
      var numbers = [0, 1, 2, 3]
      generator.shuffle(&numbers)
      counts[numbers, default: 0] += 1
    }
    #expect(counts.count == 24)
    #expect(counts.keys.allSatisfy { $0.sorted() == [0, 1, 2, 3] })
    #expect(counts.values.allSatisfy { abs($0 - 1000) < 5 * 31 }, "\(counts)")
    var slice = [9, 9, 1, 2, 3][2...]
    generator.shuffle(&slice)
    #expect(slice.sorted() == [1, 2, 3])
    var none: [Int] = []
    generator.shuffle(&none)
    #expect(none.isEmpty)
  }

  /// Recorded on x86-64 Linux.
  private let recorded: [UInt64] = [
    4_597_876_767_659_976_312, 13_823_370_780_846_397_927, 4_608_314_645_062_911_281,
  ]
}
