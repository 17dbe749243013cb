/// What training makes of one anchor.
public enum AnchorMatch: Hashable, Sendable {
  /// Foreground: the anchor is to find the box with this index.
  case object(index: Int)
  /// The anchor is to find nothing.
  case background
  /// The anchor takes no part in the loss.
  case ignored
}
