import BoxGeometry
import COCOFormat
import DetectionDatasets
import DetectionReport
import Drawing
import Raster

/// A few pictures of the validation set, the same after every evaluation.
struct ValidationGallery {
  /// How many pictures, and the most pixels along either side that are kept of each.
  static let (count, longSide) = (6, 640)
  /// Detections below it are not drawn.
  static let shownScore: Float = 0.3

  private struct Picture {
    let sample: DatasetSample
    let image: RasterImage
  }

  private let categories: [DatasetCategory]
  private let pictures: [Picture]
  /// The pictures as files for a page, in their order; `nil` where memory ran out.
  let embedded: [EmbeddedPicture?]

  /// Chooses pictures evenly over the set, of those with objects if there are any, and reads them.
  ///
  /// - Parameter dataset: The validation set. A picture that cannot be read is passed by: it is told of elsewhere.
  init(_ dataset: DetectionDataset) {
    categories = dataset.categories
    let withObjects = dataset.samples.filter { !$0.boxes.isEmpty }
    let samples = withObjects.isEmpty ? dataset.samples : withObjects
    let count = min(Self.count, samples.count)
    pictures = (0..<count).compactMap { place in
      let sample = samples[place * samples.count / count]
      return try? Picture(sample: sample, image: Self.image(of: sample, in: dataset))
    }
    embedded = pictures.map { picture in
      let (width, height) = (Double(picture.image.width), Double(picture.image.height))
      return try? EmbeddedPicture(
        picture.image,
        part: Rectangle(x: 0, y: 0, width: width, height: height),
        of: (width, height),
        longSide: Self.longSide
      )
    }
  }

  private static func image(
    of sample: DatasetSample,
    in dataset: DetectionDataset
  ) throws -> RasterImage {
    let factor = Double(longSide) / Double(max(sample.width, sample.height, 1))
    guard factor < 1 else { return try dataset.image(of: sample) }
    let width = max(1, Int((Double(sample.width) * factor).rounded()))
    let height = max(1, Int((Double(sample.height) * factor).rounded()))
    return try dataset.image(of: sample, fitting: (width, height))
      .resized(width: width, height: height)
  }

  /// The pictures with what was found on them.
  ///
  /// - Parameter detections: Of the whole validation set.
  /// - Returns: One run's detections, boxes in the pixels of the pictures as they are kept.
  func gallery(_ detections: [COCODetection]) -> Gallery {
    let labels = Dictionary(categories.enumerated().map { ($1.id, $0) }) { first, _ in first }
    let shown = Set(pictures.map(\.sample.imageID))
    let found = Dictionary(
      grouping: detections.filter { shown.contains($0.imageID) },
      by: \.imageID
    )
    return Gallery(
      categories: categories.map(\.name),
      runs: ["Detected"],
      items: pictures.map { picture in
        let (sample, image) = (picture.sample, picture.image)
        let x = Float(image.width) / Float(max(sample.width, 1))
        let y = Float(image.height) / Float(max(sample.height, 1))
        return .init(
          name: sample.name,
          image: image,
          truth: sample.boxes.map {
            LabeledBox(box: $0.box.scaled(x: x, y: y), label: $0.label)
          },
          ignoredRegions: sample.ignoreRegions.map { $0.scaled(x: x, y: y) },
          detections: [
            (found[sample.imageID] ?? []).map {
              ScoredBox(
                box: $0.box.boundingBox.scaled(x: x, y: y),
                label: labels[$0.categoryID] ?? 0,
                score: Float($0.score)
              )
            }
          ]
        )
      },
      scoreThreshold: Self.shownScore
    )
  }
}
