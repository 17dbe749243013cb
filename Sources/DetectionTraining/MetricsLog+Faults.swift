import Foundation
import RunLogs

extension MetricsLog.Contents {
  /// What is wrong with the log of a run that goes on; it goes on all the same, for no step depends on its log.
  ///
  /// - Parameters:
  ///   - file: The log.
  ///   - step: The last step that was taken.
  /// - Returns: One sentence a line.
  func faults(in file: URL, throughStep step: Int) -> [String] {
    var faults: [String] = []
    if let first = damage.first {
      let rest = damage.count - 1
      faults.append(
        "\(file.path): line \(first.line): \(first.message); the line stays as it is, and nothing that shows the run "
          + "reads it" + (rest > 0 ? "; \(rest) more as this" : "")
      )
    }
    let taken = Set(entries.lazy.filter { $0["kind"] == "step" }.map(\.step))
    let missing = step > 0 ? (1...step).filter { !taken.contains($0) } : []
    // A damaged line was a step's, which is told already.
    if missing.count > damage.count {
      faults.append(
        "\(file.path): the lines of \(Self.ranges(missing)) are missing, which were taken before: charts and tables of "
          + "the run lack them, the training does not"
      )
    }
    return faults
  }

  /// `steps 1 to 3, 5`; the first few of many.
  private static func ranges(_ steps: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for step in steps {
      if let last = ranges.last, last.upperBound == step - 1 {
        ranges[ranges.count - 1] = last.lowerBound...step
      } else {
        ranges.append(step...step)
      }
    }
    let told = ranges.prefix(5).map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound) to \($0.upperBound)"
    }
    let rest = ranges.count > 5 ? " and others, \(steps.count) in all" : ""
    return (steps.count == 1 ? "step " : "steps ") + told.joined(separator: ", ") + rest
  }
}
