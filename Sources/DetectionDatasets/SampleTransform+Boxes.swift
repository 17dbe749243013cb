package import BoxGeometry

extension SampleTransform {
  /// A box of the picture in the frame, not clipped to it.
  /// - Parameter box: A box in the upright picture.
  /// - Returns: The box in the frame, mirrored and turned.
  package func callAsFunction(_ box: BoundingBox) -> BoundingBox {
    let scaleX = Float(placement.width) / Float(crop.width)
    let scaleY = Float(placement.height) / Float(crop.height)
    var box = box.translated(x: -Float(crop.x), y: -Float(crop.y)).scaled(x: scaleX, y: scaleY)
      .translated(x: Float(placement.x), y: Float(placement.y))
    if choices.flipsHorizontally { box = box.flippedHorizontally(imageWidth: Float(frameWidth)) }
    if choices.flipsVertically { box = box.flippedVertically(imageHeight: Float(frameHeight)) }
    let (frameWidth, frameHeight) = (Float(frameWidth), Float(frameHeight))
    return switch choices.quarterTurns {
    case 1: box.transposed.flippedHorizontally(imageWidth: frameHeight)
    case 2:
      box.flippedHorizontally(imageWidth: frameWidth).flippedVertically(imageHeight: frameHeight)
    case 3: box.transposed.flippedVertically(imageHeight: frameWidth)
    default: box
    }
  }

  /// The boxes that are targets in the frame, and the regions that are neither object nor background.
  ///
  /// Boxes are clipped to the frame. One that is left with less than a pixel a side, or with less
  /// than `minimumVisibleShare` of its area, is no target; what is left of it is ignored, since it
  /// is not background either.
  /// - Parameters:
  ///   - boxes: The boxes of the picture.
  ///   - ignoreRegions: The regions of the picture to be ignored.
  ///   - minimumVisibleShare: Least share of its area that a target keeps, 0...1.
  /// - Returns: Targets in the order of `boxes`, and regions to be ignored.
  package func callAsFunction(
    _ boxes: [LabeledBox],
    ignoreRegions: [BoundingBox],
    minimumVisibleShare: Double
  ) -> (boxes: [LabeledBox], ignoreRegions: [BoundingBox]) {
    var targets: [LabeledBox] = []
    var ignored: [BoundingBox] = []
    for object in visible(boxes) {
      if object.isTarget(minimumVisibleShare: minimumVisibleShare) {
        targets.append(LabeledBox(box: object.box, label: object.label))
      } else {
        ignored.append(object.box)
      }
    }
    return (targets, ignored + visible(ignoreRegions))
  }

  /// What is seen of each box in the frame, in the order of the boxes.
  func visible(_ boxes: [LabeledBox]) -> [VisibleBox] {
    boxes.compactMap { labeled in
      let whole = self(labeled.box)
      let visible = seen(labeled.box, as: whole)
      guard !visible.isEmpty else { return nil }
      return VisibleBox(
        box: visible,
        label: labeled.label,
        visibleArea: visible.area,
        wholeArea: whole.area
      )
    }
  }

  /// What is seen of regions in the frame.
  func visible(_ regions: [BoundingBox]) -> [BoundingBox] {
    regions.map { seen($0, as: self($0)) }.filter { !$0.isEmpty }
  }

  /// The part of a box that is seen; where only a patch of the picture is, what lies beside it is not.
  private func seen(_ box: BoundingBox, as whole: BoundingBox) -> BoundingBox {
    (patch.map { self(box.intersection($0.box)) } ?? whole)
      .clipped(width: Float(width), height: Float(height))
  }
}

extension BoundingBox {
  /// The box with x and y exchanged.
  fileprivate var transposed: BoundingBox {
    BoundingBox(x1: y1, y1: x1, x2: y2, y2: x2)
  }
}
