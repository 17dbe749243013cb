import CMarginCounts
import Dispatch

extension MarginHistogram {
  /// What a logit is in memory.
  package enum LogitFormat: Hashable, Sendable {
    case float32, bfloat16

    /// Bytes of a logit.
    package var byteCount: Int { self == .float32 ? 4 : 2 }
  }

  /// Counts the logits of some anchors.
  ///
  /// - Parameters:
  ///   - logits: Raw scores. Shape [R, K] row-major, R being the number of class indices.
  ///   - classIndices: Of each anchor its category in 0..<K, −1 for background, −2 for ignored.
  ///   - categoryCount: K.
  package mutating func insert(
    logits: UnsafeBufferPointer<Float>,
    classIndices: [Int32],
    categoryCount: Int
  ) {
    insert(
      logits: UnsafeRawBufferPointer(logits),
      format: .float32,
      classIndices: classIndices,
      columnCount: categoryCount
    )
  }

  /// Counts the logits of some anchors in one pass over them.
  ///
  /// Nothing but integers is added, so the result has the same bits for any number of threads.
  /// - Parameters:
  ///   - logits: Raw scores. Shape [R, L] row-major, R being the number of class indices.
  ///   - format: What a logit is.
  ///   - classIndices: Of each anchor its category in 0..<(L − `firstColumn`), −1 for background, −2 for ignored.
  ///   - columnCount: L.
  ///   - firstColumn: The column of category 0; those before it are background's in every row.
  ///   - weight: How much a logit counts in sums of losses and gradients, > 0.
  ///   - threads: How many may share the work, >= 1.
  package mutating func insert(
    logits: UnsafeRawBufferPointer,
    format: LogitFormat,
    classIndices: [Int32],
    columnCount: Int,
    firstColumn: Int = 0,
    weight: Double = 1,
    threads: Int = 1
  ) {
    let rows = classIndices.count
    precondition(
      logits.count == rows * columnCount * format.byteCount,
      "\(logits.count) bytes of logits for \(rows) anchors of \(columnCount) logits of \(format)"
    )
    countAnchors(classIndices, categoryCount: columnCount - firstColumn)
    guard let start = logits.baseAddress, rows > 0, columnCount > 0 else { return }
    classIndices.withUnsafeBufferPointer { classes in
      guard let first = classes.baseAddress else { return }
      let job = CountingJob(
        logits: mc_logits(
          logits: start,
          is_bfloat16: format == .bfloat16 ? 1 : 0,
          rows: rows,
          columns: columnCount,
          classes: first,
          first_column: firstColumn,
          edge: Self.wellClassifiedMargin
        )
      )
      for table in job.tables(threads: threads) {
        foreground.add(table.objects, weight: weight)
        background.add(table.background, weight: weight)
        notFinite += table.objects.notFinite + table.background.notFinite
      }
    }
  }

  /// Reads the logits and nothing else, by as many threads: what no pass over them can beat.
  ///
  /// - Parameters:
  ///   - logits: Any memory.
  ///   - threads: How many share it, >= 1.
  /// - Returns: Something that depends on every byte.
  package static func readingPass(over logits: UnsafeRawBufferPointer, threads: Int) -> UInt64 {
    let memory = ReadMemory(bytes: logits, parts: max(1, threads))
    defer { memory.sums.deallocate() }
    memory.read()
    return memory.sums.reduce(0, &+)
  }

  private mutating func countAnchors(_ classIndices: [Int32], categoryCount: Int) {
    let limit = Int32(clamping: categoryCount)
    // Without a branch that depends on the kind of anchor: an array of them is part of every step.
    var (objects, ignored, lowest, highest) = (0, 0, Int32(0), Int32(-1))
    for index in classIndices {
      objects &+= index >= 0 ? 1 : 0
      ignored &+= index == -2 ? 1 : 0
      lowest = min(lowest, index)
      highest = max(highest, index)
    }
    precondition(
      lowest >= -2 && highest < limit,
      "classIndices: found \(lowest < -2 ? lowest : highest), expected -2..<\(categoryCount)"
    )
    foregroundAnchors += objects
    ignoredAnchors += ignored
    backgroundAnchors += classIndices.count - objects - ignored
  }
}

