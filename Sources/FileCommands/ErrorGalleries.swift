import COCOFormat
import CommandConsole
import DetectionAnalysis
import DetectionReport
import Drawing
import Foundation
import Raster

/// Pictures of what went wrong: the surest false alarms, the largest objects missed, the worst images.
struct ErrorGalleries {
  /// How many of each, 50 in all, and how many of one image at most.
  static let (falseAlarms, misses, images, perImage) = (18, 16, 16, 2)
  /// The long side of a picture in the page, in pixels.
  private static let (longSideOfPart, longSideOfWhole) = (420, 640)

  private let analysis: DetectionErrorAnalysis
  private let pictures: PictureSource?
  private let names: [Int: String]
  private let imagePlaces: [Int: Int]

  /// - Parameters:
  ///   - analysis: What became of every detection and object.
  ///   - pictures: Where the pictures are; `nil` draws the boxes on nothing.
  init(_ analysis: DetectionErrorAnalysis, pictures: PictureSource?) {
    self.analysis = analysis
    self.pictures = pictures
    let truth = analysis.groundTruth
    names = Dictionary(truth.categories.map { ($0.id, $0.name) }) { first, _ in first }
    imagePlaces = Dictionary(truth.images.enumerated().map { ($1.id, $0) }) { first, _ in first }
  }

  func galleries() -> [PictureGallery] {
    let (errors, missed) = (surestErrors(), largestMisses())
    let worst = WorstImages(analysis, limit: Self.images, falsePositiveLimit: 12)
    let wanted = Set(
      errors.map { analysis.detections.detections[$0].imageID }
        + missed.map { analysis.groundTruth.annotations[$0].imageID }
        + worst.images.map(\.image.id)
    )
    let scenes = ImageScenes(analysis, images: wanted)
    return [
      PictureGallery(
        heading: "Surest false alarms",
        note: "Errors by falling score, at most \(Self.perImage) of a picture.",
        isWhole: false,
        tiles: errors.map { falseAlarm($0, scenes) }
      ),
      PictureGallery(
        heading: "Largest objects missed",
        note:
          "Objects that nothing found and no other error explains, the largest first, at most "
          + "\(Self.perImage) of a picture.",
        isWhole: false,
        tiles: missed.map { miss($0, scenes) }
      ),
      PictureGallery(
        heading: "Worst pictures",
        note:
          "By the number of objects not found plus the scores of the false alarms; of these the "
          + "surest twelve are drawn.",
        isWhole: true,
        tiles: worst.images.map { whole($0, scenes) }
      ),
    ]
  }

  // MARK: Choice

  private func surestErrors() -> [Int] {
    let detections = analysis.detections.detections
    var errors: [Candidate] = []
    for index in 0..<detections.count {
      guard case .error = analysis.verdict(of: index) else { continue }
      let detection = detections[index]
      errors.append(Candidate(index: index, image: detection.imageID, weight: detection.score))
    }
    return chosen(errors, limit: Self.falseAlarms)
  }

  private func largestMisses() -> [Int] {
    let annotations = analysis.groundTruth.annotations
    var missed: [Candidate] = []
    for index in 0..<annotations.count {
      guard analysis.outcome(ofObject: index) == .missed else { continue }
      let annotation = annotations[index]
      missed.append(Candidate(index: index, image: annotation.imageID, weight: annotation.area))
    }
    return chosen(missed, limit: Self.misses)
  }

  /// A box that may be shown.
  private struct Candidate {
    var index: Int
    var image: Int
    /// The heaviest are chosen; of equal ones the first in the file.
    var weight: Double
  }

  private func chosen(_ candidates: [Candidate], limit: Int) -> [Int] {
    let order = candidates.sorted { (a: Candidate, b: Candidate) -> Bool in
      a.weight == b.weight ? a.index < b.index : a.weight > b.weight
    }
    var (result, counts): ([Int], [Int: Int]) = ([], [:])
    for candidate in order where counts[candidate.image, default: 0] < Self.perImage {
      counts[candidate.image, default: 0] += 1
      result.append(candidate.index)
      if result.count == limit { break }
    }
    return result
  }

  // MARK: Tiles

  private func falseAlarm(_ index: Int, _ scenes: ImageScenes) -> PictureGallery.Tile {
    let detection = analysis.detections.detections[index]
    let image = image(detection.imageID)
    let title = "\(name(detection.categoryID)) \(score(detection.score))"
    let object = analysis.object(of: index)
    var marks = [PictureGallery.Mark(Rectangle(detection.box), .falseAlarm, label: title)]
    if let object { marks.append(mark(object: object, isNamed: true)) }
    marks += scenes.objects(of: image.id).filter { $0 != object }.map { mark(object: $0) }
    return tile(title, text(ofError: index), image, around: Rectangle(detection.box), marks)
  }

  private func miss(_ index: Int, _ scenes: ImageScenes) -> PictureGallery.Tile {
    let annotation = analysis.groundTruth.annotations[index]
    let image = image(annotation.imageID)
    let title = name(annotation.categoryID)
    var marks = [PictureGallery.Mark(Rectangle(annotation.box), .missed, label: title)]
    marks += scenes.surest(of: image.id, limit: 12).map { mark(detection: $0) }
    let (width, height) = (annotation.box.width, annotation.box.height)
    return tile(
      title,
      "\(whole(width)) × \(whole(height)) pixels, not found",
      image,
      around: Rectangle(annotation.box),
      marks
    )
  }

