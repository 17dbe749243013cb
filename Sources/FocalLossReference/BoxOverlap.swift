/// Two boxes, and the areas that the losses of boxes are made of, without cancellation.
struct BoxOverlap {
  let x: SpanOverlap
  let y: SpanOverlap
  /// Area of the target.
  let targetArea: Double
  /// Whether the boxes share area.
  let intersects: Bool
  /// Area of both, A.
  let intersection: Double
  /// Area of one box alone: union − intersection.
  let difference: Double
  /// Area of either, U.
  let union: Double
  /// Area of the least box around both, C.
  let enclosing: Double
  /// C − U, the part of the enclosing box that neither covers.
  let wasted: Double

  /// nil where a corner is no finite number or the corners are out of order.
  init?(prediction: SIMD4<Double>, target: SIMD4<Double>) {
    for box in [prediction, target] {
      let finite = (0..<4).allSatisfy { box[$0].isFinite }
      guard finite, box.x <= box.z, box.y <= box.w else { return nil }
    }
    x = SpanOverlap(prediction: (prediction.x, prediction.z), target: (target.x, target.z))
    y = SpanOverlap(prediction: (prediction.y, prediction.w), target: (target.y, target.w))
    let predictionArea = x.prediction * y.prediction
    targetArea = x.target * y.target
    enclosing = x.enclosing * y.enclosing
    intersects = x.shared > 0 && y.shared > 0
    if intersects {
      intersection = x.shared * y.shared
      difference =
        x.predictionOverhang * y.prediction + x.shared * y.predictionOverhang
        + x.targetOverhang * y.target + x.shared * y.targetOverhang
      // The corners that one box reaches on one axis only.
      wasted = x.predictionOverhang * y.targetOverhang + x.targetOverhang * y.predictionOverhang
    } else {
      intersection = 0
      difference = predictionArea + targetArea
      // Each box fills its own span on the axis on which they are apart.
      let (apart, along) = x.shared == 0 ? (x, y) : (y, x)
      wasted =
        apart.prediction * along.targetOverhang + apart.target * along.predictionOverhang
        + apart.gap * along.enclosing
    }
    union = intersection + difference
  }
}
