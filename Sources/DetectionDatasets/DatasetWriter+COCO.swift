import COCOFormat
import Foundation

extension DatasetWriter {
  /// One file for each part; ids of COCO data stay, others are counted from 1 through all parts.
  func writeCOCO(to folder: URL, _ report: inout Report) throws {
    var (images, annotations) = (0, 0)
    for part in parts {
      var dataset = part.dataset
      let isCOCO = dataset.format == .coco
      var difficult = isCOCO ? marks[dataset.location] ?? [] : []
      // What cannot be read is not written; the pictures would be missing.
      dataset.leftOut = []
      for index in dataset.samples.indices {
        let name = names[dataset.samples[index]]
        dataset.samples[index].name = name
        images += 1
        if !isCOCO { dataset.samples[index].imageID = images }
        for place in dataset.samples[index].groundTruth.indices {
          annotations += 1
          report.boxes += 1
          guard !isCOCO else { continue }
          // VOC's difficult objects; crowds are COCO's alone.
          if dataset.samples[index].groundTruth[place].isCrowd { difficult.insert(annotations) }
          dataset.samples[index].groundTruth[place].id = annotations
          dataset.samples[index].groundTruth[place].imageID = images
          dataset.samples[index].groundTruth[place].isCrowd = false
        }
      }
      try dataset.groundTruth()
        .write(to: folder.appendingPathComponent(cocoFileName(part)), difficult: difficult)
    }
  }
}

extension DatasetWriter {
  /// By file, the annotations that COCO files mark by `difficult` or `ignore`.
  ///
  /// Loading takes them for objects like any other; `focal eval --metric voc` does not.
  static func marks(in parts: [DatasetPart]) throws(COCOFormatError) -> [String: Set<Int>] {
    var marks: [String: Set<Int>] = [:]
    for dataset in parts.map(\.dataset)
    where dataset.format == .coco && marks[dataset.location] == nil {
      let file = URL(fileURLWithPath: dataset.location)
      guard let bytes = try? Data(contentsOf: file, options: .mappedIfSafe),
        ["\"difficult\"", "\"ignore\""].contains(where: {
          bytes.range(of: Data($0.utf8)) != nil
        })
      else { continue }
      var options = COCOReadingOptions()
      options.fileNames = .any
      func crowds() throws(COCOFormatError) -> Set<Int> {
        var ids: Set<Int> = []
        for annotation in try COCOGroundTruth(contentsOf: file, options: options).annotations
        where annotation.isCrowd { ids.insert(annotation.id) }
        return ids
      }
      let plain = try crowds()
      options.difficultObjects = .crowds
      marks[dataset.location] = try crowds().subtracting(plain)
    }
    return marks
  }

  /// Whether an annotation is marked difficult.
  func isDifficult(_ annotation: COCOAnnotation, of dataset: DetectionDataset) -> Bool {
    switch dataset.format {
    case .voc: annotation.isCrowd
    case .coco: marks[dataset.location]?.contains(annotation.id) ?? false
    case .yolo, .synthetic, .pictures: false
    }
  }
}
