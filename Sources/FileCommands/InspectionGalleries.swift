import BoxGeometry
import DatasetInspection
import DetectionDatasets
import DetectionReport
import Drawing
import Raster

/// Pictures of what an inspection found.
struct InspectionGalleries {
  /// How many of each.
  private static let (twice, crowded, smallest, pairs) = (18, 6, 12, 12)
  /// The long side of a picture in the page, in pixels.
  private static let (partSide, wholeSide, pairSide) = (420, 640, 360)

  private let inspection: Inspection
  private let places: [InspectedPicture: PictureIndex]

  init(_ inspection: Inspection) {
    self.inspection = inspection
    let splits = inspection.splits
    places = Dictionary(
      splits.pictures.map { (splits.named($0), $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  func galleries() -> [PictureGallery] {
    var small = PictureGallery(
      heading: "Smallest boxes",
      note: "By area, at most two of a picture.",
      isWhole: false,
      tiles: smallestBoxes()
    )
    small.roleNames = [.first: "small object", .object: "other object"]
    var twice = PictureGallery(
      heading: "Boxed twice?",
      note:
        "Two boxes of IoU \(DoubledBoxes.leastIoU) or more in one picture, the most alike first.",
      isWhole: false,
      tiles: doubles()
    )
    twice.roleNames = [.object: "other object"]
    let isOne = inspection.images == 1
    let crowded = PictureGallery(
      heading: isOne ? "The picture" : "Most boxes",
      note: isOne ? "The only one there is." : "The pictures with the most boxes.",
      isWhole: true,
      tiles: crowdedPictures()
    )
    return [twice, small, crowded]
  }

  func leaks() -> [InspectionReport.Pair] {
    guard let duplicates = inspection.duplicates else { return [] }
    return duplicates.leaks.prefix(Self.pairs).map(pair)
  }

  /// One pair of each group that lies in one split.
  func repeats() -> [InspectionReport.Pair] {
    guard let duplicates = inspection.duplicates else { return [] }
    return duplicates.groups.filter { !$0.isLeak }.prefix(Self.pairs).compactMap { group in
      let members = Set(group.pictures)
      guard let found = duplicates.repeats.first(where: { members.contains($0.first) }) else {
        return nil
      }
      var shown = pair(found)
      if group.pictures.count > 2 {
        shown.title = "2 of \(group.pictures.count) alike"
      }
      return shown
    }
  }

  private func pair(_ found: DuplicatePictures.Pair) -> InspectionReport.Pair {
    .init(
      title: found.isIdentical ? "The same bytes" : "Nearly the same",
      text: found.isIdentical
        ? ""
        : "\(DuplicateText.turn(found.turn))correlation \(InspectionText.decimals(found.correlation, 3))",
      sides: [found.first, found.second].map { side in
        .init(split: side.split, name: side.name, picture: still(side))
      }
    )
  }

  private func still(_ picture: InspectedPicture) -> EmbeddedPicture? {
    guard let place = places[picture] else { return nil }
    let sample = inspection.splits[place]
    let whole = Rectangle(
      x: 0,
      y: 0,
      width: Double(sample.width),
      height: Double(sample.height)
    )
    return embedded(place, part: whole, longSide: Self.pairSide).picture
  }

  // MARK: Tiles

  private func doubles() -> [PictureGallery.Tile] {
    let found = inspection.boxedTwice.enumerated()
      .sorted { ($1.element.iou, $0.offset) < ($0.element.iou, $1.offset) }
      .prefix(Self.twice).map(\.element)
    return found.compactMap { twice in
      guard let place = places[twice.picture] else { return nil }
      let sample = inspection.splits[place]
      let boxes = twice.boxes.map(Rectangle.init)
      var marks = [
        PictureGallery.Mark(boxes[0], .first, label: twice.classes[0]),
        PictureGallery.Mark(boxes[1], .second, label: twice.classes[1]),
      ]
      marks += sample.boxes.map(\.box).filter { !twice.boxes.contains($0) }.prefix(60)
        .map { PictureGallery.Mark(Rectangle($0), .object) }
      return tile(
        twice.isDisagreement ? "\(twice.classes[0]) or \(twice.classes[1])" : twice.classes[0],
        "IoU \(InspectionText.decimals(twice.iou, 2)), \(twice.places.joined(separator: " and "))",
        place,
        around: boxes[0],
        marks
      )
    }
  }

  private func smallestBoxes() -> [PictureGallery.Tile] {
    let splits = inspection.splits
    var all: [(area: Float, place: PictureIndex, box: Int)] = []
    for place in splits.pictures {
      let boxes = splits[place].boxes
      // Two of a picture are enough to choose from.
      let smallest = boxes.indices.sorted { boxes[$0].box.area < boxes[$1].box.area }.prefix(2)
      all += smallest.map { (boxes[$0].box.area, place, $0) }
    }
    all.sort { $0.area < $1.area }
    return all.prefix(Self.smallest).map { entry in
      let sample = splits[entry.place]
      let object = sample.boxes[entry.box]
      let name = splits[entry.place.split].dataset.categories[object.label].name
      var marks = [PictureGallery.Mark(Rectangle(object.box), .first, label: name)]
      marks += sample.boxes.indices.filter { $0 != entry.box }.prefix(60).map {
        PictureGallery.Mark(Rectangle(sample.boxes[$0].box), .object)
      }
      let size = [object.box.width, object.box.height].map {
        InspectionText.decimals(Double($0), $0 < 10 ? 1 : 0)
      }
      return tile(
        name,
        "\(size[0]) × \(size[1]) pixels",
        entry.place,
        around: Rectangle(object.box),
        marks
      )
    }
  }

  private func crowdedPictures() -> [PictureGallery.Tile] {
    let splits = inspection.splits
    let order = splits.pictures.enumerated()
      .map { (count: splits[$0.element].boxes.count, offset: $0.offset, place: $0.element) }
      .sorted { ($1.count, $0.offset) < ($0.count, $1.offset) }
    return order.prefix(Self.crowded).filter { $0.count > 1 || order.count == 1 }.map { entry in
      let sample = splits[entry.place]
      return tile(
        sample.name,
        InspectionText.counted(entry.count, "box", "boxes"),
        entry.place,
        around: nil,
        sample.boxes.prefix(300).map { PictureGallery.Mark(Rectangle($0.box), .object) }
      )
    }
  }

  private func tile(
    _ title: String,
    _ text: String,
    _ place: PictureIndex,
    around box: Rectangle?,
    _ marks: [PictureGallery.Mark]
  ) -> PictureGallery.Tile {
    let sample = inspection.splits[place]
    let part =
      box.map {
        PictureGallery.part(around: $0, width: sample.width, height: sample.height)
      }
      ?? Rectangle(x: 0, y: 0, width: Double(sample.width), height: Double(sample.height))
    let side = box == nil ? Self.wholeSide : Self.partSide
    let (picture, fault) = embedded(place, part: part, longSide: side)
    return PictureGallery.Tile(
      title: title,
      text: text,
      file: box == nil ? "" : sample.name,
      part: part,
      picture: picture,
      fault: fault,
      marks: marks
    )
  }

  /// A part of a picture, or why there is none.
  private func embedded(
    _ place: PictureIndex,
    part: Rectangle,
    longSide: Int
  ) -> (picture: EmbeddedPicture?, fault: String) {
    let dataset = inspection.splits[place.split].dataset
    let sample = dataset.samples[place.sample]
    do {
      // Of a whole picture no more is decoded than is shown.
      let isWhole = part.width >= Double(sample.width) && part.height >= Double(sample.height)
      let image = try dataset.image(
        of: sample,
        fitting: isWhole ? (width: longSide, height: longSide) : nil
      )
      return (
        try EmbeddedPicture(
          image,
          part: part,
          of: (Double(sample.width), Double(sample.height)),
          longSide: longSide
        ), ""
      )
    } catch let error as DatasetError {
      return (nil, "the picture cannot be read: \(error.message)")
    } catch {
      return (nil, "the picture cannot be shown: \(error)")
    }
  }
}

extension Rectangle {
  init(_ box: BoundingBox) {
    self.init(
      x: Double(box.x1),
      y: Double(box.y1),
      width: Double(box.width),
      height: Double(box.height)
    )
  }
}
