import CTorch

/// How the losses of all elements are gathered.
public enum Reduction: String, Hashable, Sendable, Codable {
  /// Not at all: a loss for each element.
  case elementwise
  /// To their mean.
  case mean
  /// To their sum.
  case sum

  var shimValue: Int32 {
    switch self {
    case .elementwise: Int32(CT_ELEMENTWISE)
    case .mean: Int32(CT_MEAN)
    case .sum: Int32(CT_SUM)
    }
  }
}
