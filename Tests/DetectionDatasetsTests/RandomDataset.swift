import BoxGeometry
import COCOFormat
import Foundation
import Raster
import TestSupport

@testable import DetectionDatasets

/// A COCO dataset of a seed, in a folder of its own: names in folders and outside ASCII, classes with
/// odd names and ids, boxes whole, fractional and over the border, pictures without objects.
struct RandomDataset {
  let folder: TemporaryFolder
  let path: String

  init(seed: UInt64, pictures: Int = 6, crowds: Bool = false) throws {
    var generator = SplitMix64(state: seed)
    folder = try TemporaryFolder()
    var images: [COCOImage] = []
    var annotations: [COCOAnnotation] = []
    let categories = ["a & b", "\"Auto\" <1>", "größe", "x: y", "no"].enumerated()
      .map { COCOCategory(id: $0 * 7 + 3, name: $1) }
    let plain = ["one", "two words", "drei ü", "x.y", "#5", "'q'", "- dash", "ends"]
    for index in 0..<pictures {
      let name = "\(plain[index % plain.count])\(index).png"
      let (width, height) = (generator.integer(below: 60) + 5, generator.integer(below: 60) + 5)
      try folder.writePicture("images/\(name)", width: width, height: height, red: UInt8(index))
      let id = 100 - index * 3
      images.append(COCOImage(id: id, fileName: name, width: width, height: height))
      for _ in 0..<generator.integer(below: 5) {
        let x = Double.random(in: -3..<Double(width - 1), using: &generator)
        let y = Double.random(in: -3..<Double(height - 1), using: &generator)
        let (w, h) = (
          Double.random(in: 4...Double(width), using: &generator),
          Double.random(in: 4...Double(height), using: &generator)
        )
        let isWhole = generator.integer(below: 2) == 0
        let box =
          isWhole
          ? COCOBox(x: x.rounded(), y: y.rounded(), width: w.rounded(), height: h.rounded())
          : COCOBox(x: x, y: y, width: w, height: h)
        annotations.append(
          COCOAnnotation(
            id: annotations.count + 11,
            imageID: id,
            categoryID: categories[generator.integer(below: categories.count)].id,
            box: box,
            isCrowd: crowds && generator.integer(below: 4) == 0
          )
        )
      }
    }
    let file = folder.url.appendingPathComponent("all.json")
    try COCOGroundTruth(images: images, categories: categories, annotations: annotations)
      .write(to: file)
    path = file.path
  }
}
