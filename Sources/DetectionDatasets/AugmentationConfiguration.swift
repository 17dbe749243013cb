/// What the box of a rotated object is.
package enum RotationBox: String, Codable, Hashable, Sendable, CaseIterable {
  /// The bounds of the rotated box: never smaller than the object, larger unless that fills its box.
  case corners
  /// The bounds of the rotated ellipse inside the box: exact for round objects, cuts off corners.
  case ellipse
}

/// How training pictures are varied.
///
/// Every default is the paper's: horizontal flips alone.
package struct AugmentationConfiguration: Codable, Hashable, Sendable {
  /// Chance of a mirror image left to right, 0...1; paper, section 4: 0.5.
  package var horizontalFlip: Double = 0.5
  /// Chance of a mirror image top to bottom, 0...1; for pictures without an up.
  package var verticalFlip: Double = 0
  /// Chance of a turn by 90, 180 or 270 degrees, 0...1; for pictures without an up.
  package var quarterTurn: Double = 0
  /// Range of the zoom, drawn evenly in its logarithm; 1...1 is off.
  ///
  /// Above 1 a random part of the picture is enlarged (crop), below 1 the picture shrinks inside its
  /// frame (padding).
  package var scaleJitter: ClosedRange<Double> = 1...1
  /// Largest random shift as a share of the picture's side, of the visible part's when zoomed in, 0...0.5.
  ///
  /// What leaves the frame is cut off, what enters it is padding.
  package var translation: Double = 0
  /// Brightness is multiplied by 1 ± this, 0...1.
  package var brightness: Double = 0
  /// Distances from the picture's mean gray are multiplied by 1 ± this, 0...1.
  package var contrast: Double = 0
  /// Distances of each pixel from its own gray are multiplied by 1 ± this, 0...1.
  package var saturation: Double = 0
  /// Colours turn about the gray axis by up to this share of a full circle, 0...0.5.
  package var hue: Double = 0
  /// Chance of a crop that keeps to an object by a least IoU, 0...1; SSD (``IoUCrop``): 6/7.
  package var iouCrop: Double = 0
  /// Range of the crop's sides as shares of the picture's, 0.1...1; SSD's code: 0.3...1.
  package var iouCropScale: ClosedRange<Double> = 0.3...1
  /// Largest rotation either way, in degrees, 0...45; what turns out of the frame is cut off.
  package var rotation: Double = 0
  /// What the box of a rotated object is.
  package var rotationBox = RotationBox.corners
  /// Largest standard deviation of a Gaussian blur, in pixels of the network's input, 0...16.
  package var blur: Double = 0
  /// Chance that a picture becomes one of four in a mosaic, 0...1; YOLOv5: 1.
  package var mosaic: Double = 0
  /// Range of the size of a mosaic's pictures as a multiple of their own, 0.1...2.
  package var mosaicScale: ClosedRange<Double> = 0.5...1
  /// Chance that another picture is mixed in with a weight of 0.4 to 0.6, 0...1.
  ///
  /// The boxes of both are targets, and the losses give each the same weight; so the weights stay near
  /// a half, as with the Beta(32, 32) of YOLOv5, where both pictures can be seen.
  package var mixup: Double = 0
  /// Chance that objects of rare classes are pasted over a picture (``CopyPaste``), 0...1.
  package var copyPaste: Double = 0
  /// Most objects pasted over a picture, 1...100.
  package var copyPasteObjects = 3
  /// A box that keeps a smaller share of its area inside the frame is no target any more, 0...1.
  ///
  /// What is left of it is ignored. Being covered by a pasted object counts as being cut.
  package var minimumVisibleShare: Double = 0.25

  /// The paper's: horizontal flips alone.
  package init() {}

  /// Nothing is varied.
  package static let off: AugmentationConfiguration = {
    var configuration = AugmentationConfiguration()
    configuration.horizontalFlip = 0
    return configuration
  }()

  /// For a few hundred pictures: zoom, shift and light vary as well.
  package static let small: AugmentationConfiguration = {
    var configuration = AugmentationConfiguration()
    configuration.scaleJitter = 0.8...1.25
    configuration.translation = 0.1
    configuration.brightness = 0.2
    configuration.contrast = 0.2
    configuration.saturation = 0.2
    return configuration
  }()

  /// Each value that is out of range, as `key: what was found and what was expected`; empty if none.
  package var faults: [String] {
    var faults: [String] = []
    func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) {
      guard !range.contains(value) else { return }
      faults.append(
        "\(name): found \(value), expected \(range.lowerBound) to \(range.upperBound)"
      )
    }
    check("horizontalFlip", horizontalFlip, 0...1)
    check("verticalFlip", verticalFlip, 0...1)
    check("quarterTurn", quarterTurn, 0...1)
    // Beyond 1:8 either way, a picture is a few pixels of object or of padding.
    check("scaleJitter", scaleJitter.lowerBound, 0.125...8)
    check("scaleJitter", scaleJitter.upperBound, 0.125...8)
    check("translation", translation, 0...0.5)
    check("brightness", brightness, 0...1)
    check("contrast", contrast, 0...1)
    check("saturation", saturation, 0...1)
    check("hue", hue, 0...0.5)
    check("iouCrop", iouCrop, 0...1)
    check("iouCropScale", iouCropScale.lowerBound, 0.1...1)
    check("iouCropScale", iouCropScale.upperBound, 0.1...1)
    check("rotation", rotation, 0...45)
    check("blur", blur, 0...16)
    check("mosaic", mosaic, 0...1)
    check("mosaicScale", mosaicScale.lowerBound, 0.1...2)
    check("mosaicScale", mosaicScale.upperBound, 0.1...2)
    check("mixup", mixup, 0...1)
    check("copyPaste", copyPaste, 0...1)
    if !(1...100).contains(copyPasteObjects) {
      faults.append("copyPasteObjects: found \(copyPasteObjects), expected 1 to 100")
    }
    check("minimumVisibleShare", minimumVisibleShare, 0...1)
    return faults
  }
}

