import COCOFormat
import Foundation

extension DatasetWriter {
  /// One file for each part; ids of COCO data stay, others are counted from 1 through all parts.
  func writeCOCO(to folder: URL, _ report: inout Report) throws {
    var (images, annotations) = (0, 0)
    for part in parts {
      var dataset = part.dataset
      let isCOCO = dataset.format == .coco
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
          dataset.samples[index].groundTruth[place].id = annotations
          dataset.samples[index].groundTruth[place].imageID = images
          dataset.samples[index].groundTruth[place].isCrowd = false
        }
      }
      try dataset.groundTruth().write(to: folder.appendingPathComponent(cocoFileName(part)))
    }
  }
}
