public import BoxGeometry

/// How a picture becomes network input.
public struct InputConfiguration: Codable, Hashable, Sendable {
  /// The size rule: short side, cap of the long side, multiple to pad to.
  ///
  /// Paper: 600 for the ablations.
  public var resize = ResizeRule(shortSide: 600, longSideCap: 1000)
  /// Mean of each channel, taken off each pixel: in the order of ``channelOrder``, in the range of ``pixelRange``.
  ///
  /// ImageNet's.
  public var mean: [Float] = [0.485, 0.456, 0.406]
  /// What each difference is divided by, likewise.
  ///
  /// ImageNet's.
  public var standardDeviation: [Float] = [0.229, 0.224, 0.225]
  /// In which order the first convolution takes the colours.
  ///
  /// torchvision: red, green, blue; weights that come from Caffe: blue, green, red.
  public var channelOrder: ChannelOrder = .rgb
  /// What the darkest and the lightest pixel are before the mean is taken off.
  ///
  /// torchvision: 0 and 1; weights that come from Caffe: 0 and 255.
  public var pixelRange: PixelRange = .unit

  /// ImageNet's normalisation at the paper's 600 pixels.
  public init() {}

  /// Reads a configuration; `channelOrder` and `pixelRange`, which older files lack, may be missing.
  ///
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value is missing or of the wrong type.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    resize = try container.decode(ResizeRule.self, forKey: .resize)
    mean = try container.decode([Float].self, forKey: .mean)
    standardDeviation = try container.decode([Float].self, forKey: .standardDeviation)
    try container.update(&channelOrder, forKey: .channelOrder)
    try container.update(&pixelRange, forKey: .pixelRange)
  }

  /// The order of the colours.
  public enum ChannelOrder: String, Codable, Hashable, Sendable, CaseIterable {
    /// Red, green, blue.
    case rgb
    /// Blue, green, red.
    case bgr
  }

  /// The range of pixels.
  public enum PixelRange: String, Codable, Hashable, Sendable, CaseIterable {
    /// 0...1.
    case unit
    /// 0...255.
    case bytes
  }

  /// The normalisation of a picture whose pixels are red, green, blue in 0...1, which is what the network is given
  /// whatever its own order is: (pixel − mean) / standardDeviation.
  ///
  /// The mean and the deviation of each colour.
  public var normalization: (mean: [Float], standardDeviation: [Float]) {
    let scale: Float = pixelRange == .bytes ? 255 : 1
    let lists = [mean, standardDeviation].map { values in
      (channelOrder == .bgr ? values.reversed() : values).map { $0 / scale }
    }
    return (lists[0], lists[1])
  }

  var fault: String? {
    if mean.count != 3 || standardDeviation.count != 3 || !mean.allSatisfy(\.isFinite)
      || !standardDeviation.allSatisfy({ $0 > 0 && $0.isFinite })
    {
      return
        "input: found mean \(mean) and standardDeviation \(standardDeviation), expected three finite "
        + "numbers each, the deviations above 0"
    }
    if !(16...8192).contains(resize.shortSide) {
      return "input.resize.shortSide: found \(resize.shortSide), expected 16...8192"
    }
    if !(16...16384).contains(resize.longSideCap) {
      return "input.resize.longSideCap: found \(resize.longSideCap), expected 16...16384"
    }
    if !(32...1024).contains(resize.multiple) || resize.multiple % 32 != 0 {
      return
        "input.resize.multiple: found \(resize.multiple), expected a multiple of 32 in 32...1024"
    }
    return nil
  }
}
