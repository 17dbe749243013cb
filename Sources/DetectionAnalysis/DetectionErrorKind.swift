/// What is wrong with a detection, or with an object that none found: the six kinds of TIDE.
///
/// t_f is the foreground threshold, t_b the background threshold. The tests are made in the order of
/// the reference program, which lets localization go before classification.
/// - Note: Bolya et al. 2020, *TIDE: A General Toolbox for Identifying Object Detection Errors*, 2.2.
public enum DetectionErrorKind: String, CaseIterable, Hashable, Sendable, Codable {
  /// It overlaps an object of another class by t_f or more.
  case classification
  /// It overlaps an object of its class by t_b or more, but not by more than t_f.
  case localization
  /// It overlaps an object of another class by more than t_b and less than t_f.
  case both
  /// It overlaps an object of its class by more than t_f that a surer detection has found.
  case duplicate
  /// It overlaps no object by more than t_b.
  case background
  /// An object that was not found, and to which no classification or localization error belongs.
  case missed
}

extension DetectionErrorKind {
  /// The kinds that are false positives: all but ``missed``.
  public static let ofDetections: [DetectionErrorKind] = [
    .classification, .localization, .both, .duplicate, .background,
  ]

  /// Its place among all kinds.
  var index: Int {
    switch self {
    case .classification: 0
    case .localization: 1
    case .both: 2
    case .duplicate: 3
    case .background: 4
    case .missed: 5
    }
  }
}
