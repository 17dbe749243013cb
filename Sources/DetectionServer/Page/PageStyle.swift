/// What the page looks like: the colours and measures of the project's reports.
enum PageStyle {
  /// All of the page's CSS.
  static let text = [frame, stage, panel, widths].joined(separator: "\n")
}