/// Memory that several threads read.
///
/// Sendable, as nobody writes to it meanwhile, and each part has a place of its own for its sum.
private struct ReadMemory: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  let sums: UnsafeMutableBufferPointer<UInt64>

  init(bytes: UnsafeRawBufferPointer, parts: Int) {
    self.bytes = bytes
    sums = .allocate(capacity: parts)
    sums.initialize(repeating: 0)
  }

  func read() {
    let parts = sums.count
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let (first, end) = (part * bytes.count / parts, (part + 1) * bytes.count / parts)
      guard let start = bytes.baseAddress else { return }
      sums[part] = mc_read(start + first, end - first)
    }
  }
}

/// The rows to be counted, cut for threads.
///
/// Sendable, as the memory behind the pointers is only read while ``tables(threads:)`` runs.
private struct CountingJob: @unchecked Sendable {
  let logits: mc_logits

  /// Fewer logits than this are counted sooner than a thread wakes up.
  private static let leastPerThread = 1 << 18

  /// Counts all rows.
  func tables(threads: Int) -> [CountingTable] {
    let perTable = max(1, mc_most_logits / logits.columns)
    let total = logits.rows * logits.columns
    let wanted = min(threads, max(1, total / Self.leastPerThread))
    let parts = max(wanted, (logits.rows + perTable - 1) / perTable)
    // Tables are made beforehand, each is filled by one thread alone.
    let tables = (0..<parts).map { _ in CountingTable() }
    @Sendable func fill(_ part: Int) {
      let (first, end) = (part * logits.rows / parts, (part + 1) * logits.rows / parts)
      // A single row may be longer than one table takes; no detector has such rows.
      tables[part].count(logits, first, end - first)
    }
    if wanted == 1 {
      for part in 0..<parts { fill(part) }
    } else {
      DispatchQueue.concurrentPerform(iterations: parts) { fill($0) }
    }
    return tables
  }
}

/// What one thread counts into.
///
/// Sendable, as one thread fills it and another reads it afterwards.
private final class CountingTable: @unchecked Sendable {
  /// One side of it.
  struct Side {
    var values: mc_side

    init() {
      let bins = UnsafeMutablePointer<UInt64>.allocate(capacity: 2 * mc_bins)
      bins.initialize(repeating: 0, count: 2 * mc_bins)
      let none = mc_beyond(count: 0, places: 0)
      values = mc_side(bins: bins, below: none, above: none, not_finite: 0)
    }

    var notFinite: Int { Int(values.not_finite) }
  }

  private(set) var objects = Side()
  private(set) var background = Side()

  func count(_ logits: mc_logits, _ firstRow: Int, _ rowCount: Int) {
    var logits = logits
    var patterns: UnsafeMutablePointer<UInt32>?
    if logits.is_bfloat16 != 0 {
      patterns = .allocate(capacity: mc_patterns)
      patterns?.initialize(repeating: 0, count: mc_patterns)
    }
    defer { patterns?.deallocate() }
    mc_count(&logits, firstRow, rowCount, &objects.values, &background.values, patterns)
  }

  deinit {
    objects.values.bins.deallocate()
    background.values.bins.deallocate()
  }
}

extension MarginHistogram.Side {
  /// A place is so many units; the half is where it lies on average.
  private static let unitsPerPlace = 0x1p-20

  fileprivate mutating func add(_ table: CountingTable.Side, weight: Double) {
    let binCount = MarginHistogram.binCount
    let edge = Double(MarginHistogram.wellClassifiedMargin)
    let half = MarginHistogram.firstWellClassifiedBin
    let countBit = UInt64(mc_count_bit)
    for bin in 0..<binCount {
      // Each has room for the sum of both.
      let (even, odd) = (table.values.bins[bin], table.values.bins[binCount + bin])
      guard even | odd != 0 else { continue }
      let count = Int(even >> countBit) + Int(odd >> countBit)
      let mask = (UInt64(1) << countBit) - 1
      let places = Double((even & mask) + (odd & mask)) + 0.5 * Double(count)
      let floor = edge + Double(bin - half) / 256
      add(count, sum: floor * Double(count) + places * Self.unitsPerPlace, weight, to: bin)
    }
    for (beyond, bin) in [(table.values.below, 0), (table.values.above, binCount - 1)]
    where beyond.count > 0 {
      let sum = edge * Double(beyond.count) + Double(beyond.places) * Self.unitsPerPlace
      add(Int(beyond.count), sum: sum, weight, to: bin)
    }
  }

  private mutating func add(_ count: Int, sum: Double, _ weight: Double, to bin: Int) {
    counts[bin] += count
    weights[bin] += weight * Double(count)
    squaredWeights[bin] += weight * weight * Double(count)
    sums[bin] += weight * sum
  }
}
