package import BoxGeometry
package import DetectionDatasets
import COCOFormat

/// Boxes whose numbers are of another kind than the format's.
package enum BoxRangeCheck {
  /// - Parameters:
  ///   - dataset: The data.
  ///   - resize: The size that the network sees.
  /// - Returns: Boxes that are shares of the picture, corners in the place of sizes, or too small to be seen.
  package static func findings(
    _ dataset: DetectionDataset,
    resize: ResizeRule
  ) -> [DoctorFinding] {
    normalised(dataset) + corners(dataset) + tiny(dataset, resize) + whole(dataset)
  }

  /// So few boxes prove nothing.
  private static let least = 20

  private static func normalised(_ dataset: DetectionDataset) -> [DoctorFinding] {
    let numbers = dataset.samples.flatMap { sample in
      sample.width > 32 && sample.height > 32 ? sample.groundTruth.map(\.box) : []
    }
    guard numbers.count >= least,
      numbers.allSatisfy({ $0.x + $0.width <= 1.01 && $0.y + $0.height <= 1.01 })
    else { return [] }
    return [
      DoctorFinding(
        .boxRange,
        .error,
        "\(dataset.location): all \(numbers.count) boxes lie between 0 and 1",
        why: "they seem to be shares of the picture, where pixels are expected: nothing is in them",
        remedy: "multiply them by the pictures' sizes, or give the data in YOLO's form (data.yaml)"
      )
    ]
  }

  /// COCO boxes that overflow as x, y, width, height and fit as x1, y1, x2, y2.
  private static func corners(_ dataset: DetectionDataset) -> [DoctorFinding] {
    guard dataset.format == .coco else { return [] }
    var (all, overflowing, fitting) = (0, 0, 0)
    for sample in dataset.samples {
      let (width, height) = (Double(sample.width) + 1, Double(sample.height) + 1)
      for annotation in sample.groundTruth {
        let box = annotation.box
        all += 1
        if box.x + box.width > width || box.y + box.height > height { overflowing += 1 }
        if box.width > box.x, box.height > box.y, box.width <= width, box.height <= height {
          fitting += 1
        }
      }
    }
    guard all >= least, Double(overflowing) > 0.2 * Double(all),
      Double(fitting) > 0.95 * Double(all)
    else { return [] }
    return [
      DoctorFinding(
        .boxRange,
        .error,
        "\(dataset.location): \(overflowing) of \(all) boxes reach past their pictures, and \(fitting) fit when their last two numbers are taken for a corner",
        why:
          "COCO's boxes are x, y, width, height; these seem to be x1, y1, x2, y2, and every one would be learned wrong",
        remedy: "write width and height, x2 - x1 and y2 - y1, into bbox"
      )
    ]
  }

  private static func tiny(_ dataset: DetectionDataset, _ resize: ResizeRule) -> [DoctorFinding] {
    var (all, small) = (0, 0)
    for sample in dataset.samples {
      let scale = resize.scale(width: sample.width, height: sample.height)
      for object in sample.boxes {
        all += 1
        if Double(min(object.box.width, object.box.height)) * scale < 4 { small += 1 }
      }
    }
    let share = Double(small) / Double(max(1, all))
    guard all >= least, share > 0.1 else { return [] }
    return [
      DoctorFinding(
        .boxRange,
        .warning,
        "\(dataset.location): \(DoctorText.percent(share)) of the boxes have a side below 4 pixels once pictures are brought to \(resize.shortSide)",
        why: "the finest level of the pyramid has one cell for 8 pixels",
        remedy: "set input.shortSide and input.longSideCap higher, or cut pictures into tiles"
      )
    ]
  }

  private static func whole(_ dataset: DetectionDataset) -> [DoctorFinding] {
    var (all, large) = (0, 0)
    for sample in dataset.samples {
      let area = Float(sample.width) * Float(sample.height)
      all += sample.boxes.count
      large += sample.boxes.count { $0.box.area > 0.95 * area }
    }
    guard all >= least, large * 2 > all else { return [] }
    return [
      DoctorFinding(
        .boxRange,
        .warning,
        "\(dataset.location): \(large) of \(all) boxes are as large as their pictures",
        why: "where the object is everywhere, a detector learns to draw the frame",
        remedy: "look whether boxes were lost in a conversion: focal inspect --report page.html"
      )
    ]
  }
}
