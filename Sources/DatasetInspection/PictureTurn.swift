/// How a copy of a picture may have been turned or mirrored: the eight ways to lay a rectangle.
package enum PictureTurn: String, Hashable, Sendable, Codable, CaseIterable {
  case upright
  /// Left and right exchanged.
  case mirrored
  /// Top and bottom exchanged.
  case upsideDown
  case halfTurn
  /// Rows made columns.
  case transposed
  /// By a quarter, clockwise.
  case quarterTurn
  /// By a quarter, the other way.
  case quarterTurnBack
  /// Transposed about the other diagonal.
  case transverse

  /// Rows become columns, before anything else.
  var exchangesAxes: Bool {
    switch self {
    case .upright, .mirrored, .upsideDown, .halfTurn: false
    case .transposed, .quarterTurn, .quarterTurnBack, .transverse: true
    }
  }

  /// Left and right are exchanged, after the axes.
  var mirrorsColumns: Bool {
    switch self {
    case .mirrored, .halfTurn, .quarterTurn, .transverse: true
    case .upright, .upsideDown, .transposed, .quarterTurnBack: false
    }
  }

  /// Top and bottom are exchanged, after the axes.
  var mirrorsRows: Bool {
    switch self {
    case .upsideDown, .halfTurn, .quarterTurnBack, .transverse: true
    case .upright, .mirrored, .transposed, .quarterTurn: false
    }
  }
}
