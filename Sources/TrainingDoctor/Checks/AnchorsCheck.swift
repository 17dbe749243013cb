package import BoxGeometry
package import DatasetInspection

/// Objects that no anchor reaches.
package enum AnchorsCheck {
  /// Above this share of so many objects without an anchor, training is refused: nearly all would be taught as background.
  package static let hopeless = 0.9
  package static let enough = 20
  /// A class of so many objects of which most have no anchor is worth a warning, whatever the others have.
  static let lostClass = 0.5

  /// - Parameters:
  ///   - coverage: The anchors of the recipe against the objects, at the recipe's size.
  ///   - rule: Whether the best anchor of an object learns it all the same.
  ///   - data: What to name in the remedy.
  /// - Returns: One finding, with the classes and sizes that are worst off.
  package static func findings(
    _ coverage: AnchorCoverage,
    rule: AnchorMatcher.LowQualityMatches,
    data: String
  ) -> [DoctorFinding] {
    let missed = coverage.all.belowForeground
    guard coverage.all.objects > 0, missed >= 0.005 else { return [] }
    let isLearned = rule == .always
    let losesClass = coverage.classes
      .contains { $0.objects >= enough && $0.belowForeground > lostClass }
    let severity: DoctorFinding.Severity
    if isLearned {
      severity = missed > 0.3 || losesClass ? .warning : .note
    } else if missed > hopeless, coverage.all.objects >= enough {
      severity = .error
    } else {
      severity = missed > 0.05 || losesClass ? .warning : .note
    }
    let groups = (coverage.sizes + coverage.classes)
      .filter { $0.objects > 0 && $0.belowForeground > max(0.05, 1.2 * missed) }
      .sorted { $0.belowForeground > $1.belowForeground }
    return [
      DoctorFinding(
        .anchors,
        severity,
        "\(DoctorText.percent(missed)) of \(coverage.all.objects) objects have no anchor of IoU \(coverage.foregroundThreshold) "
          + "at short side \(coverage.shortSide)",
        why: isLearned
          ? "each is learned by its best anchor alone, which fits badly"
          : "they are taught as background, and the box loss never sees them",
        remedy: "focal anchors \(data) --out anchors.yaml, then --config anchors.yaml"
          + (isLearned ? "" : "; or set anchors.lowQualityMatches=always")
          + "; small objects need a larger input.shortSide",
        places: groups.prefix(DoctorText.mostPlaces).map {
          "\($0.name): \(DoctorText.percent($0.belowForeground)) of \($0.objects)"
        }
      )
    ]
  }
}
