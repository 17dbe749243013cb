/// The average precision of each category if some errors were fixed.
struct FixedPrecision {
  private let lists: VerdictLists
  private let recallThresholds: [Double]

  /// What is fixed.
  struct Fix {
    /// Places of ``DetectionErrorKind``, one bit each.
    private(set) var kinds: UInt8 = 0
    /// Only errors of this size.
    var size: ObjectSize?
    /// Whether every false positive is taken away, and nothing is turned into a find.
    var withoutFalsePositives = false
    /// Whether every object that was not found is taken away.
    var withoutFalseNegatives = false

    init(_ kinds: some Sequence<DetectionErrorKind> = [], size: ObjectSize? = nil) {
      for kind in kinds { self.kinds |= 1 << UInt8(kind.index) }
      self.size = size
    }
  }

  /// What an entry counts as.
  private enum Effect: UInt8 { case skipped, found, falsePositive }

  init(_ lists: VerdictLists, recallThresholds: [Double]) {
    self.lists = lists
    self.recallThresholds = recallThresholds
  }

  /// The average precision of each category; `nil` where it has no objects.
  ///
  /// A category whose objects are all taken away keeps 0 if a false positive remains; otherwise
  /// nothing about it is wrong any more, and it has no part in the mean.
  func averagePrecisions(_ fix: Fix) -> [Double?] {
    let effects = (0..<VerdictLists.Code.count).map {
      effect(VerdictLists.Code(byte: UInt8($0)), fix)
    }
    var finds: [Double] = []
    return lists.objects.indices.map { category in
      guard lists.objects[category] > 0 else { return nil }
      finds.removeAll(keepingCapacity: true)
      var falsePositives = 0
      for code in lists.codes[lists.entries(of: category)] {
        switch effects[Int(code)] {
        case .skipped: break
        case .falsePositive: falsePositives += 1
        case .found:
          let found = finds.count + 1
          finds.append(Double(found) / Double(found + falsePositives))
        }
      }
      let objects = remainingObjects(category, fix)
      if objects == 0 { return falsePositives == 0 ? nil : 0 }
      return averagePrecision(&finds, objects: objects)
    }
  }

  private func remainingObjects(_ category: Int, _ fix: Fix) -> Int {
    if fix.withoutFalseNegatives { return lists.found[category] }
    guard fix.kinds & 1 << UInt8(DetectionErrorKind.missed.index) != 0 else {
      return lists.objects[category]
    }
    let missed = lists.missed[category]
    return lists.objects[category] - (fix.size.map { missed[$0.index] } ?? missed.reduce(0, +))
  }

  private func effect(_ code: VerdictLists.Code, _ fix: Fix) -> Effect {
    if code.verdict == VerdictCode.found { return .found }
    let isFixed =
      fix.kinds & 1 << code.verdict != 0 && (fix.size.map { $0.index == code.size } ?? true)
    if code.isForeign { return isFixed ? .found : .skipped }
    if fix.withoutFalsePositives { return .skipped }
    guard isFixed else { return .falsePositive }
    let isMoved = code.verdict == UInt8(DetectionErrorKind.localization.index) && code.explains
    return isMoved ? .found : .skipped
  }

  /// The mean over the recall thresholds of the best precision at that recall or beyond.
  private func averagePrecision(_ finds: inout [Double], objects: Int) -> Double {
    for find in finds.indices.dropLast().reversed() {
      finds[find] = max(finds[find], finds[find + 1])
    }
    var (sum, needed) = (0.0, 1)
    for recall in recallThresholds {
      while needed <= finds.count, Double(needed) / Double(objects) < recall { needed += 1 }
      if needed > finds.count { break }
      sum += finds[needed - 1]
    }
    return sum / Double(recallThresholds.count)
  }
}
