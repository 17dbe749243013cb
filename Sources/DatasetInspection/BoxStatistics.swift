import BoxGeometry
import DetectionDatasets
import Foundation

/// Sizes, shapes and numbers of the boxes, and the sizes of the pictures.
package struct BoxStatistics: Hashable, Sendable, Codable {
  /// Boxes of one of COCO's sizes.
  package struct SizeClass: Hashable, Sendable, Codable {
    /// `small`, `medium` or `large`: an area below 32², below 96², or from there on.
    package var name: String
    /// How many boxes.
    package var boxes: Int
    /// Their part of all, 0...1.
    package var share: Double
  }

  /// Boxes of one class.
  package struct Class: Hashable, Sendable, Codable {
    package var name: String
    /// The side of a square of the same area, in pixels.
    package var sides: Quantiles?
    /// Height over width.
    package var aspects: Quantiles?
  }

  /// Pictures of one size.
  package struct PictureSize: Hashable, Sendable, Codable {
    package var width: Int
    package var height: Int
    package var images: Int
  }

  /// What is left of the boxes once pictures are brought to the network's size.
  package struct Resized: Hashable, Sendable, Codable {
    /// Boxes of which a side is below one pixel.
    package var belowPixel: Int
    /// Boxes of which both sides are below the stride of the finest level.
    package var belowStride: Int
    /// That stride.
    package var stride: Int
    /// The factor on the sides of the pictures.
    package var scales: Quantiles?
    /// The side of a square of the same area, in pixels of the network's input.
    package var sides: Quantiles?
    package var sideHistogram: Histogram
  }

  package var sizes: [SizeClass]
  /// The side of a square of the same area, in pixels of the picture.
  package var sides: Quantiles?
  package var sideHistogram: Histogram
  /// Height over width.
  package var aspects: Quantiles?
  package var aspectHistogram: Histogram
  /// Boxes a picture.
  package var boxesPerImage: Quantiles?
  package var boxesPerImageHistogram: Histogram
  package var classes: [Class]
  /// The most frequent first, at most ``mostSizes``.
  package var imageSizes: [PictureSize]
  /// How many sizes there are.
  package var differentImageSizes: Int
  package var resized: Resized

  /// As many sizes of pictures are told one by one.
  package static let mostSizes = 20

  /// Measures all boxes.
  /// - Parameters:
  ///   - splits: Parts with common classes.
  ///   - settings: How large the network sees them.
  package init(_ splits: [InspectedSplit], settings: AnchorSettings) {
    let categories = splits.first?.dataset.categories ?? []
    var (sides, aspects, perImage): ([Double], [Double], [Double]) = ([], [], [])
    var byClass = [(sides: [Double], aspects: [Double])](
      repeating: ([], []),
      count: categories.count
    )
    var counts = [0, 0, 0]
    var pictures: [Size: Int] = [:]
    var (scales, seenSides): ([Double], [Double]) = ([], [])
    let stride = settings.anchors.strides.min() ?? 1
    var (belowPixel, belowStride) = (0, 0)
    for sample in splits.lazy.flatMap(\.dataset.samples) {
      perImage.append(Double(sample.boxes.count))
      pictures[Size(width: sample.width, height: sample.height), default: 0] += 1
      let scale = settings.scale(of: sample)
      scales.append(Double((scale.x * scale.y).squareRoot()))
      for object in sample.boxes {
        let (width, height) = (Double(object.box.width), Double(object.box.height))
        let (side, aspect) = ((width * height).squareRoot(), height / width)
        sides.append(side)
        aspects.append(aspect)
        byClass[object.label].sides.append(side)
        byClass[object.label].aspects.append(aspect)
        counts[Self.sizeClass(area: width * height)] += 1
        let seen = SIMD2(object.box.width, object.box.height) * scale
        seenSides.append(Double(seen.x * seen.y).squareRoot())
        if seen.min() < 1 { belowPixel += 1 }
        if seen.max() < Float(stride) { belowStride += 1 }
      }
    }
    sizes = zip(Self.sizeNames, counts).map { name, count in
      SizeClass(
        name: name,
        boxes: count,
        share: sides.isEmpty ? 0 : Double(count) / Double(sides.count)
      )
    }
    self.sides = Quantiles(sides)
    sideHistogram = Histogram(octavesOf: sides, perOctave: 2)
    self.aspects = Quantiles(aspects)
    aspectHistogram = Histogram(octavesOf: aspects, perOctave: 2)
    boxesPerImage = Quantiles(perImage)
    boxesPerImageHistogram = Self.counts(perImage)
    classes = zip(categories, byClass).map { category, values in
      Class(
        name: category.name,
        sides: Quantiles(values.sides),
        aspects: Quantiles(values.aspects)
      )
    }
    let ordered = pictures.sorted {
      ($1.value, $0.key.width, $0.key.height) < ($0.value, $1.key.width, $1.key.height)
    }
    imageSizes = ordered.prefix(Self.mostSizes).map {
      PictureSize(width: $0.key.width, height: $0.key.height, images: $0.value)
    }
    differentImageSizes = ordered.count
    resized = Resized(
      belowPixel: belowPixel,
      belowStride: belowStride,
      stride: stride,
      scales: Quantiles(scales),
      sides: Quantiles(seenSides),
      sideHistogram: Histogram(octavesOf: seenSides, perOctave: 2)
    )
  }

  private struct Size: Hashable {
    var width: Int
    var height: Int
  }

  /// The names of COCO's sizes.
  package static let sizeNames = ["small", "medium", "large"]

  /// The place of a box among COCO's sizes.
  /// - Parameter area: Square pixels of the picture.
  /// - Returns: An index into ``sizeNames``.
  package static func sizeClass(area: Double) -> Int { area < 32 * 32 ? 0 : area < 96 * 96 ? 1 : 2 }

  /// One bin a number as long as there are few, else bins of equal width; whole numbers as edges.
  private static func counts(_ values: [Double]) -> Histogram {
    let most = Int(values.max() ?? 0)
    let width = max(1, (most + 1 + 19) / 20)
    let bins = (most + width) / width
    return Histogram(values, edges: (0...bins).map { Double($0 * width) })
  }
}
