import DetectionAnalysis
import RunLogs

/// What the charts of a run need of its metrics, in little memory however long the run is.
struct RunCourse: Sendable {
  /// One value of a step.
  struct Sample: Hashable, Sendable {
    let step: Int32
    // Single precision is far below the width of a line.
    let value: Float
  }

  /// The newest so many lines of steps count for the pace.
  static let recent = 100
  /// The newest so many looks of the imbalance lens are kept whole.
  static let recentLooks = ImbalanceAdvice.mostLooks

  private(set) var series: [String: [Sample]] = [:]
  /// The lines of the kind `evaluation`, whole: there are few.
  private(set) var evaluations: [MetricsEntry] = []
  /// The newest lines that the lens added to, whole.
  private(set) var looks: [MetricsEntry] = []
  private(set) var step = 0
  private(set) var epoch = 0
  /// Wall time of all steps and evaluations.
  private(set) var seconds = 0.0
  /// Steps whose loss or gradient was not finite.
  private(set) var brokenSteps = 0

  /// Keys of a step's line that charts are made of.
  private static let charted: Set<String> = [
    "loss", "classificationLoss", "boxLoss", "learningRate", "gradientNorm", "seconds",
    "dataSeconds", "images", "memoryMiB",
  ]

  /// Takes up a line.
  mutating func add(_ line: MetricsEntry) {
    let duration = line["seconds"]?.number ?? 0
    if duration.isFinite { seconds += duration }
    switch line["kind"] {
    case "step":
      step = line.step
      epoch = line["epoch"]?.number.flatMap { Int(exactly: $0) } ?? epoch
      // In older logs a step that was passed over has figures of the lens, those of no loss at all.
      let hasLook = line["isSkipped"] != true && line.keys.contains { $0.hasPrefix("lens") }
      for key in line.keys where Self.charted.contains(key) || (hasLook && key.hasPrefix("lens")) {
        guard let value = line[key]?.number else { continue }
        let place = Int32(clamping: line.step)
        series[key, default: []].append(Sample(step: place, value: Float(value)))
      }
      if ["loss", "gradientNorm"].contains(where: { line[$0]?.number?.isFinite == false }) {
        brokenSteps += 1
      }
      if hasLook {
        looks = looks.suffix(Self.recentLooks - 1) + [line]
      }
    case "evaluation": evaluations.append(line)
    default: break
    }
  }

  /// A value over the steps.
  func steps(_ key: String) -> [(step: Int, value: Double)] {
    (series[key] ?? []).map { (Int($0.step), Double($0.value)) }
  }

  /// The newest value; `nil` before the first.
  func last(_ key: String) -> Double? { series[key]?.last.map { Double($0.value) } }

  /// The sum over the newest lines of steps.
  func recentSum(_ key: String) -> Double {
    (series[key] ?? []).suffix(Self.recent).reduce(0) { $0 + Double($1.value) }
  }

  /// The evaluation of the highest AP, the first of equal ones.
  var best: MetricsEntry? {
    evaluations.reduce(nil) { best, next in
      let (old, new) = (best?["AP"]?.number ?? -.infinity, next["AP"]?.number ?? -.infinity)
      return new > old ? next : best
    }
  }
}
