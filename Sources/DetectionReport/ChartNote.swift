/// Something that a chart's lines cannot say.
struct ChartNote: Hashable {
  var text: String
  /// Something went wrong, rather than being out of view.
  var isWarning = false
}
