#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Turns a box into the four deltas that the network regresses for an anchor, and back.
///
/// With centre (x, y) and sides (w, h) of the box, and the same of the anchor with index a, the deltas
/// are weights · ((x − xₐ) / wₐ, (y − yₐ) / hₐ, log(w / wₐ), log(h / hₐ)). Girshick et al. 2014,
/// appendix C, as in Fast R-CNN and every RetinaNet.
public struct BoxCoder: Codable, Hashable, Sendable {
  /// Factors on the deltas (dx, dy, dw, dh), each above 0.
  public var weights: SIMD4<Float>

  /// The most that a side may grow, as the logarithm of a factor; applied by decoding alone.
  public var maximumLogScale: Float

  /// Makes a coder.
  ///
  /// - Parameters:
  ///   - weights: Factors on the deltas. Every RetinaNet: 1.
  ///   - maximumLogScale: Bound on decoded dw and dh. As in Detectron: log(1000 / 16), so that a
  ///     16-pixel anchor grows to 1000 at most.
  public init(
    weights: SIMD4<Float> = SIMD4(repeating: 1),
    maximumLogScale: Float = 4.135_166_6
  ) {
    self.weights = weights
    self.maximumLogScale = maximumLogScale
  }

  /// Reads a coder; a missing key takes its default.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value has the wrong type or cannot be used.
  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.update(&weights, forKey: .weights)
    try container.update(&maximumLogScale, forKey: .maximumLogScale)
    try container.refuse(fault)
  }

  /// The deltas that lead from an anchor to a box.
  ///
  /// - Parameters:
  ///   - box: The box to reach, with sides above 0; a side of 0 has no logarithm and gives −∞.
  ///   - anchor: Where the deltas start, with sides above 0.
  /// - Returns: Lanes (dx, dy, dw, dh).
  public func encode(_ box: BoundingBox, anchor: BoundingBox) -> SIMD4<Float> {
    let boxSides = SIMD2(box.width, box.height)
    let anchorSides = SIMD2(anchor.width, anchor.height)
    let shift = SIMD2(box.centerX - anchor.centerX, box.centerY - anchor.centerY) / anchorSides
    let growth = boxSides / anchorSides
    return weights * SIMD4(lowHalf: shift, highHalf: SIMD2(log(growth.x), log(growth.y)))
  }

  /// The box that deltas lead to from an anchor.
  ///
  /// - Parameters:
  ///   - deltas: Lanes (dx, dy, dw, dh), as the network gives them.
  ///   - anchor: Where the deltas start.
  /// - Returns: The box, not clipped to any picture; its sides are at most exp(maximumLogScale)
  ///   times the anchor's. It is not finite if the deltas are not.
  public func decode(_ deltas: SIMD4<Float>, anchor: BoundingBox) -> BoundingBox {
    let unweighted = deltas / weights
    let anchorSides = SIMD2(anchor.width, anchor.height)
    let center = unweighted.lowHalf * anchorSides + SIMD2(anchor.centerX, anchor.centerY)
    let growth = SIMD2(
      exp(bounded(unweighted.z)),
      exp(bounded(unweighted.w))
    )
    let half = growth * anchorSides * 0.5
    return BoundingBox(corners: SIMD4(lowHalf: center - half, highHalf: center + half))
  }

  /// A NaN stays one: a broken network must not look like a working one.
  private func bounded(_ logScale: Float) -> Float {
    logScale > maximumLogScale ? maximumLogScale : logScale
  }

  /// What makes the coder unusable, or nil.
  private var fault: (key: CodingKeys, message: String)? {
    for lane in 0..<4 where !(weights[lane] > 0 && weights[lane].isFinite) {
      return (.weights, "expected four factors above 0, found \(weights)")
    }
    if maximumLogScale.isNaN {
      return (.maximumLogScale, "expected a number, found \(maximumLogScale)")
    }
    return nil
  }

  private enum CodingKeys: String, CodingKey {
    case weights, maximumLogScale
  }
}
