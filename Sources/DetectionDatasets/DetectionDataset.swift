package import COCOFormat
package import Foundation
package import Raster

/// Pictures with boxes: what training learns from and evaluation is held against.
package struct DetectionDataset: Sendable {
  /// How the dataset is written.
  package enum Format: String, Hashable, Sendable, Codable {
    /// A COCO annotation file and a folder of pictures.
    case coco
    /// A Pascal VOC folder.
    case voc
    /// A YOLO `data.yaml`, pictures and a label file for each.
    case yolo
    /// Rendered pictures.
    case synthetic
    /// Pictures without annotations.
    case pictures
  }

  /// How the dataset is written.
  package var format: Format
  /// The dataset as the user named it.
  package var location: String
  /// The classes; a box's label is an index into them.
  package var categories: [DatasetCategory]
  /// The pictures.
  package var samples: [DatasetSample]
  /// What was left out or changed while loading, in the order of the files.
  package var problems: [DatasetProblem]

  /// The pictures that were left out: nothing can be found in them, so their objects are missed.
  package var leftOut: [LeftOutPicture] = []

  /// Creates a dataset.
  /// - Parameters:
  ///   - format: How the dataset is written.
  ///   - location: The dataset as the user named it.
  ///   - categories: The classes.
  ///   - samples: The pictures.
  ///   - problems: What was left out or changed.
  package init(
    format: Format,
    location: String,
    categories: [DatasetCategory],
    samples: [DatasetSample],
    problems: [DatasetProblem] = []
  ) {
    self.format = format
    self.location = location
    self.categories = categories
    self.samples = samples
    self.problems = problems
  }

  /// Loads a dataset: all annotations, and of each picture the header.
  ///
  /// The header has the last word on a picture's size. Pixels are read later.
  ///
  /// - Parameters:
  ///   - specification: `FILE.json` (COCO), `DIR` or `DIR:SPLIT` (Pascal VOC), `data.yaml`,
  ///     `data.yaml:SPLIT` or the folder that holds it (YOLO), or `synth:N:SEED`.
  ///   - images: The folder of pictures; where it is not given, see ``PictureFolder``. For YOLO the
  ///     folder that `path` in the file means.
  ///   - onBadData: What to do about a picture, or its annotation file, that cannot be used.
  ///     Single boxes that cannot be used are left out and listed either way.
  ///   - needsPictures: Whether a COCO file whose folder of pictures is nowhere to be found is an
  ///     error; else its pictures are taken to be as large as the file says, and cannot be decoded.
  /// - Returns: The dataset with its problems.
  /// - Throws: ``DatasetError`` or `COCOFormatError`, naming the file and what is wrong with it.
  package static func load(
    _ specification: String,
    images: URL? = nil,
    onBadData: BadDataPolicy = .stop,
    needsPictures: Bool = true
  ) throws -> DetectionDataset {
    let dataset: DetectionDataset
    switch try DatasetSpecification(specification) {
    case .coco(let file):
      dataset = try COCODatasetReader(
        file: file,
        onBadData: onBadData,
        needsPictures: needsPictures
      ).dataset(images: images)
    case .voc(let root, let split):
      dataset = try VOCDatasetReader(root: root, split: split, images: images, onBadData: onBadData)
        .dataset(location: specification)
    case .yolo(let file, let split):
      dataset = try YOLODatasetReader(
        file: file,
        split: split,
        images: images,
        onBadData: onBadData
      ).dataset(location: specification)
    case .synthetic(let count, let seed):
      dataset = try synthetic(count: count, seed: seed, location: specification)
    }
    return dataset
  }

  /// What a detector is held against: all pictures, those left out too, categories and annotations.
  /// - Returns: The ground truth in the dataset's own ids and order.
  package func groundTruth() -> COCOGroundTruth {
    COCOGroundTruth(
      images: samples.map {
        COCOImage(id: $0.imageID, fileName: $0.name, width: $0.width, height: $0.height)
      } + leftOut.map(\.image),
      categories: categories.map { COCOCategory(id: $0.id, name: $0.name) },
      annotations: samples.flatMap(\.groundTruth) + leftOut.flatMap(\.groundTruth)
    )
  }

  /// The pixels of a sample, upright.
  /// - Parameters:
  ///   - sample: A sample of this dataset.
  ///   - target: The size it will be resized to, if that may be used to decode a large JPEG at 1/2,
  ///     1/4 or 1/8 (never below the target); `nil` decodes all pixels.
  /// - Returns: The picture.
  /// - Throws: ``DatasetError`` naming the picture, if it cannot be decoded or is not the one that
  ///   was there when the dataset was loaded.
  package func image(
    of sample: DatasetSample,
    fitting target: (width: Int, height: Int)? = nil
  ) throws(DatasetError) -> RasterImage {
    switch sample.source {
    case .synthetic(let scene, let index): return scene.render(index: index).image
    case .file(let url):
      let image = try Self.reading { () throws(RasterError) in
        try RasterImage(contentsOf: url, fitting: target)
      }
      // A JPEG decoded at 1/n has its sides divided by n and rounded up.
      let isExpected = [1, 2, 4, 8].contains {
        image.width == (sample.width + $0 - 1) / $0
          && image.height == (sample.height + $0 - 1) / $0
      }
      guard isExpected else {
        throw Self.otherPicture(image.width, image.height, insteadOf: sample, at: url)
      }
      return image
    }
  }

  /// What reading a picture gives, or an error of the dataset about it.
  static func reading<Value>(
    _ body: () throws(RasterError) -> Value
  ) throws(DatasetError) -> Value {
    do {
      return try body()
    } catch {
      throw DatasetError(.badPicture, file: error.file, message: error.message)
    }
  }

  /// The error about a file that was replaced since the dataset was loaded.
  static func otherPicture(
    _ width: Int,
    _ height: Int,
    insteadOf sample: DatasetSample,
    at url: URL
  ) -> DatasetError {
    DatasetError(
      .badPicture,
      file: url.path,
      message: "has \(width)x\(height) pixels, but had "
        + "\(sample.width)x\(sample.height) when the dataset was loaded; load it again"
    )
  }
}
