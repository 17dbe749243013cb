import CommandConsole

/// What a benchmark says: the machine, what was asked for, and one entry for each case.
struct BenchReport<Settings: Encodable, Details: Encodable>: Encodable {
  let bench: String
  let machine: BenchMachine
  let settings: Settings
  let cases: [BenchCase<Details>]
}

/// One case against its limit; what is particular to the benchmark stands beside it in the same object.
struct BenchCase<Details: Encodable>: Encodable {
  let name: String
  /// The median of the timed calls.
  let milliseconds: Double
  let minimum: Double
  /// The median of what cannot be beaten here, timed in the same run.
  let limitMilliseconds: Double
  /// The case's time over the limit's.
  let ratio: Double
  /// What the limit is.
  let bound: String
  let details: Details

  init(_ name: String, times: BenchTimes, limit: BenchTimes, bound: String, details: Details) {
    self.name = name
    milliseconds = times.median
    minimum = times.minimum
    limitMilliseconds = limit.median
    ratio = limit.median > 0 ? times.median / limit.median : .infinity
    self.bound = bound
    self.details = details
  }

  private enum CodingKeys: CodingKey {
    case name, milliseconds, minimum, limitMilliseconds, ratio, bound
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    try container.encode(milliseconds, forKey: .milliseconds)
    try container.encode(minimum, forKey: .minimum)
    try container.encode(limitMilliseconds, forKey: .limitMilliseconds)
    try container.encode(ratio, forKey: .ratio)
    try container.encode(bound, forKey: .bound)
    try details.encode(to: encoder)
  }

  /// Name, median, minimum, limit and ratio, as the cells of a table.
  var cells: [String] {
    [
      name, BenchTable.milliseconds(milliseconds), BenchTable.milliseconds(minimum),
      BenchTable.milliseconds(limitMilliseconds),
      ratio.isFinite ? ProgressLine.decimals(ratio, 2) + "x" : "n/a",
    ]
  }

  /// What stands above ``cells``.
  static var heads: [String] { ["case", "median ms", "minimum ms", "limit ms", "ratio"] }
}

/// Rows under their heads: the first column begins on the left, the others end on the right.
enum BenchTable {
  static func text(heads: [String], rows: [[String]]) -> String {
    let all = [heads] + rows
    let widths = heads.indices.map { column in
      all.map { $0.indices.contains(column) ? $0[column].count : 0 }.max() ?? 0
    }
    return all.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }
      .joined(separator: "  ")
    }
    .joined(separator: "\n")
  }

  /// Three significant digits, as far as a clock is to be believed.
  static func milliseconds(_ value: Double) -> String {
    ProgressLine.decimals(value, value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3)
  }

  /// Bytes as KiB or MiB; `n/a` where they are not known.
  static func bytes(_ value: Int?) -> String {
    guard let value else { return "n/a" }
    return value >= 1 << 20
      ? "\(ProgressLine.decimals(Double(value) / 1_048_576, 1)) MiB"
      : "\((value + 512) / 1024) KiB"
  }
}
