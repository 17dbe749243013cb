import BoxGeometry
import Drawing

extension Gallery {
  /// Red apart from every category's colour, and always with a word beside it.
  static let falseAlarmColor = Color(hex: 0xE5002B)

  /// The name of a category.
  func category(_ label: Int) -> String {
    categories.indices.contains(label) ? categories[label] : "class \(label)"
  }

  /// What became of detections, by this gallery's thresholds.
  func verdicts(on detections: [ScoredBox], of item: Item) -> DetectionVerdicts {
    DetectionVerdicts(
      detections,
      truth: item.truth,
      ignoredRegions: item.ignoredRegions,
      scoreThreshold: scoreThreshold,
      iouThreshold: iouThreshold
    )
  }

  /// The annotated objects of a picture, to be drawn on it.
  func annotatedBoxes(of item: Item) -> [OverlayBox] {
    let objects = item.truth.map {
      OverlayBox(box: $0.box, label: category($0.label), color: .palette($0.label))
    }
    let regions = item.ignoredRegions.map {
      OverlayBox(box: $0, label: "not judged", color: Color(white: 0.7), isDashed: true)
    }
    return objects + regions
  }

  /// Detections and what they missed, to be drawn on the picture.
  func boxes(of verdicts: DetectionVerdicts, on item: Item) -> [OverlayBox] {
    let detected = zip(verdicts.detections, verdicts.verdicts).map { detection, verdict in
      let score = NumberText.fixed(Double(detection.score), decimals: 2)
      let label = "\(category(detection.label)) \(score)"
      return switch verdict {
      case .found: OverlayBox(box: detection.box, label: label, color: .palette(detection.label))
      case .falseAlarm:
        OverlayBox(box: detection.box, label: "false: \(label)", color: Self.falseAlarmColor)
      case .ignored: OverlayBox(box: detection.box, label: label, color: Color(white: 0.7))
      }
    }
    let missed = verdicts.missed.map { index in
      let object = item.truth[index]
      return OverlayBox(
        box: object.box,
        label: "missed: \(category(object.label))",
        color: .palette(object.label),
        isDashed: true
      )
    }
    // What went wrong is what a reader looks for, so its labels choose their places first.
    let wrong = zip(detected, verdicts.verdicts).filter { $0.1 == .falseAlarm }.map(\.0)
    let right = zip(detected, verdicts.verdicts).filter { $0.1 != .falseAlarm }.map(\.0)
    return wrong + missed + right
  }
}
