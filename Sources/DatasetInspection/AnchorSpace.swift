import BoxGeometry
import Foundation

/// Anchors as a few numbers: log2 of size over stride, of the scales above the first, and of the
/// ratios.
struct AnchorSpace: Sendable {
  /// Where each number may lie.
  let bounds: [ClosedRange<Double>]
  /// The anchors there are, as near as numbers of this kind come to them.
  let start: [Double]
  private let base: AnchorConfiguration
  private let scales: Int

  /// The numbers that describe anchors.
  /// - Parameters:
  ///   - base: Strides, rounding and all else that stays.
  ///   - scales: Scales on every level, >= 1.
  ///   - ratios: Ratios on every level, >= 1.
  init(like base: AnchorConfiguration, scales: Int, ratios: Int) {
    precondition(scales >= 1 && ratios >= 1, "a cell has an anchor")
    self.base = base
    self.scales = scales
    // A size of one stride up to sixteen; scales within an octave and a half; up to 8 : 1.
    bounds =
      [0...4] + [ClosedRange<Double>](repeating: 0.1...1.5, count: scales - 1)
      + [ClosedRange<Double>](repeating: -3...3, count: ratios)
    func spread(_ values: [Float], _ count: Int) -> [Double] {
      // As many as wanted, evenly from the first to the last.
      let logs = values.map { log2(Double($0)) }.sorted()
      return (0..<count).map { index in
        let place =
          count == 1
          ? Double(logs.count - 1) / 2 : Double(index * (logs.count - 1)) / Double(count - 1)
        let low = Int(place)
        let high = min(low + 1, logs.count - 1)
        return logs[low] + (place - Double(low)) * (logs[high] - logs[low])
      }
    }
    let scaleLogs = spread(base.scales, scales)
    let size = log2(Double(base.sizes[0]) / Double(base.strides[0])) + scaleLogs[0]
    let numbers =
      [size] + scaleLogs.dropFirst().map { $0 - scaleLogs[0] } + spread(base.aspectRatios, ratios)
    start = zip(numbers, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }
  }

  func random(using random: inout SplitMix64) -> [Double] {
    bounds.map { Double.random(in: $0, using: &random) }
  }

  /// The anchors of some numbers, rounded to what one would write down.
  func configuration(_ numbers: [Double]) -> AnchorConfiguration {
    var configuration = base
    let finest = max(1, (exp2(numbers[0]) * Double(base.strides[0])).rounded())
    configuration.sizes = base.strides.map { Float(finest * Double($0) / Double(base.strides[0])) }
    let logs = numbers[1..<scales].sorted()
    configuration.scales = [1] + logs.map { Self.rounded(exp2($0)) }
    configuration.aspectRatios = numbers[scales...].sorted().map { Self.rounded(exp2($0)) }
    return configuration
  }

  /// Two digits behind the point; three below one.
  private static func rounded(_ value: Double) -> Float {
    let factor: Double = value < 1 ? 1000 : 100
    return Float(max(0.001, (value * factor).rounded() / factor))
  }
}