  private func whole(_ worst: WorstImages.Image, _ scenes: ImageScenes) -> PictureGallery.Tile {
    // Names beside every box would cover the picture: the first few errors have one.
    var marks = worst.marks.enumerated().map { place, mark in
      let label =
        mark.score.map { "\(name(mark.categoryID)) \(score($0))" } ?? name(mark.categoryID)
      return PictureGallery.Mark(
        Rectangle(mark.box),
        mark.kind == .missed ? .missed : .falseAlarm,
        label: worst.marks.count <= 6 || place < 3 ? label : ""
      )
    }
    let missed = Set(worst.marks.compactMap { $0.kind == .missed ? $0.object?.id : nil })
    marks += scenes.objects(of: worst.image.id)
      .filter { !missed.contains(analysis.groundTruth.annotations[$0].id) }
      .map { mark(object: $0) }
    let alarms = worst.falsePositives
    let text =
      "\(worst.found) of \(worst.objects) found, \(alarms) false \(alarms == 1 ? "alarm" : "alarms")"
    return tile(worst.image.fileName, text, worst.image, around: nil, marks)
  }

  private func tile(
    _ title: String,
    _ text: String,
    _ image: COCOImage,
    around box: Rectangle?,
    _ marks: [PictureGallery.Mark]
  ) -> PictureGallery.Tile {
    let picture = pictures.map { $0.picture(of: image) }
    var (width, height, fault) = (image.width, image.height, "")
    if case .success(let picture) = picture {
      if !image.hasSize { (width, height) = (picture.width, picture.height) }
      if (width, height) != (picture.width, picture.height) {
        fault =
          "the picture has \(picture.width) × \(picture.height) pixels, the annotations say "
          + "\(width) × \(height)"
      }
    }
    if !(width > 0 && height > 0) { (width, height) = extent(of: marks) }
    let part =
      box.map { PictureGallery.part(around: $0, width: width, height: height) }
      ?? Rectangle(x: 0, y: 0, width: Double(width), height: Double(height))
    var embedded: EmbeddedPicture?
    switch picture {
    case nil: break
    case .failure(let error): fault = error.text
    case .success(let picture):
      do {
        embedded = try EmbeddedPicture(
          picture,
          part: part,
          of: (Double(width), Double(height)),
          longSide: box == nil ? Self.longSideOfWhole : Self.longSideOfPart
        )
      } catch { fault = "the picture cannot be made smaller: \(error.message)" }
    }
    return PictureGallery.Tile(
      title: title,
      text: text,
      file: box == nil ? "" : image.fileName,
      part: part,
      picture: embedded,
      fault: fault,
      marks: marks
    )
  }

  /// The size of a canvas that holds all boxes, where neither picture nor annotations tell one.
  private func extent(of marks: [PictureGallery.Mark]) -> (Int, Int) {
    func end(_ values: [Double]) -> Int {
      Int((values.filter { $0.isFinite && $0 < 1e6 }.max() ?? 0).rounded(.up))
    }
    return (max(end(marks.map(\.box.maxX)), 16), max(end(marks.map(\.box.maxY)), 12))
  }

  // MARK: Boxes and words

  private func mark(object index: Int, isNamed: Bool = false) -> PictureGallery.Mark {
    let annotation = analysis.groundTruth.annotations[index]
    let role: PictureGallery.Role = annotation.isCrowd ? .ignored : .object
    let label = isNamed ? name(annotation.categoryID) : ""
    return PictureGallery.Mark(Rectangle(annotation.box), role, label: label)
  }

  private func mark(detection index: Int) -> PictureGallery.Mark {
    let role: PictureGallery.Role =
      switch analysis.verdict(of: index) {
      case .found: .found
      case .error: .falseAlarm
      case .ignored, .uncounted: .ignored
      }
    return PictureGallery.Mark(Rectangle(analysis.detections.detections[index].box), role)
  }

  private func text(ofError index: Int) -> String {
    guard case .error(let kind) = analysis.verdict(of: index) else { return "" }
    let object = analysis.object(of: index).map { analysis.groundTruth.annotations[$0] }
    // Isolated, so that a name that runs from right to left turns only itself round.
    let other = object.map { "“\u{2068}\(name($0.categoryID))\u{2069}”" } ?? ""
    let overlap = ProgressLine.decimals(analysis.overlap(of: index), 2)
    return switch kind {
    case .classification: "Classification: it is \(other), IoU \(overlap)"
    case .localization: "Localization: IoU with the object only \(overlap)"
    case .both: "Both: nearest is \(other), IoU \(overlap)"
    case .duplicate: "Duplicate: a surer detection has found it"
    case .background, .missed: "Background: nothing annotated there"
    }
  }

  private func image(_ id: Int) -> COCOImage {
    imagePlaces[id].map { analysis.groundTruth.images[$0] }
      ?? COCOImage(id: id, fileName: "", width: 0, height: 0)
  }

  private func name(_ category: Int) -> String {
    let name = ClassName.text(names[category] ?? "", id: category)
    return name.count > 60 ? name.prefix(59) + "…" : name
  }

  private func score(_ score: Double) -> String {
    abs(score) < 1000 ? ProgressLine.decimals(score, 2) : String(format: "%.2e", score)
  }

  private func whole(_ value: Double) -> String { ProgressLine.decimals(value, 0) }
}

extension Rectangle {
  init(_ box: COCOBox) {
    self.init(x: box.x, y: box.y, width: box.width, height: box.height)
  }
}
