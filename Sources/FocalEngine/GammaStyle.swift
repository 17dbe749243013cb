import DetectionReport
import Foundation

/// How the curve of a focusing parameter looks: by its value, the same in every figure.
struct GammaStyle: Equatable {
  /// Places of the scale, from black (cross entropy) to the lightest.
  static let places = 1201

  /// A place of the scale.
  let place: Int
  let stroke: LineChart.Stroke

  /// The paper's five are as far apart as can be; what lies beyond them shares the last stretch.
  private static let marks: [(gamma: Double, place: Double)] = [
    (0, 0), (0.5, 240), (1, 480), (2, 720), (5, 960), (10_000, 1200),
  ]

  /// The styles of some parameters.
  ///
  /// - Parameter gammas: 0...10000, ascending.
  /// - Returns: As many; neighbours whose colours are hard to tell apart differ in their strokes.
  static func styles(of gammas: [Double]) -> [GammaStyle] {
    var styles: [GammaStyle] = []
    for gamma in gammas {
      let place = place(of: gamma)
      var stroke = LineChart.Stroke.solid
      if let last = styles.last, place - last.place < 120 {
        stroke = [.solid: .dashed, .dashed: .dotted, .dotted: .solid][last.stroke] ?? .solid
      }
      styles.append(GammaStyle(place: place, stroke: stroke))
    }
    return styles
  }

  private static func place(of gamma: Double) -> Int {
    guard let upper = marks.firstIndex(where: { gamma <= $0.gamma }), upper > 0 else {
      return gamma > 0 ? places - 1 : 0
    }
    let (from, to) = (marks[upper - 1], marks[upper])
    // By the logarithm beyond the paper's, where otherwise all would be the same.
    func measure(_ gamma: Double) -> Double { to.gamma > 5 ? log(gamma) : gamma }
    let share = (measure(gamma) - measure(from.gamma)) / (measure(to.gamma) - measure(from.gamma))
    return Int((from.place + share * (to.place - from.place)).rounded())
  }
}
