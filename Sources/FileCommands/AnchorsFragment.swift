import BoxGeometry
import CommandConsole
import DatasetInspection

/// Anchors as a piece of a recipe.
enum AnchorsFragment {
  /// How it begins.
  static let start = "# Found by: "

  /// The section `anchors` with the keys that were searched, and where they come from.
  static func yaml(_ anchors: AnchorConfiguration, _ figures: AnchorsFigures) -> String {
    let before = figures.parts[0].before.all
    let after = figures.parts[0].after.all
    return """
      \(start)\(PlainText.escaped(ShellWords.line(CommandLine.arguments)))
      # Objects without an anchor of IoU \(figures.parts[0].after.foregroundThreshold): \
      \(InspectionText.percent(before.belowForeground)) before, \
      \(InspectionText.percent(after.belowForeground)) now, of \(after.objects).
      anchors:
        sizes: \(list(anchors.sizes))
        scales: \(list(anchors.scales))
        aspectRatios: \(list(anchors.aspectRatios))

      """
  }

  static func list(_ values: [Float]) -> String {
    let texts = values.map { $0 == $0.rounded() && $0 < 1e6 ? "\(Int($0))" : "\($0)" }
    return "[\(texts.joined(separator: ", "))]"
  }
}
