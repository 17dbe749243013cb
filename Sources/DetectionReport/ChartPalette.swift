package import Drawing

/// The colours of lines on white paper, each at least three times as dark as it.
///
/// Unlike those of `Color.palette`, which lie on photographs and may be bright.
package enum ChartPalette: Hashable, Sendable {
  /// For lines that differ in kind: black and four of Okabe and Ito's colours, told apart under the
  /// common colour vision deficiencies.
  case categorical
  /// For lines that differ in a number: from dark to light, so that lightness alone gives their order.
  case sequential
  /// The same for lines whose colour is their number's place among so many, whichever are drawn; four fifths of
  /// the places have the colours of ``sequential``.
  case graduated(Int)

  private static let kinds: [Color] = [0x22252B, 0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7]
    .map { Color(hex: $0) }

  // Begins with the same black, for what the others are compared with; its lightness only grows.
  private static let ramp: [Color] = [0x22252B, 0x4B2FC0, 0x9A22A8, 0xD63A78, 0xE8742F]
    .map { Color(hex: $0) }

  /// The colour of one line.
  ///
  /// - Parameters:
  ///   - index: Its place among the lines; no index is wrong.
  ///   - count: How many lines there are.
  /// - Returns: The colour; kinds repeat after the fifth.
  package func color(_ index: Int, of count: Int) -> Color {
    switch self {
    case .categorical:
      let count = Self.kinds.count
      return Self.kinds[(index % count + count) % count]
    case .sequential:
      return Self.color(index, of: count, in: Self.ramp)
    case .graduated(let places):
      return Self.color(index, of: places, in: Self.ramp + [Color(hex: 0x9A8400)])
    }
  }

  private static func color(_ index: Int, of count: Int, in ramp: [Color]) -> Color {
    let last = Double(ramp.count - 1)
    let share = count > 1 ? Double(index) / Double(count - 1) : 0
    let place = min(max(share, 0), 1) * last
    let start = min(place.rounded(.down), last - 1)
    return ramp[Int(start)].mixed(with: ramp[Int(start) + 1], place - start)
  }
}
