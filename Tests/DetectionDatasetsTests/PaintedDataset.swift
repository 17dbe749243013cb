import BoxGeometry
import Foundation
import Raster

@testable import DetectionDatasets

/// Pictures on disk whose objects can be told from all else: class k fills its boxes with the k-th of
/// red, green and blue on black.
struct PaintedDataset {
  let folder: TemporaryFolder
  let dataset: DetectionDataset

  /// One picture's size and its boxes: class, then x, y, width and height.
  struct Picture {
    var width = 96
    var height = 72
    var boxes: [(label: Int, x: Int, y: Int, width: Int, height: Int)]
  }

  init(_ pictures: [Picture], fileExtension: String = "png") throws {
    folder = try TemporaryFolder()
    var (images, annotations): ([String], [String]) = ([], [])
    for (index, picture) in pictures.enumerated() {
      var image = RasterImage(
        width: picture.width,
        height: picture.height,
        red: 0,
        green: 0,
        blue: 0
      )
      for (label, x, y, width, height) in picture.boxes {
        for row in y..<y + height {
          for column in x..<x + width { image[column, row][label] = 255 }
        }
        annotations.append(
          """
          {"id": \(annotations.count + 1), "image_id": \(index + 1), "category_id": \(label + 1),
           "bbox": [\(x), \(y), \(width), \(height)]}
          """
        )
      }
      let name = "\(index + 1).\(fileExtension)"
      try image.write(to: folder.place(name))
      images.append(#"{"id": \#(index + 1), "file_name": "\#(name)"}"#)
    }
    let file = try folder.write(
      """
      {"images": [\(images.joined(separator: ","))],
       "categories": [{"id": 1, "name": "red"}, {"id": 2, "name": "green"}, {"id": 3, "name": "blue"}],
       "annotations": [\(annotations.joined(separator: ","))]}
      """,
      to: "data.json"
    )
    dataset = try DetectionDataset.load(file.path)
  }

  /// Three pictures with one object each, of different classes, sizes and places; one is upright.
  static func oneObjectEach() throws -> PaintedDataset {
    try PaintedDataset([
      Picture(boxes: [(label: 0, x: 20, y: 16, width: 34, height: 25)]),
      Picture(boxes: [(label: 1, x: 50, y: 30, width: 28, height: 33)]),
      Picture(width: 72, height: 96, boxes: [(label: 2, x: 10, y: 40, width: 25, height: 40)]),
    ])
  }

  /// A loader that leaves pixels at their scale and values: black is 0, white is 1.
  static func plain(batchSize: Int = 1) -> BatchLoaderConfiguration {
    var configuration = BatchLoaderConfiguration(
      batchSize: batchSize,
      resize: ResizeRule(shortSide: 72, longSideCap: 200, multiple: 1)
    )
    configuration.workers = 0
    configuration.mean = [0, 0, 0]
    configuration.standardDeviation = [1, 1, 1]
    configuration.anchors.sizes = [32]
    configuration.anchors.strides = [32]
    configuration.augmentation.verticalFlip = 0.5
    configuration.augmentation.minimumVisibleShare = 0
    return configuration
  }

  /// All samples of some epochs, with their pictures as the network gets them.
  func samples(_ configuration: BatchLoaderConfiguration, epochs: Int) throws -> [ShownSample] {
    var shown: [ShownSample] = []
    for epoch in 0..<epochs {
      let loader = BatchLoader(dataset: dataset, configuration: configuration, epoch: epoch)
      while let batch = try loader.next() {
        for number in 0..<batch.count { shown.append(ShownSample(batch, number)) }
      }
    }
    return shown
  }
}

/// One picture of a batch.
struct ShownSample {
  let width: Int
  let height: Int
  let pixels: [Float]
  let boxes: [LabeledBox]
  let ignoreRegions: [BoundingBox]
  let origin: SampleOrigin

  init(_ batch: TrainingBatch, _ number: Int) {
    (width, height) = (batch.width, batch.height)
    let size = width * height * 3
    pixels = Array(batch.pixels[number * size..<(number + 1) * size])
    boxes = batch.boxes[number]
    ignoreRegions = batch.ignoreRegions[number]
    origin = batch.origins[number]
  }

  /// The bounds of the pixels in a rectangle whose channel is at least at a level; `nil` if none is.
  func bounds(
    of channel: Int,
    above level: Float,
    in area: BoundingBox? = nil,
    without hidden: [BoundingBox] = []
  ) -> BoundingBox? {
    let area = area ?? BoundingBox(x1: 0, y1: 0, x2: Float(width), y2: Float(height))
    let columns = max(0, Int(area.x1))..<max(max(0, Int(area.x1)), min(width, Int(area.x2)))
    let rows = max(0, Int(area.y1))..<max(max(0, Int(area.y1)), min(height, Int(area.y2)))
    var (x1, y1, x2, y2) = (width, height, 0, 0)
    pixels.withUnsafeBufferPointer { pixels in
      for y in rows {
        for x in columns where pixels[(y * width + x) * 3 + channel] >= level {
          let (left, top) = (Float(x), Float(y))
          let isHidden = hidden.contains {
            $0.x1 < left + 2 && left - 1 < $0.x2 && $0.y1 < top + 2 && top - 1 < $0.y2
          }
          if isHidden { continue }
          (x1, y1, x2, y2) = (min(x1, x), min(y1, y), max(x2, x + 1), max(y2, y + 1))
        }
      }
    }
    guard x1 < x2 else { return nil }
    return BoundingBox(x1: Float(x1), y1: Float(y1), x2: Float(x2), y2: Float(y2))
  }

  /// By how much the sides of a box miss those of another, at most.
  static func distance(_ one: BoundingBox, _ other: BoundingBox) -> Float {
    (0..<4).map { abs(one.corners[$0] - other.corners[$0]) }.max() ?? 0
  }

  /// How far the sides of targets are from those of what is seen of their class, at most: of each
  /// target that no other of its class is near, and of all targets of a class together.
  ///
  /// What is too small for a target is ignored, and left out here too.
  func worstMiss(above level: Float) -> Float {
    var worst: Float = 0
    for (number, labeled) in boxes.enumerated() {
      let around = BoundingBox(
        x1: labeled.box.x1 - 6,
        y1: labeled.box.y1 - 6,
        x2: labeled.box.x2 + 6,
        y2: labeled.box.y2 + 6
      )
      let isAlone = !boxes.enumerated().contains {
        $0.offset != number && $0.element.label == labeled.label
          && $0.element.box.intersectionArea(with: around) > 0
      }
      guard isAlone else { continue }
      let seen = bounds(of: labeled.label, above: level, in: around, without: ignoreRegions)
      worst = max(worst, seen.map { Self.distance($0, labeled.box) } ?? .infinity)
    }
    for label in 0..<3 {
      let seen = bounds(of: label, above: level, without: ignoreRegions)
      let targets = boxes.filter { $0.label == label }.map(\.box)
      guard let first = targets.first else {
        if seen != nil { worst = .infinity }
        continue
      }
      let all = targets.dropFirst().reduce(first) { union, box in
        BoundingBox(
          x1: min(union.x1, box.x1),
          y1: min(union.y1, box.y1),
          x2: max(union.x2, box.x2),
          y2: max(union.y2, box.y2)
        )
      }
      worst = max(worst, seen.map { Self.distance($0, all) } ?? .infinity)
    }
    return worst
  }
}
