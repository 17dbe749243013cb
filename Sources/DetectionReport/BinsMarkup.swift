import Foundation

/// A histogram as columns of a page.
struct BinsMarkup {
  /// From so many columns on there is no room for a number over each on a phone.
  private static let many = 12

  let bins: InspectionReport.Bins

  func markup() -> Markup {
    let most = Double(max(1, bins.counts.max() ?? 1))
    let columns = bins.counts.enumerated().map { index, count -> Markup in
      // Room for the number over the highest.
      let height = ChartMarkup.number(Double(count) / most * 88)
      let number: Markup = count > 0 ? "<b>\(NumberText.grouped(Double(count)))</b>" : ""
      let title = "\(range(index)): \(NumberText.grouped(Double(count))) \(bins.unit)"
      return """
        <div\(count == 0 ? " class=\"nil\"" as Markup : "") style="--h:\(height)%" title="\(title)"><i></i>\(number)</div>
        """
    }
    let note: Markup = bins.note.isEmpty ? "" : "<p>\(bins.note)</p>"
    return """
      <figure class="chart"><figcaption><h3>\(bins.title)</h3>\(note)</figcaption>
      <div class="bins\(bins.counts.count > Self.many ? " many" : "")" role="img" aria-label="\(spoken)">\
      <div class="columns">\(columns)</div><div class="edges">\(edges())</div></div></figure>

      """
  }

  /// All of it in words, for those who cannot see it.
  private var spoken: String {
    let parts = bins.counts.indices.filter { bins.counts[$0] > 0 }.map {
      "\(range($0)): \(bins.counts[$0])"
    }
    return "\(bins.title), \(bins.unit): \(parts.joined(separator: ", "))"
  }

  private func range(_ index: Int) -> String {
    let (low, high) = (bins.edges[index], bins.edges[index + 1])
    if bins.isWhole {
      return high - low <= 1 ? text(low) : "\(text(low)) to \(text(high - 1))"
    }
    return "\(text(low)) to \(text(high))"
  }

  /// The names of at most seven places.
  private func edges() -> [Markup] {
    let count = bins.counts.count
    if bins.isWhole, count <= 10 {
      return bins.counts.indices.map { label(range($0), at: (Double($0) + 0.5) / Double(count)) }
    }
    // Of octaves and their halves, the octaves: whole powers of two.
    let octaves = (0...count).filter {
      bins.edges[$0] > 0 && log2(bins.edges[$0]) == log2(bins.edges[$0]).rounded()
    }
    if !bins.isWhole, octaves.count > 1 {
      let step = (octaves.count + 6) / 7
      return stride(from: 0, to: octaves.count, by: step).map {
        label(text(bins.edges[octaves[$0]]), at: Double(octaves[$0]) / Double(count))
      }
    }
    let step = max(1, Int((Double(count) / 6).rounded(.up)))
    var places = Array(stride(from: 0, through: count, by: step))
    if let last = places.last, last < count {
      if count - last < step / 2 + 1 { places.removeLast() }
      places.append(count)
    }
    return places.map { label(text(bins.edges[$0]), at: Double($0) / Double(count)) }
  }

  private func label(_ text: String, at share: Double) -> Markup {
    // At the ends they stay inside.
    let kind: Markup = share < 0.02 ? " class=\"start\"" : share > 0.98 ? " class=\"end\"" : ""
    return "<span\(kind) style=\"left:\(ChartMarkup.number(share * 100))%\">\(text)</span>"
  }

  private func text(_ value: Double) -> String {
    if value >= 10 || value == value.rounded() { return NumberText.grouped(value) }
    var text = NumberText.significant(value)
    // An edge is exact: 0.5 and not 0.500.
    while text.contains("."), text.hasSuffix("0") { text.removeLast() }
    return text
  }
}
