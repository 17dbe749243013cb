import BoxGeometry
import Drawing
import Raster

extension Gallery {
  /// A picture with what a run found on it, missed and made up.
  ///
  /// - Parameters:
  ///   - item: The picture and its boxes.
  ///   - run: Which run's detections; none where it is not there.
  ///   - picture: The pixels of the whole picture.
  /// - Returns: Marks by importance: false alarms, missed objects, detections that are right, what they found.
  package func tile(of item: Item, run: Int, picture: EmbeddedPicture?) -> PictureGallery.Tile {
    let detections = item.detections.indices.contains(run) ? item.detections[run] : []
    let verdicts = verdicts(on: detections, of: item)
    func rectangle(_ box: BoundingBox) -> Rectangle {
      Rectangle(
        x: Double(box.x1),
        y: Double(box.y1),
        width: Double(box.x2 - box.x1),
        height: Double(box.y2 - box.y1)
      )
    }
    var (alarms, found): ([PictureGallery.Mark], [PictureGallery.Mark]) = ([], [])
    for (detection, verdict) in zip(verdicts.detections, verdicts.verdicts) {
      let score = NumberText.fixed(Double(detection.score), decimals: 2)
      let label = "\(category(detection.label)) \(score)"
      let box = rectangle(detection.box)
      switch verdict {
      case .falseAlarm: alarms.append(.init(box, .falseAlarm, label: label))
      case .found: found.append(.init(box, .found, label: label))
      case .ignored: found.append(.init(box, .ignored, label: label))
      }
    }
    let missed = verdicts.missed.map { index in
      PictureGallery.Mark(
        rectangle(item.truth[index].box),
        .missed,
        label: category(item.truth[index].label)
      )
    }
    let isMissed = Set(verdicts.missed)
    let objects = item.truth.indices.filter { !isMissed.contains($0) }.map {
      PictureGallery.Mark(rectangle(item.truth[$0].box), .object)
    }
    let regions = item.ignoredRegions.map { PictureGallery.Mark(rectangle($0), .ignored) }
    let falseCount = verdicts.falseAlarmCount
    return PictureGallery.Tile(
      title: item.name,
      text: "\(verdicts.foundCount) of \(item.truth.count) found, \(falseCount) false "
        + (falseCount == 1 ? "alarm" : "alarms"),
      file: "",
      part: Rectangle(
        x: 0,
        y: 0,
        width: Double(item.image.width),
        height: Double(item.image.height)
      ),
      picture: picture,
      marks: Self.named(alarms + missed + found) + objects + regions
    )
  }

  /// Names beside every box would cover the picture: of many, the first few have one.
  private static func named(_ marks: [PictureGallery.Mark]) -> [PictureGallery.Mark] {
    guard marks.count > 10 else { return marks }
    return marks.enumerated().map { place, mark in
      var mark = mark
      if place >= 6 { mark.label = "" }
      return mark
    }
  }
}
