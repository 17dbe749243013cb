package import BoxGeometry
package import COCOFormat
package import Foundation

/// Where the pixels of a sample come from.
package enum ImageSource: Sendable {
  /// A picture file, with every symbolic link resolved.
  case file(URL)
  /// A rendered scene.
  case synthetic(SyntheticScene, index: Int)
}

/// A picture that could not be used, with what was to be found in it.
package struct LeftOutPicture: Hashable, Sendable {
  /// The picture as the annotations describe it.
  package var image: COCOImage
  /// Its annotations for evaluation, as annotated.
  package var groundTruth: [COCOAnnotation]
}

/// One picture and what is known about it.
package struct DatasetSample: Sendable {
  /// The picture's number in annotation and results files.
  package var imageID: Int
  /// The picture's file name as the dataset writes it, relative to its folder of pictures.
  package var name: String
  /// Where the pixels come from.
  package var source: ImageSource
  /// Width of the upright picture, in pixels.
  package var width: Int
  /// Height of the upright picture, in pixels.
  package var height: Int
  /// What there is to find, clipped to the picture; a label is an index into the categories.
  package var boxes: [LabeledBox]
  /// Which of ``boxes`` are marked difficult (Pascal VOC): trained on, not asked for in evaluation.
  package var difficultBoxes: [Int]
  /// Regions that are neither object nor background (COCO's crowds), clipped to the picture.
  package var ignoreRegions: [BoundingBox]
  /// The annotations for evaluation, as annotated: not clipped.
  ///
  /// Crowds, and difficult objects of Pascal VOC, have `isCrowd` set: a detection there is neither
  /// right nor wrong.
  package var groundTruth: [COCOAnnotation]
  /// The file that holds the annotations; empty where there is none.
  package var annotationFile = ""
  /// Where in that file each annotation of ``groundTruth`` stands.
  package var places = AnnotationPlaces()

  /// Creates a sample.
  /// - Parameters:
  ///   - imageID: The picture's number in annotation and results files.
  ///   - name: The picture's file name as the dataset writes it.
  ///   - source: Where the pixels come from.
  ///   - width: Width of the upright picture, in pixels.
  ///   - height: Height of the upright picture, in pixels.
  ///   - boxes: What there is to find, clipped to the picture.
  ///   - difficultBoxes: Which of the boxes are marked difficult.
  ///   - ignoreRegions: Regions that are neither object nor background.
  ///   - groundTruth: The annotations for evaluation.
  package init(
    imageID: Int,
    name: String,
    source: ImageSource,
    width: Int,
    height: Int,
    boxes: [LabeledBox] = [],
    difficultBoxes: [Int] = [],
    ignoreRegions: [BoundingBox] = [],
    groundTruth: [COCOAnnotation] = []
  ) {
    self.imageID = imageID
    self.name = name
    self.source = source
    self.width = width
    self.height = height
    self.boxes = boxes
    self.difficultBoxes = difficultBoxes
    self.ignoreRegions = ignoreRegions
    self.groundTruth = groundTruth
  }
}
