#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A loss of two boxes by their intersection over union, IoU, with what later work added to it.
///
/// For a prediction P and a target T with intersection A, union U, least enclosing box C (area C,
/// diagonal c), distance ρ of the centres, and ε added to every denominator:
///
/// - ``Kind/iou``: 1 − A / (U + ε)
/// - ``Kind/giou``: the same + (C − U) / (C + ε)
/// - ``Kind/diou``: IoU loss + ρ² / (c² + ε)
/// - ``Kind/ciou``: DIoU loss + α v, v = (4 / π²) (atan(w_T / h_T) − atan(w_P / h_P))²,
///   α = v / (1 − IoU + v + ε)
///
/// The gradient is by the prediction's corners and exact, but for CIoU's α, which its authors and
/// every implementation hold constant. Where two edges coincide the loss has a corner; the gradient
/// there is the mean of both sides', as PyTorch's `max` and `min` have it. Boxes that only touch
/// have the gradient of boxes that are apart.
///
/// Nothing is a difference of areas: 1 − IoU and C − U are sums of strips, so that both keep their
/// digits where the boxes nearly agree.
///
/// Domain: boxes with finite corners in order, x1 <= x2 and y1 <= y2, sides up to some 10⁷⁵; all
/// else gives NaN. Not in the paper, whose box subnet has ``SmoothL1Reference``. Rezatofighi et al.
/// 2019 (GIoU), Zheng et al. 2020 (DIoU, CIoU); numbers as torchvision's
/// `generalized_box_iou_loss`, `distance_box_iou_loss` and `complete_box_iou_loss`.
public struct BoxIoULossReference: Sendable, Hashable {
  /// What is added to the IoU loss.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Nothing; no gradient where the boxes are apart. 0...1.
    case iou
    /// The part of the enclosing box that neither box covers. 0...2.
    case giou
    /// The squared distance of the centres by the squared diagonal of the enclosing box. 0...2.
    case diou
    /// That, and how the aspect ratios differ. 0 to below 3.
    case ciou
  }

  /// What is added to the IoU loss.
  public let kind: Kind

  /// What is added to every denominator, in square pixels for areas.
  public let epsilon: Double

  /// Makes the loss.
  ///
  /// - Parameters:
  ///   - kind: What is added to the IoU loss.
  ///   - epsilon: Added to every denominator, finite and >= 0; torchvision: 1e-7. It keeps two
  ///     empty boxes from 0 / 0, and makes equal boxes of area A cost ε / (A + ε). With 0 the loss
  ///     does not depend on the scale of the boxes.
  public init(kind: Kind, epsilon: Double = 1e-7) {
    precondition(
      epsilon >= 0 && epsilon.isFinite,
      "epsilon is finite and >= 0, found \(epsilon)"
    )
    self.kind = kind
    self.epsilon = epsilon
  }

  /// The loss of one prediction.
  ///
  /// - Parameters:
  ///   - prediction: Lanes (x1, y1, x2, y2), in pixels.
  ///   - target: The same of the object.
  /// - Returns: Loss, >= 0; NaN where a box is out of order or not finite, and for two empty boxes
  ///   with an epsilon of 0.
  public func value(prediction: SIMD4<Double>, target: SIMD4<Double>) -> Double {
    guard let boxes = BoxOverlap(prediction: prediction, target: target) else { return .nan }
    let miss = miss(boxes)
    switch kind {
    case .iou: return miss
    case .giou: return miss + boxes.wasted / (boxes.enclosing + epsilon)
    case .diou: return miss + squaredDistance(boxes) / squaredDiagonal(boxes)
    case .ciou:
      let aspect = squaredAspect(aspectAngle(boxes))
      return miss + squaredDistance(boxes) / squaredDiagonal(boxes)
        + aspectWeight(aspect, miss) * aspect
    }
  }

  /// The derivatives of the loss by the prediction's corners.
  ///
  /// - Parameters:
  ///   - prediction: Lanes (x1, y1, x2, y2), in pixels.
  ///   - target: The same of the object.
  /// - Returns: Lanes as the prediction's, in 1 / pixel; NaN where the value is.
  public func gradient(prediction: SIMD4<Double>, target: SIMD4<Double>) -> SIMD4<Double> {
    guard let boxes = BoxOverlap(prediction: prediction, target: target) else {
      return SIMD4(repeating: .nan)
    }
    let x = gradient(along: boxes.x, across: boxes.y, of: boxes)
    let y = gradient(along: boxes.y, across: boxes.x, of: boxes)
    let gradient = SIMD4(x.low, y.low, x.high, y.high)
    return kind == .ciou ? gradient + aspectGradient(boxes) : gradient
  }

  /// 1 − IoU.
  private func miss(_ boxes: BoxOverlap) -> Double {
    (boxes.difference + epsilon) / (boxes.union + epsilon)
  }

  /// ρ².
  private func squaredDistance(_ boxes: BoxOverlap) -> Double {
    boxes.x.offset * boxes.x.offset + boxes.y.offset * boxes.y.offset
  }

  /// c² + ε.
  private func squaredDiagonal(_ boxes: BoxOverlap) -> Double {
    boxes.x.enclosing * boxes.x.enclosing + boxes.y.enclosing * boxes.y.enclosing + epsilon
  }
}

