/// The settings of the Pascal VOC metric.
public struct VOCEvaluationParameters: Hashable, Sendable {
  /// How a precision-recall curve becomes one number.
  public enum Averaging: String, CaseIterable, Hashable, Sendable, Codable {
    /// The mean of the best precision at or beyond each recall 0, 0.1, … 1: VOC 2007.
    case elevenPoints
    /// The area under the best precision at or beyond each recall: VOC 2010 and later.
    case area
  }

  /// What the numbers of a box mean.
  public enum Edges: String, CaseIterable, Hashable, Sendable, Codable {
    /// Edges between pixels: a box from x to x + width is `width` wide.
    case continuous
    /// Numbers of pixels, both ends included: a box from x to x + width is `width + 1` wide.
    ///
    /// The development kit counts so. It gives its numbers if `width` is xmax − xmin; where a
    /// converter has already added the 1, `continuous` does.
    case pixels
  }

  /// IoU from which a detection matches an object, 0 to 1; that IoU itself matches.
  ///
  /// VOC: 0.5.
  public var iouThreshold: Double
  /// How a precision-recall curve becomes one number.
  public var averaging: Averaging
  /// What the numbers of a box mean.
  ///
  /// The default is `continuous`, as everywhere in this package and in COCO's files; annotations
  /// drawn with today's tools are edges.
  public var edges: Edges

  /// The settings of VOC 2010 and later with continuous boxes, unless told otherwise.
  ///
  /// - Parameters:
  ///   - iouThreshold: IoU from which a detection matches an object, 0 to 1.
  ///   - averaging: How a precision-recall curve becomes one number.
  ///   - edges: What the numbers of a box mean.
  public init(
    iouThreshold: Double = 0.5,
    averaging: Averaging = .area,
    edges: Edges = .continuous
  ) {
    precondition((0...1).contains(iouThreshold), "an IoU lies between 0 and 1")
    self.iouThreshold = iouThreshold
    self.averaging = averaging
    self.edges = edges
  }

  /// VOC 2007: eleven points.
  public static let voc2007 = VOCEvaluationParameters(averaging: .elevenPoints)
  /// VOC 2010 to 2012: the area under the curve.
  public static let voc2010 = VOCEvaluationParameters(averaging: .area)
}
