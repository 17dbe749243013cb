import COCOFormat

/// The verdicts of each category from the surest detection to the least sure, one byte an entry.
///
/// Beside its own detections a category lists those of other categories that would find one of its
/// objects with the right class. Detections that do not count are left out.
struct VerdictLists: Sendable {
  /// What an entry says.
  struct Code: Hashable, Sendable {
    let byte: UInt8

    init(verdict: UInt8, size: ObjectSize, explains: Bool, isForeign: Bool) {
      byte = verdict | UInt8(size.index) << 3 | (explains ? 32 : 0) | (isForeign ? 64 : 0)
    }

    init(byte: UInt8) { self.byte = byte }

    /// A code of ``VerdictCode``, below ``VerdictCode/ignored``.
    var verdict: UInt8 { byte & 7 }
    /// The place of the size.
    var size: Int { Int(byte >> 3 & 3) }
    /// Whether it is the surest error to explain an object.
    var explains: Bool { byte & 32 != 0 }
    /// Whether it is a detection of another category.
    var isForeign: Bool { byte & 64 != 0 }
    /// How many codes are possible.
    static let count = 128
  }

  private struct Entry {
    var score: Double
    var position: Int32
    var code: UInt8
  }

  private(set) var codes: [UInt8] = []
  private(set) var scores: [Double] = []
  private var ends: [Int] = []
  /// How many objects each category has.
  private(set) var objects: [Int]
  /// How many objects of each category were found.
  private(set) var found: [Int]
  /// How many objects of each category were missed, by size.
  private(set) var missed: [[Int]]

  init(_ analysis: DetectionErrorAnalysis) {
    let (groups, columns) = (analysis.groups, analysis.columns)
    let count = groups.categoryCount
    objects = [Int](repeating: 0, count: count)
    found = objects
    missed = Array(repeating: [0, 0, 0], count: count)
    let annotations = analysis.groundTruth.annotations
    for place in groups.objectOrder {
      let (object, category) = (Int(place), Int(groups.objectCategories[Int(place)]))
      guard columns.objects[object] != OutcomeCode.ignored else { continue }
      objects[category] += 1
      if columns.objects[object] == OutcomeCode.found { found[category] += 1 }
      guard columns.objects[object] == OutcomeCode.missed else { continue }
      missed[category][ObjectSize(area: annotations[object].area).index] += 1
    }
    enter(analysis)
  }

  /// The entries of one category.
  func entries(of category: Int) -> Range<Int> {
    (category == 0 ? 0 : ends[category - 1])..<ends[category]
  }

  /// Visits what each category has to list, in the order of images.
  private func forEachEntry(
    _ analysis: DetectionErrorAnalysis,
    _ body: (_ category: Int, _ position: Int, _ detection: Int, _ isForeign: Bool) -> Void
  ) {
    let (groups, columns) = (analysis.groups, analysis.columns)
    let wrongClass = UInt8(DetectionErrorKind.classification.index)
    for (position, place) in groups.detectionOrder.enumerated() {
      let detection = Int(place)
      guard columns.detections[detection] < VerdictCode.ignored else { continue }
      body(Int(groups.detectionCategories[detection]), position, detection, false)
      if columns.explains[detection], columns.detections[detection] == wrongClass {
        let object = Int(columns.objectOfDetection[detection])
        body(Int(groups.objectCategories[object]), position, detection, true)
      }
    }
  }

  private mutating func enter(_ analysis: DetectionErrorAnalysis) {
    var next = [Int](repeating: 0, count: objects.count)
    forEachEntry(analysis) { category, _, _, _ in next[category] += 1 }
    var sum = 0
    for category in next.indices { (next[category], sum) = (sum, sum + next[category]) }
    var entries = [Entry](repeating: Entry(score: 0, position: 0, code: 0), count: sum)
    forEachEntry(analysis) { category, position, detection, isForeign in
      let code = Code(
        verdict: analysis.columns.detections[detection],
        size: analysis.size(ofDetection: detection),
        explains: analysis.columns.explains[detection],
        isForeign: isForeign
      )
      entries[next[category]] = Entry(
        score: analysis.groups.scores[detection],
        position: Int32(position),
        code: code.byte
      )
      next[category] += 1
    }
    ends = next
    entries.withUnsafeMutableBufferPointer { entries in
      for category in objects.indices {
        // Images by ascending id decide between equal scores, as in the reference evaluator.
        entries[self.entries(of: category)].sort {
          $0.score == $1.score ? $0.position < $1.position : $0.score > $1.score
        }
      }
    }
    codes = entries.map(\.code)
    scores = entries.map(\.score)
  }
}

extension DetectionErrorAnalysis {
  /// The size that an error or a find is counted under.
  ///
  /// That of the object where it found, mistook or misplaced one, else that of its own box; as in TIDE.
  func size(ofDetection detection: Int) -> ObjectSize {
    switch columns.detections[detection] {
    case VerdictCode.found, UInt8(DetectionErrorKind.classification.index),
      UInt8(DetectionErrorKind.localization.index):
      let object = Int(columns.objectOfDetection[detection])
      return ObjectSize(area: groundTruth.annotations[object].area)
    default:
      return ObjectSize(area: detections.detections[detection].box.area)
    }
  }
}
