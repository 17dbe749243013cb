/// What fixing errors adds to the average precision.
struct Gains {
  private let fixed: FixedPrecision
  /// The average precision of each category as it is.
  let base: [Double?]

  let perfectPrecision: FixedPrecision.Fix = {
    var fix = FixedPrecision.Fix()
    fix.withoutFalsePositives = true
    return fix
  }()

  let perfectRecall: FixedPrecision.Fix = {
    var fix = FixedPrecision.Fix()
    fix.withoutFalseNegatives = true
    return fix
  }()

  init(_ fixed: FixedPrecision) {
    self.fixed = fixed
    base = fixed.averagePrecisions(FixedPrecision.Fix())
  }

  /// The mean of the values that are defined.
  func mean(_ values: [Double?]) -> Double? {
    let defined = values.compactMap { $0 }
    return defined.isEmpty ? nil : defined.reduce(0, +) / Double(defined.count)
  }

  /// The mean after a fix; 1 if there were objects and no category has anything left to judge.
  func fixedMean(_ fix: FixedPrecision.Fix) -> Double? {
    guard mean(base) != nil else { return nil }
    return mean(fixed.averagePrecisions(fix)) ?? 1
  }

  /// What a fix adds to the mean; rounding alone never makes it negative.
  func gain(_ fix: FixedPrecision.Fix) -> Double? {
    guard let before = mean(base), let after = fixedMean(fix) else { return nil }
    return max(after - before, 0)
  }

  /// What a fix adds to each category that has objects.
  func gains(_ fix: FixedPrecision.Fix) -> [Double?] {
    zip(base, fixed.averagePrecisions(fix)).map { before, after in
      before.map { max((after ?? 1) - $0, 0) }
    }
  }
}

/// How many errors of each kind every category and size has.
struct Counts {
  /// Indexed by [category, kind, size].
  private var counts: [Int]
  private let categories: Int

  init(_ lists: VerdictLists) {
    categories = lists.objects.count
    counts = [Int](repeating: 0, count: categories * 18)
    for category in 0..<categories {
      for byte in lists.codes[lists.entries(of: category)] {
        let code = VerdictLists.Code(byte: byte)
        guard !code.isForeign, VerdictCode.errors.contains(code.verdict) else { continue }
        counts[(category * 6 + Int(code.verdict)) * 3 + code.size] += 1
      }
      for (size, count) in lists.missed[category].enumerated() {
        counts[(category * 6 + DetectionErrorKind.missed.index) * 3 + size] = count
      }
    }
  }

  func count(_ kind: DetectionErrorKind, category: Int, size: ObjectSize? = nil) -> Int {
    let start = (category * 6 + kind.index) * 3
    if let size { return counts[start + size.index] }
    return counts[start] + counts[start + 1] + counts[start + 2]
  }

  func total(_ kind: DetectionErrorKind, _ size: ObjectSize? = nil) -> Int {
    (0..<categories).reduce(0) { $0 + count(kind, category: $1, size: size) }
  }
}
