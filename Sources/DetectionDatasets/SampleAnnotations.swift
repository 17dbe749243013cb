import BoxGeometry
import COCOFormat

/// Collects the annotations of one picture and notes what is wrong with them.
struct SampleAnnotations {
  /// The file that holds the annotations, for messages.
  let file: String
  /// Width of the picture itself.
  let width: Int
  /// Height of the picture itself.
  let height: Int
  /// Whether boxes that reach over the border are listed.
  var reportsClipping = true

  private(set) var boxes: [LabeledBox] = []
  private(set) var difficultBoxes: [Int] = []
  private(set) var ignoreRegions: [BoundingBox] = []
  private(set) var groundTruth: [COCOAnnotation] = []
  private(set) var places = AnnotationPlaces()
  private(set) var problems: [DatasetProblem] = []

  /// How far over the border is rounding, in pixels: less than one, as COCOFormat has it.
  var slack = 1.0

  init(file: String, width: Int, height: Int) {
    self.file = file
    self.width = width
    self.height = height
  }

  /// Adds an annotation, unless nothing of it can be used.
  /// - Parameters:
  ///   - annotation: The box as annotated, with a crowd's flag.
  ///   - label: Its class, as an index.
  ///   - isDifficult: Whether it is a target that evaluation does not ask for.
  ///   - place: Where it stands in the file.
  mutating func add(_ annotation: COCOAnnotation, label: Int, isDifficult: Bool, place: String) {
    let box = annotation.box
    let written =
      "(\(text(box.x)), \(text(box.y))) to (\(text(box.x + box.width)), \(text(box.y + box.height)))"
    guard box.width > 0, box.height > 0 else {
      let what =
        box.width < 0 || box.height < 0 ? "has its corners in the wrong order" : "has no area"
      return note(.emptyBox, place, "the box \(written) \(what); left out")
    }
    let clipped = box.clipped(imageWidth: Double(width), imageHeight: Double(height))
    guard clipped.width > 0, clipped.height > 0 else {
      return note(
        .boxOutsidePicture,
        place,
        "the box \(written) lies outside the picture of \(width)x\(height) pixels; left out"
      )
    }
    let visible = clipped.boundingBox
    guard !visible.isEmpty else {
      return note(
        .emptyBox,
        place,
        "the box \(written) is too small to have an area in single precision; left out"
      )
    }
    let overhang = max(
      -box.x,
      -box.y,
      box.x + box.width - Double(width),
      box.y + box.height - Double(height)
    )
    if reportsClipping, overhang > slack {
      note(
        .boxClipped,
        place,
        "the box \(written) reaches out of the picture of \(width)x\(height) pixels; clipped"
      )
    }
    var annotation = annotation
    // Sides near the end of their range have an area beyond it, which no file can hold.
    if !annotation.area.isFinite { annotation.area = .greatestFiniteMagnitude }
    groundTruth.append(annotation)
    places.append(place)
    if annotation.isCrowd, !isDifficult {
      ignoreRegions.append(visible)
    } else {
      if isDifficult { difficultBoxes.append(boxes.count) }
      boxes.append(LabeledBox(box: visible, label: label))
    }
  }

  /// A coordinate to a thousandth of a pixel, where that is a rounding.
  private func text(_ value: Double) -> String {
    let rounded = (value * 1000).rounded() / 1000
    return abs(value) < 1e6 && (rounded != 0 || value == 0) ? "\(rounded)" : "\(value)"
  }

  /// Notes something about the picture.
  mutating func note(_ kind: DatasetProblem.Kind, _ place: String, _ message: String) {
    problems.append(DatasetProblem(file: file, place: place, kind: kind, message: message))
  }

  /// The size that a picture is taken to have where it cannot be asked: large enough for any box.
  static let unknownSize = 1 << 20

  /// The sample made of all this.
  func sample(imageID: Int, name: String, source: ImageSource) -> DatasetSample {
    var sample = DatasetSample(
      imageID: imageID,
      name: name,
      source: source,
      width: width,
      height: height,
      boxes: boxes,
      difficultBoxes: difficultBoxes,
      ignoreRegions: ignoreRegions,
      groundTruth: groundTruth
    )
    sample.annotationFile = file
    sample.places = places
    return sample
  }
}