extension AugmentationConfiguration {
  /// Reads a configuration; what is missing has its default.
  /// - Parameter decoder: Where to read from.
  /// - Throws: `DecodingError` if a value has the wrong type or is out of range.
  package init(from decoder: any Decoder) throws {
    self.init()
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let numbers: [(CodingKeys, WritableKeyPath<Self, Double>)] = [
      (.horizontalFlip, \.horizontalFlip), (.verticalFlip, \.verticalFlip),
      (.quarterTurn, \.quarterTurn), (.translation, \.translation), (.brightness, \.brightness),
      (.contrast, \.contrast), (.saturation, \.saturation), (.hue, \.hue),
      (.iouCrop, \.iouCrop), (.rotation, \.rotation), (.blur, \.blur), (.mosaic, \.mosaic),
      (.mixup, \.mixup), (.copyPaste, \.copyPaste), (.minimumVisibleShare, \.minimumVisibleShare),
    ]
    for (key, path) in numbers {
      if let value = try container.decodeIfPresent(Double.self, forKey: key) {
        self[keyPath: path] = value
      }
    }
    let ranges: [(CodingKeys, WritableKeyPath<Self, ClosedRange<Double>>)] = [
      (.scaleJitter, \.scaleJitter), (.iouCropScale, \.iouCropScale), (.mosaicScale, \.mosaicScale),
    ]
    for (key, path) in ranges {
      if let range = try container.decodeIfPresent(ClosedRange<Double>.self, forKey: key) {
        self[keyPath: path] = range
      }
    }
    if let boxes = try container.decodeIfPresent(RotationBox.self, forKey: .rotationBox) {
      rotationBox = boxes
    }
    if let count = try container.decodeIfPresent(Int.self, forKey: .copyPasteObjects) {
      copyPasteObjects = count
    }
    if let fault = faults.first {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: container.codingPath, debugDescription: fault)
      )
    }
  }
}
