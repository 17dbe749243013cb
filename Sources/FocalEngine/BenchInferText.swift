import CommandConsole
import DetectionModels

extension BenchReport<BenchInferSettings, BenchInferDetails> {
  /// The table of passes and their parts.
  var text: String {
    let name = settings.model.map { "\(PlainText.escaped($0)): " } ?? ""
    let table = BenchTable.text(
      heads: BenchCase<BenchInferDetails>.heads + ["share", "GFLOP/s"],
      rows: cases.map { entry in
        entry.cells + [
          ProgressLine.decimals(entry.details.share * 100, 1) + " %",
          entry.details.gigaflops.map { ProgressLine.decimals($0, 0) } ?? "",
        ]
      }
    )
    return """
      \(name)\(settings.backbone.rawValue), \(CountText.of(settings.batch, "picture")) of \(settings.width) x \
      \(settings.height), \(settings.classes) classes
      \(machine.text)

      \(table)

      limit: \(BenchInferTrial.bound)\(machine.warning)
      """
  }
}

extension BenchReport<BenchDetectionSettings, BenchDetectionDetails> {
  /// The table of the steps from a picture to its detections.
  var text: String {
    let table = BenchTable.text(
      heads: BenchCase<BenchDetectionDetails>.heads + ["share", "detections"],
      rows: cases.map { entry in
        entry.cells + [
          entry.details.share.map { ProgressLine.decimals($0 * 100, 1) + " %" } ?? "",
          entry.details.detections.map { ProgressLine.decimals($0, 1) } ?? "",
        ]
      }
    )
    var bounds: [String] = []
    for entry in cases {
      let kind = entry.name.prefix { $0 != "-" }
      let line = "limit of \(kind): \(entry.bound)"
      if !bounds.contains(line) { bounds.append(line) }
    }
    return """
      \(PlainText.escaped(settings.model)): \(settings.backbone.rawValue), \(CountText.of(settings.pictures, "picture")) \
      as \(settings.inputs.joined(separator: ", ")); each figure is one picture's
      \(machine.text)

      \(table)

      \(bounds.joined(separator: "\n"))\(machine.warning)
      """
  }
}
