import COCOFormat

/// Matches the boxes of one image after the other, and says of each what became of it.
///
/// Objects are taken as in COCO evaluation: by falling score, each detection gets the free object of
/// its category that it overlaps most, of equal ones the later, and a crowd only if no object is
/// left. What a false positive is follows TIDE.
struct ImageJudge {
  private let objects: ObjectColumns
  private let groups: ImageGroups
  private let detections: COCODetections
  private let parameters: DetectionErrorParameters
  /// As the reference has it: at threshold 1 a box still finds itself after rounding.
  private let foreground: Double
  /// For each object of the image, whether a detection took it.
  private var isTaken: [Bool] = []
  /// How many detections of each category the image has had, where the stamp is the image's.
  private var seen: [(image: Int, count: Int)]
  private(set) var columns: VerdictColumns

  init(
    truth: COCOGroundTruth,
    detections: COCODetections,
    groups: ImageGroups,
    parameters: DetectionErrorParameters
  ) {
    self.groups = groups
    self.detections = detections
    self.parameters = parameters
    objects = ObjectColumns(truth, groups)
    foreground = min(parameters.foregroundThreshold, 1 - 1e-10)
    seen = Array(repeating: (-1, 0), count: groups.categoryCount)
    columns = VerdictColumns(
      detections: detections.detections.count,
      objects: truth.annotations.count
    )
  }

  /// Judges the detections and the objects of one image.
  mutating func judge(image: Int) {
    let own = groups.objects(of: image)
    isTaken.removeAll(keepingCapacity: true)
    isTaken.append(contentsOf: repeatElement(false, count: own.count))
    for position in groups.detections(of: image) {
      let detection = Int(groups.detectionOrder[position])
      let category = groups.detectionCategories[detection]
      guard isWithinLimit(category, image) else { continue }
      judge(detection, category: category, among: own)
    }
    explain(image)
    for object in own {
      let place = Int(groups.objectOrder[object])
      if objects.isIgnored[object] {
        columns.objects[place] = OutcomeCode.ignored
      } else if columns.objects[place] == OutcomeCode.uncounted {
        columns.objects[place] = OutcomeCode.missed
      }
    }
  }

  private mutating func isWithinLimit(_ category: Int32, _ image: Int) -> Bool {
    if seen[Int(category)].image != image { seen[Int(category)] = (image, 0) }
    seen[Int(category)].count += 1
    return seen[Int(category)].count <= parameters.detectionLimit
  }

  /// The overlaps of one detection that decide about it.
  private struct Overlaps {
    /// The greatest with an object of its category, and of the other categories; of equal ones the first.
    var same = (iou: 0.0, object: -1)
    var other = (iou: 0.0, object: -1)
    /// The free object that it gets.
    var match = (iou: 0.0, object: -1)
    /// The crowd, or the object that does not count, that it gets if there is no other.
    var ignored = (iou: 0.0, object: -1)
  }

  private func overlaps(_ box: COCOBox, _ category: Int32, among own: Range<Int>) -> Overlaps {
    var found = Overlaps()
    (found.match.iou, found.ignored.iou) = (foreground, foreground)
    for object in own {
      let isSame = objects.category[object] == category
      let isIgnored = objects.isIgnored[object]
      if isIgnored && !isSame { continue }
      let iou = objects.overlap(box, with: object)
      // Most objects are not overlapped at all; near the end of Double an overlap is not a number.
      guard iou > 0 else { continue }
      if isIgnored {
        let isFree = objects.isCrowd[object] || !isTaken[object - own.lowerBound]
        if isFree, iou >= found.ignored.iou { found.ignored = (iou, object) }
      } else if isSame {
        if iou > found.same.iou { found.same = (iou, object) }
        if iou >= found.match.iou, !isTaken[object - own.lowerBound] { found.match = (iou, object) }
      } else if iou > found.other.iou {
        found.other = (iou, object)
      }
    }
    return found
  }

  private mutating func judge(_ detection: Int, category: Int32, among own: Range<Int>) {
    let box = detections.detections[detection].box
    let overlaps = overlaps(box, category, among: own)
    let verdict: UInt8
    var concerned = (iou: 0.0, object: -1)
    if overlaps.match.object >= 0 {
      (verdict, concerned) = (VerdictCode.found, overlaps.match)
      isTaken[concerned.object - own.lowerBound] = true
      let place = Int(groups.objectOrder[concerned.object])
      columns.objects[place] = OutcomeCode.found
      columns.detectionOfObject[place] = Int32(detection)
    } else if overlaps.ignored.object >= 0 {
      (verdict, concerned) = (VerdictCode.ignored, overlaps.ignored)
      isTaken[concerned.object - own.lowerBound] = true
    } else if !ObjectColumns.areas.contains(box.area) {
      verdict = VerdictCode.ignored
    } else {
      let error = error(overlaps)
      verdict = UInt8(error.kind.index)
      concerned = error.concerned
    }
    columns.detections[detection] = verdict
    guard concerned.object >= 0 else { return }
    columns.objectOfDetection[detection] = groups.objectOrder[concerned.object]
    columns.overlaps[detection] = concerned.iou
  }

  /// The kind of a false positive, tested in TIDE's order, and the object it is confused about.
  private func error(
    _ overlaps: Overlaps
  ) -> (kind: DetectionErrorKind, concerned: (iou: Double, object: Int)) {
    let (same, other) = (overlaps.same, overlaps.other)
    let background = parameters.backgroundThreshold
    if same.object >= 0, same.iou >= background, same.iou <= foreground {
      return (.localization, same)
    }
    if other.object >= 0, other.iou >= foreground { return (.classification, other) }
    if same.object >= 0, same.iou >= foreground { return (.duplicate, same) }
    // What overlaps its own class so far is a localization error, so the greater one is the other's.
    if max(same.iou, other.iou) <= background { return (.background, (0, -1)) }
    return (.both, other)
  }

  /// Gives each object that was not found to the surest error that would have found it.
  private mutating func explain(_ image: Int) {
    let kinds = [DetectionErrorKind.classification, .localization].map { UInt8($0.index) }
    for position in groups.detections(of: image) {
      let detection = Int(groups.detectionOrder[position])
      guard kinds.contains(columns.detections[detection]) else { continue }
      let object = Int(columns.objectOfDetection[detection])
      guard columns.objects[object] == OutcomeCode.uncounted else { continue }
      columns.objects[object] = OutcomeCode.confused
      columns.detectionOfObject[object] = Int32(detection)
      columns.explains[detection] = true
    }
  }
}
