extension MetricsEntry {
  /// Every number of a metrics line under its tag: `train/loss`, `validation/AP`, `lens/lensHardNegativeShare`.
  ///
  /// The first part is `train` for a line of the kind `step`, `validation` for `evaluation`, else the kind itself; and
  /// `lens` for all that the imbalance lens found. Texts and yes/no values are no numbers and are left out.
  var scalars: [(tag: String, value: Double)] {
    keys.compactMap { key in
      self[key]?.number.map { ("\(group(of: key))/\(key)", $0) }
    }
  }

  private func group(of key: String) -> String {
    if key.hasPrefix("lens") { return "lens" }
    guard case .text(let kind)? = self["kind"] else { return "run" }
    return ["step": "train", "evaluation": "validation"][kind] ?? kind
  }

  /// The line as TensorBoard holds it: values in single precision, which is all that its fast reader takes.
  var summary: TensorBoardSummary {
    var summary = TensorBoardSummary()
    summary.value = scalars.map { scalar in
      var value = TensorBoardSummary.Value()
      value.tag = scalar.tag
      value.simpleValue = Float(scalar.value)
      return value
    }
    return summary
  }
}

extension TensorBoardSummary {
  /// Whether this is the mirror of a metrics line, which no picture and no curve is.
  var isLine: Bool {
    value.allSatisfy { value in
      if case .simpleValue = value.value { true } else { false }
    }
  }

  /// Whether both hold the same tags and the same bits; NaN equals NaN here.
  func isSame(as other: TensorBoardSummary) -> Bool {
    value.count == other.value.count
      && zip(value, other.value).allSatisfy {
        $0.tag == $1.tag && $0.simpleValue.bitPattern == $1.simpleValue.bitPattern
      }
  }
}
