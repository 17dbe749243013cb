/// What training needs to know of one picture.
///
/// The categories of all anchors and the deltas of the few that are foreground; never one-hot, so a
/// picture of 200,000 anchors takes 0.8 MB whatever K is.
public struct AnchorTargets: Sendable, Hashable {
  /// The class index of an anchor that is to find nothing.
  public static let background: Int32 = -1

  /// The class index of an anchor that takes no part in the loss.
  public static let ignored: Int32 = -2

  /// Of each anchor its category in 0..<K, or ``background``, or ``ignored``.
  public var classIndices: [Int32]

  /// Indices of the foreground anchors, ascending.
  public var foregroundAnchors: [Int32]

  /// What the network is to regress: lanes (dx, dy, dw, dh), one for each foreground anchor.
  public var foregroundDeltas: [SIMD4<Float>]

  /// Width over height of each foreground anchor, above 0: what DIoU and CIoU need besides the deltas.
  public var foregroundAspects: [Float]

  /// Makes targets of their parts.
  ///
  /// - Parameters:
  ///   - classIndices: Category of each anchor, or ``background``, or ``ignored``.
  ///   - foregroundAnchors: Indices of the anchors with a category, ascending.
  ///   - foregroundDeltas: Regression targets, as many as foreground anchors.
  ///   - foregroundAspects: Width over height of each foreground anchor; `nil` for squares.
  public init(
    classIndices: [Int32],
    foregroundAnchors: [Int32],
    foregroundDeltas: [SIMD4<Float>],
    foregroundAspects: [Float]? = nil
  ) {
    let aspects = foregroundAspects ?? foregroundAnchors.map { _ in 1 }
    precondition(
      foregroundAnchors.count == foregroundDeltas.count && aspects.count == foregroundAnchors.count,
      "\(foregroundAnchors.count) foreground anchors with \(foregroundDeltas.count) deltas, \(aspects.count) aspects"
    )
    self.foregroundAspects = aspects
    self.classIndices = classIndices
    self.foregroundAnchors = foregroundAnchors
    self.foregroundDeltas = foregroundDeltas
  }

  /// Finds the targets of one picture.
  ///
  /// - Parameters:
  ///   - anchors: All anchors over the network's input.
  ///   - boxes: The objects, in the same coordinates; a box without area is to be found by nobody.
  ///   - ignoreRegions: Crowds: an anchor that is not foreground and lies in one of them with half
  ///     of its area or more is ignored.
  ///   - matcher: What makes an anchor foreground.
  ///   - coder: How deltas are written.
  public init(
    anchors: [BoundingBox],
    boxes: [LabeledBox],
    ignoreRegions: [BoundingBox] = [],
    matcher: AnchorMatcher,
    coder: BoxCoder
  ) {
    let blocks = AnchorBlocks(anchors)
    classIndices = matcher.assignments(of: anchors, in: blocks, to: boxes.map(\.box))
    foregroundAnchors = []
    foregroundDeltas = []
    foregroundAspects = []
    for anchor in classIndices.indices where classIndices[anchor] >= 0 {
      let object = boxes[Int(classIndices[anchor])]
      precondition(object.label >= 0, "a label is an index in 0..<K, found \(object.label)")
      foregroundAnchors.append(Int32(anchor))
      foregroundDeltas.append(coder.encode(object.box, anchor: anchors[anchor]))
      foregroundAspects.append(anchors[anchor].width / anchors[anchor].height)
      classIndices[anchor] = Int32(object.label)
    }
    for region in ignoreRegions {
      blocks.visitCovered(by: region, anchors, fraction: 0.5) { anchor in
        if classIndices[anchor] == Self.background { classIndices[anchor] = Self.ignored }
      }
    }
  }
}
