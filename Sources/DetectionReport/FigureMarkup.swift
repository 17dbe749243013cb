/// A figure as a reader sees it, with all its digits for a program.
enum FigureMarkup {
  /// A precision, a recall or a mean of such, 0...1; negative is shown as not available.
  static func figure(_ value: Double) -> Markup {
    number(value, NumberText.figure(value))
  }

  /// A part of a whole, 0...1, in percent; negative is shown as not available.
  static func share(_ value: Double) -> Markup {
    number(value, NumberText.percentage(value))
  }

  private static func number(_ value: Double, _ text: String) -> Markup {
    guard value >= 0, value.isFinite else { return "<span class=\"absent\">n/a</span>" }
    return "<data value=\"\("\(value)")\">\(text)</data>"
  }

  /// A count.
  static func count(_ value: Int) -> Markup {
    "<data value=\"\(value)\">\(NumberText.grouped(Double(value)))</data>"
  }

  /// How long a bar is, as a CSS value.
  static func length(_ share: Double) -> String {
    share.isFinite ? ChartMarkup.number(min(max(share, 0), 1) * 100) + "%" : "0%"
  }
}
