// The names are the field's own, and those of the JSON that people compare.
// swift-format-ignore: AlwaysUseLowerCamelCase
/// The twelve figures of the COCO box protocol; -1 where a figure is undefined.
public struct COCOSummary: Hashable, Sendable, Codable {
  /// Average precision, the mean over IoU 0.50 to 0.95.
  public var AP: Double
  /// Average precision at IoU 0.50.
  public var AP50: Double
  /// Average precision at IoU 0.75.
  public var AP75: Double
  /// Average precision of small objects.
  public var APs: Double
  /// Average precision of medium objects.
  public var APm: Double
  /// Average precision of large objects.
  public var APl: Double
  /// Average recall with 1 detection an image and category.
  public var AR1: Double
  /// Average recall with 10 detections an image and category.
  public var AR10: Double
  /// Average recall with 100 detections an image and category.
  public var AR100: Double
  /// Average recall of small objects.
  public var ARs: Double
  /// Average recall of medium objects.
  public var ARm: Double
  /// Average recall of large objects.
  public var ARl: Double
}

extension COCOSummary {
  /// The figures with their names, in the protocol's order.
  public var figures: [(name: String, value: Double)] {
    [
      ("AP", AP), ("AP50", AP50), ("AP75", AP75), ("APs", APs), ("APm", APm), ("APl", APl),
      ("AR1", AR1), ("AR10", AR10), ("AR100", AR100), ("ARs", ARs), ("ARm", ARm), ("ARl", ARl),
    ]
  }
}

extension COCOSummary {
  init(_ table: PrecisionTable, _ parameters: COCOEvaluationParameters) {
    let (categories, all) = (0..<table.categories, parameters.thresholds(nil))
    let limits = parameters.detectionLimits.count
    func precision(_ iou: Double? = nil, _ area: COCOAreaRange = .all) -> Double {
      table.averagePrecision(categories, parameters.thresholds(iou), parameters.range(area))
    }
    func recall(_ limit: Int?, _ area: COCOAreaRange = .all) -> Double {
      table.averageRecall(categories, all, parameters.range(area), limit: limit)
    }
    self.init(
      AP: precision(),
      AP50: precision(0.5),
      AP75: precision(0.75),
      APs: precision(nil, .small),
      APm: precision(nil, .medium),
      APl: precision(nil, .large),
      AR1: recall(limits > 2 ? 0 : nil),
      AR10: recall(limits > 2 ? 1 : nil),
      AR100: recall(limits - 1),
      ARs: recall(limits - 1, .small),
      ARm: recall(limits - 1, .medium),
      ARl: recall(limits - 1, .large)
    )
  }
}