/// The gradient on one axis, by the low and the high end of the prediction's span.
extension BoxIoULossReference {
  private typealias Ends = (low: Double, high: Double)

  private func gradient(
    along axis: SpanOverlap,
    across other: SpanOverlap,
    of boxes: BoxOverlap
  ) -> Ends {
    let miss = missGradient(axis, other, boxes)
    switch kind {
    case .iou: return miss
    case .giou:
      let waste = wasteGradient(axis, other, boxes)
      return (miss.low + waste.low, miss.high + waste.high)
    case .diou, .ciou:
      let distance = distanceGradient(axis, boxes)
      return (miss.low + distance.low, miss.high + distance.high)
    }
  }

  /// The gradient of 1 − A / (U + ε).
  ///
  /// An end inside the target bounds the intersection, dA = −h_A and dU = −h_P + h_A; an end
  /// outside bounds the union alone, dU = −h_P.
  private func missGradient(
    _ axis: SpanOverlap,
    _ other: SpanOverlap,
    _ boxes: BoxOverlap
  ) -> Ends {
    guard boxes.intersects else { return (0, 0) }
    let union = boxes.union + epsilon
    let covered = axis.predictionOverhang * other.prediction + boxes.targetArea + epsilon
    return ends(
      of: axis,
      inside: other.shared * covered / union / union,
      outside: -boxes.intersection * other.prediction / union / union
    )
  }

  /// The gradient of (C − U) / (C + ε).
  private func wasteGradient(
    _ axis: SpanOverlap,
    _ other: SpanOverlap,
    _ boxes: BoxOverlap
  ) -> Ends {
    let enclosing = boxes.enclosing + epsilon
    // d(C − U) (C + ε) − (C − U) dC with dC = −h_C outside, 0 inside, expanded so that what is
    // equal in both products is gone.
    let change =
      boxes.intersects
      ? axis.targetOverhang * other.predictionOverhang - axis.target * other.targetOverhang
      : axis.targetOverhang * other.prediction - boxes.targetArea
    return ends(
      of: axis,
      inside: (boxes.intersects ? other.predictionOverhang : other.prediction) / enclosing,
      outside: (other.enclosing * change - epsilon * other.targetOverhang) / enclosing / enclosing
    )
  }

  /// The gradient of ρ² / (c² + ε).
  private func distanceGradient(_ axis: SpanOverlap, _ boxes: BoxOverlap) -> Ends {
    let diagonal = squaredDiagonal(boxes)
    let pull = axis.offset / diagonal
    let growth = 2 * (squaredDistance(boxes) / diagonal) * (axis.enclosing / diagonal)
    return (pull + (1 - axis.lowInside) * growth, pull - (1 - axis.highInside) * growth)
  }

  /// What one end contributes, by whether it lies inside the target's; the high end mirrors the
  /// low.
  private func ends(of axis: SpanOverlap, inside: Double, outside: Double) -> Ends {
    (
      axis.lowInside * inside + (1 - axis.lowInside) * outside,
      -(axis.highInside * inside + (1 - axis.highInside) * outside)
    )
  }
}

/// CIoU's term of the aspect ratio.
extension BoxIoULossReference {
  /// atan(w_T / h_T) − atan(w_P / h_P), as one angle.
  private func aspectAngle(_ boxes: BoxOverlap) -> Double {
    let (x, y) = (boxes.x, boxes.y)
    return atan2(
      x.target * y.prediction - x.prediction * y.target,
      y.target * y.prediction + x.target * x.prediction
    )
  }

  /// v.
  private func squaredAspect(_ angle: Double) -> Double {
    4 / (.pi * .pi) * angle * angle
  }

  /// α, 0 where the aspect ratios agree.
  private func aspectWeight(_ aspect: Double, _ miss: Double) -> Double {
    aspect == 0 ? 0 : aspect / (miss + aspect + epsilon)
  }

  /// α dv with d atan(w / h) = (h dw − w dh) / (w² + h²), 0 for a prediction that is a point.
  private func aspectGradient(_ boxes: BoxOverlap) -> SIMD4<Double> {
    let (width, height) = (boxes.x.prediction, boxes.y.prediction)
    let square = width * width + height * height
    guard square > 0 else { return SIMD4(repeating: 0) }
    let angle = aspectAngle(boxes)
    let weight = aspectWeight(squaredAspect(angle), miss(boxes))
    let factor = weight * 8 / (.pi * .pi) * angle / square
    let (byWidth, byHeight) = (-factor * height, factor * width)
    return SIMD4(-byWidth, -byHeight, byWidth, byHeight)
  }
}
