import COCOEvaluation
import CommandConsole
import DetectionInference
import DetectionModels

/// What `focal quantize` prints.
struct QuantizationReport: Encodable {
  /// The six figures of one precision, as the protocol names them, and its speed.
  struct Figures: Encodable {
    let AP: Double
    let AP50: Double
    let AP75: Double
    let APs: Double
    let APm: Double
    let APl: Double
    let millisecondsPerPicture: Double

    init(_ score: QuantizationTrial.Score) {
      let summary = score.summary
      (AP, AP50, AP75) = (summary.AP, summary.AP50, summary.AP75)
      (APs, APm, APl) = (summary.APs, summary.APm, summary.APl)
      millisecondsPerPicture = score.millisecondsPerPicture
    }

    var all: [Double] { [AP, AP50, AP75, APs, APm, APl] }
  }

  let model: String
  /// The file written; absent where too much is lost.
  let out: String?
  let data: String
  let val: String
  let method: ClippingMethod
  let pictures: Int
  let seed: UInt64
  let maxLoss: Double
  let float32: Figures
  let int8: Figures
  /// AP that 8-bit integers lose.
  let loss: Double
  /// Layers that could be in 8-bit integers.
  let layers: Int
  /// Those that stay in bfloat16 because they lose most.
  let kept: [String]

  init(
    _ outcome: QuantizationTrial.Outcome,
    model: String,
    out: String?,
    data: String,
    val: String,
    method: ClippingMethod,
    pictures: Int,
    seed: UInt64,
    maxLoss: Double
  ) {
    (self.model, self.out, self.data, self.val) = (model, out, data, val)
    (self.method, self.pictures, self.seed) = (method, pictures, seed)
    self.maxLoss = maxLoss
    (float32, int8) = (Figures(outcome.float32), Figures(outcome.int8))
    (loss, layers) = (outcome.loss, outcome.layers)
    kept = outcome.calibration.kept.sorted()
  }

  /// For people.
  var text: String {
    func row(_ name: String, _ figures: Figures) -> [String] {
      [name] + figures.all.map { $0 < 0 ? "-" : ProgressLine.decimals($0, 4) } + [
        ProgressLine.decimals(figures.millisecondsPerPicture, 1)
      ]
    }
    let differences = zip(int8.all, float32.all).map { new, old in
      new < 0 || old < 0 ? "-" : (new > old ? "+" : "") + ProgressLine.decimals(new - old, 4)
    }
    let table = BenchTable.text(
      heads: ["", "AP", "AP50", "AP75", "APs", "APm", "APl", "ms/picture"],
      rows: [row("float32", float32), row("int8", int8), ["difference"] + differences]
    )
    let calibrated =
      "\(method.rawValue) over \(CountText.of(pictures, "picture")) of \(data), seed \(seed)"
    let scoredOn =
      val == data ? "\(val), the data it was calibrated by; --val names other data" : val
    var lines = [
      "scored on \(PlainText.escaped(scoredOn))", "", table, "",
      PlainText.escaped(calibrated),
      "\(layers - kept.count) of \(CountText.of(layers, "layer")) in int8"
        + (kept.isEmpty ? "" : "; kept in bfloat16: \(kept.joined(separator: ", "))"),
    ]
    if let out { lines.append("written: \(PlainText.escaped(out))") }
    return lines.joined(separator: "\n")
  }

  /// What to say where too much is lost.
  var failure: String {
    let others = ClippingMethod.allCases.filter { $0 != method }.map(\.rawValue)
    return "\(model): int8 loses \(ProgressLine.decimals(loss, 4)) AP, more than --max-loss "
      + "\(maxLoss), with \(CountText.of(kept.count, "layer")) kept in bfloat16; nothing is written; try --method "
      + "\(others.joined(separator: " or ")), more --pictures, or predict in bfloat16"
  }
}
