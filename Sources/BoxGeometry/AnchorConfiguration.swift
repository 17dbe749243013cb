/// Which anchors stand on the cells of each level of a feature pyramid.
///
/// The defaults are the paper's: areas of 32² to 512² on levels P3 to P7, times three scales and
/// three aspect ratios, nine anchors a cell. Decoding takes the default of every key that is missing
/// and refuses values that cannot be used.
public struct AnchorConfiguration: Codable, Hashable, Sendable {
  /// How the sides of an anchor are rounded.
  public enum Rounding: String, Codable, Hashable, Sendable, CaseIterable {
    /// Not at all, as detectron2, mmdetection and keras-retinanet.
    case exact
    /// As torchvision: size times scale cut to a whole number, then each corner of an anchor about
    /// the origin rounded to the nearest whole number, halves to the even one.
    case torchvision
  }

  /// How far apart the anchors of neighbouring cells stand.
  public enum Spacing: String, Codable, Hashable, Sendable, CaseIterable {
    /// ``AnchorConfiguration/strides``, as the paper and every implementation but torchvision.
    case stride
    /// As torchvision: the picture's side divided by the number of cells, rounded down. It differs
    /// from the stride where the side is not a multiple of it: 13 cells over 800 pixels stand 61
    /// pixels apart, not 64.
    case imageOverCells
  }

  /// Side of the square anchor of each level at scale 1, in pixels; one a level.
  public var sizes: [Float]
  /// Pixels of the picture per cell of each level; one a level.
  public var strides: [Int]
  /// Factors on the sizes, on every level.
  public var scales: [Float]
  /// Height over width, on every level; the area does not depend on it.
  public var aspectRatios: [Float]
  /// Where in its cell an anchor's centre stands, as a fraction of the spacing: 0 is the cell's
  /// top left corner (detectron2, torchvision, mmdetection), 0.5 its middle (keras-retinanet).
  public var centerOffset: Float
  /// How the sides of an anchor are rounded.
  public var rounding: Rounding
  /// How far apart the anchors of neighbouring cells stand.
  public var spacing: Spacing

  /// Makes a configuration; without arguments, the paper's.
  ///
  /// - Parameters:
  ///   - sizes: Side of the square anchor of each level, in pixels. Paper, section 4: 32 to 512.
  ///   - strides: Pixels per cell of each level. Paper, section 4: levels P3 to P7, 2^level.
  ///   - scales: Factors on the sizes. Paper, section 4: 2^0, 2^(1/3), 2^(2/3).
  ///   - aspectRatios: Height over width. Paper, section 4: 1:2, 1:1, 2:1.
  ///   - centerOffset: Fraction of the spacing, 0...1. detectron2, torchvision: 0.
  ///   - rounding: How sides are rounded. detectron2: not at all.
  ///   - spacing: How far apart cells stand. detectron2: the stride.
  public init(
    sizes: [Float] = [32, 64, 128, 256, 512],
    strides: [Int] = [8, 16, 32, 64, 128],
    scales: [Float] = [1, 1.259_921_05, 1.587_401_05],
    aspectRatios: [Float] = [0.5, 1, 2],
    centerOffset: Float = 0,
    rounding: Rounding = .exact,
    spacing: Spacing = .stride
  ) {
    self.sizes = sizes
    self.strides = strides
    self.scales = scales
    self.aspectRatios = aspectRatios
    self.centerOffset = centerOffset
    self.rounding = rounding
    self.spacing = spacing
  }

  /// Reads a configuration; a missing key takes its default.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value has the wrong type or cannot be used.
  public init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try container.update(&sizes, forKey: .sizes)
    try container.update(&strides, forKey: .strides)
    try container.update(&scales, forKey: .scales)
    try container.update(&aspectRatios, forKey: .aspectRatios)
    try container.update(&centerOffset, forKey: .centerOffset)
    try container.update(&rounding, forKey: .rounding)
    try container.update(&spacing, forKey: .spacing)
    try container.refuse(fault)
  }

  /// Anchors on one cell of any level: scales times aspect ratios.
  public var anchorsPerCell: Int { scales.count * aspectRatios.count }

  /// Number of pyramid levels that carry anchors.
  public var levelCount: Int { sizes.count }

  /// What makes the configuration unusable, or nil.
  var fault: (key: CodingKeys, message: String)? {
    let isPositive = { (value: Float) in value > 0 && value.isFinite }
    if sizes.isEmpty || !sizes.allSatisfy(isPositive) {
      return (.sizes, "expected one size above 0 for each level, found \(sizes)")
    }
    if strides.count != sizes.count || !strides.allSatisfy({ $0 > 0 }) {
      return (
        .strides, "expected \(sizes.count) strides above 0, one for each size, found \(strides)"
      )
    }
    if scales.isEmpty || !scales.allSatisfy(isPositive) {
      return (.scales, "expected one or more factors above 0, found \(scales)")
    }
    if aspectRatios.isEmpty || !aspectRatios.allSatisfy(isPositive) {
      return (.aspectRatios, "expected one or more ratios above 0, found \(aspectRatios)")
    }
    if !(0...1).contains(centerOffset) {
      return (.centerOffset, "expected a fraction of the spacing in 0...1, found \(centerOffset)")
    }
    return nil
  }

  enum CodingKeys: String, CodingKey {
    case sizes, strides, scales, aspectRatios, centerOffset, rounding, spacing
  }
}
