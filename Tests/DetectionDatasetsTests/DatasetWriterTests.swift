import BoxGeometry
import COCOFormat
import Foundation
import Raster
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct DatasetWriterTests {
  @discardableResult
  private func convert(
    _ specification: String,
    to format: DatasetWriter.Format,
    in folder: TemporaryFolder,
    as name: String,
    pictures: DatasetWriter.Pictures = .copy
  ) throws -> DatasetWriter.Report {
    let parts = try DatasetPart.load([("x", specification)], images: nil, onBadData: .stop)
    return try DatasetWriter(parts, as: format)
      .write(to: folder.url.appendingPathComponent(name), pictures: pictures)
  }

  /// What must not change: pictures' names and bytes, boxes, and the names of their classes.
  private func summary(_ dataset: DetectionDataset) throws -> [String: [String]] {
    var result: [String: [String]] = [:]
    for sample in dataset.samples {
      let name = sample.name.split(separator: "/").last.map(String.init) ?? ""
      guard case .file(let url) = sample.source else { continue }
      result[name] =
        ["\(try Data(contentsOf: url).hashValue)", "\(sample.width)x\(sample.height)"]
        + sample.boxes.map { "\(dataset.categories[$0.label].name) \($0.box.corners)" }
    }
    return result
  }

  @Test(arguments: 0..<25) func `a dataset goes through all formats and comes back the same`(
    seed: UInt64
  ) throws {
    let data = try RandomDataset(seed: seed)
    let folder = data.folder
    let start = try DetectionDataset.load(data.path)
    let voc = try convert(data.path, to: .voc, in: folder, as: "voc")
    let yolo = try convert(voc.specifications[0], to: .yolo, in: folder, as: "yolo")
    let coco = try convert(yolo.specifications[0], to: .coco, in: folder, as: "coco")
    for specification in [voc, yolo, coco].map({ $0.specifications[0] }) {
      let dataset = try DetectionDataset.load(specification)
      #expect(try summary(dataset) == summary(start), "\(specification)")
      #expect(dataset.categories.map(\.name) == start.categories.map(\.name))
    }
    #expect([voc, yolo, coco].map(\.boxes) == [start.boxCount, start.boxCount, start.boxCount])
    #expect([voc, yolo, coco].flatMap(\.warnings).filter { $0.contains("renamed") }.isEmpty)
  }

  @Test(arguments: 100..<110) func `COCO to COCO keeps ids, areas, crowds and every digit`(
    seed: UInt64
  ) throws {
    let data = try RandomDataset(seed: seed, crowds: true)
    let report = try convert(data.path, to: .coco, in: data.folder, as: "coco")
    let (old, new) = (
      try COCOGroundTruth(contentsOf: URL(fileURLWithPath: data.path)),
      try COCOGroundTruth(contentsOf: URL(fileURLWithPath: report.specifications[0]))
    )
    #expect(old.images == new.images && old.categories == new.categories)
    // Grouped by picture; their order within a picture stays.
    let annotations = old.images.flatMap { image in
      old.annotations.filter { $0.imageID == image.id }
    }
    #expect(Array(new.annotations) == annotations)
    #expect(report.lost.isEmpty)
  }

  @Test(arguments: 0..<10) func `VOC to VOC keeps corners and difficult objects`(
    seed: UInt64
  ) throws {
    let data = try RandomDataset(seed: seed)
    try convert(data.path, to: .voc, in: data.folder, as: "voc")
    let xml = data.folder.url.appendingPathComponent("voc/Annotations")
    for name in try FolderListing.names(in: xml.path) {
      let file = xml.appendingPathComponent(name)
      let text = try String(contentsOf: file, encoding: .utf8)
      try Data(text.replacingOccurrences(of: "<difficult>0", with: "<difficult>1").utf8)
        .write(to: file)
    }
    let start = try DetectionDataset.load("\(data.folder.path)/voc")
    try convert("\(data.folder.path)/voc", to: .voc, in: data.folder, as: "again")
    let again = try DetectionDataset.load("\(data.folder.path)/again")
    #expect(again.samples.map(\.boxes) == start.samples.map(\.boxes))
    #expect(again.samples.map(\.difficultBoxes) == start.samples.map(\.difficultBoxes))
    #expect(again.samples.contains { !$0.difficultBoxes.isEmpty })
    let coco = try convert("\(data.folder.path)/voc", to: .coco, in: data.folder, as: "coco")
    #expect(coco.lost.isEmpty)
    let back = try convert(coco.specifications[0], to: .coco, in: data.folder, as: "coco2")
    let voc = try convert(back.specifications[0], to: .voc, in: data.folder, as: "voc2")
    #expect(
      try DetectionDataset.load(voc.specifications[0]).samples.map(\.difficultBoxes)
        == start.samples.map(\.difficultBoxes)
    )
    let yolo = try convert(back.specifications[0], to: .yolo, in: data.folder, as: "yolo")
    #expect(yolo.lost.contains { $0.hasPrefix("the mark `difficult` of ") })
    #expect(
      try DetectionDataset.load(coco.specifications[0]).samples.map(\.boxes)
        == start.samples.map(\.boxes)
    )
  }

  @Test func `crowds, masks and areas that are lost are told`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    let file = try folder.write(
      """
      {"images": [{"id": 4, "file_name": "a.png"}], "categories": [{"id": 9, "name": "c"}],
       "annotations": [
        {"id": 1, "image_id": 4, "category_id": 9, "bbox": [1, 2, 10, 10], "area": 60, "segmentation": []},
        {"id": 2, "image_id": 4, "category_id": 9, "bbox": [1, 2, 30, 30], "iscrowd": 1},
        {"id": 3, "image_id": 4, "category_id": 9, "bbox": [60, 2, 30, 30]}]}
      """,
      to: "d.json"
    )
    let yolo = try convert(file.path, to: .yolo, in: folder, as: "yolo")
    #expect(yolo.boxes == 2)
    #expect(
      yolo.lost == [
        "1 crowd region: YOLO has none",
        "1 area of masks: YOLO has width times height alone",
        "what 1 box had outside the picture: clipped, as YOLO has it",
        "the ids of pictures, annotations and classes: YOLO has none",
      ]
    )
    #expect(
      yolo.warnings == [
        "data.yaml names no val, which other trainers ask for; focal split makes one"
      ]
    )
    let voc = try convert(file.path, to: .voc, in: folder, as: "voc")
    #expect(voc.boxes == 2 && voc.lost.count == 3)
    #expect(try DetectionDataset.load("\(folder.path)/voc").problems.map(\.kind) == [.boxClipped])
  }

  @Test func `splits stay splits, and what is in none is not lost`() throws {
    let folder = try TemporaryFolder()
    for (index, stem) in ["a", "b", "c", "d"].enumerated() {
      try folder.writePicture("v/JPEGImages/\(stem).png", red: UInt8(index))
      try folder.write(
        "<annotation><object><name>k\(index)</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax>"
          + "<ymax>9</ymax></bndbox></object></annotation>",
        to: "v/Annotations/\(stem).xml"
      )
    }
    try folder.write("b\na\n", to: "v/ImageSets/Main/train.txt")
    try folder.write("c\nb\n", to: "v/ImageSets/Main/val.txt")
    let coco = try convert("\(folder.path)/v", to: .coco, in: folder, as: "coco")
    #expect(
      coco.specifications.map { URL(fileURLWithPath: $0).lastPathComponent } == [
        "train.json", "val.json", "rest.json",
      ]
    )
    let parts = try coco.specifications.map { try DetectionDataset.load($0) }
    #expect(
      parts.map { $0.samples.map(\.name) } == [["b.png", "a.png"], ["c.png", "b.png"], ["d.png"]]
    )
    #expect(Set(parts.map(\.categories)).count == 1 && parts[0].categories.count == 4)
    #expect(Set(parts.flatMap { $0.samples.map(\.imageID) }).count == 5)
    #expect(coco.warnings == ["1 picture in none of the splits: written to rest.json"])
    let yolo = try convert("\(folder.path)/v", to: .yolo, in: folder, as: "yolo")
    let val = try DetectionDataset.load(yolo.specifications[1])
    #expect(val.samples.map(\.name) == ["images/c.png", "images/b.png"])
    #expect(FileManager.default.fileExists(atPath: "\(folder.path)/yolo/images/d.png"))
    let voc = try convert("\(folder.path)/yolo", to: .voc, in: folder, as: "voc")
    #expect(
      voc.specifications.map { $0.hasSuffix(":train") || $0.hasSuffix(":val") } == [true, true]
    )
    #expect(
      try DetectionDataset.load(voc.specifications[0]).samples.map(\.name) == ["b.png", "a.png"]
    )
  }

  @Test func `names that clash or cannot be held are changed and told`() throws {
    let folder = try TemporaryFolder()
    let names = ["a/1.png", "b/1.png", "b/1.jpg", "B/1.jpg", "c 1.png", "d .png"]
    for (index, name) in names.enumerated() {
      try folder.writePicture(name, red: UInt8(index * 20))
    }
    let file = try folder.writeCOCO(names)
    let start = try DetectionDataset.load(file)
    for format in DatasetWriter.Format.allCases {
      let report = try convert(file, to: format, in: folder, as: format.rawValue)
      let dataset = try DetectionDataset.load(report.specifications[0])
      #expect(dataset.samples.count == 6 && dataset.problems.isEmpty, "\(format)")
      #expect(report.warnings.contains { $0.contains("renamed") })
      #expect(dataset.samples.map(\.boxes) == start.samples.map(\.boxes))
      for (one, other) in zip(dataset.samples, start.samples) {
        #expect(try dataset.image(of: one) == start.image(of: other), "\(one.name)")
      }
    }
    let coco = try DetectionDataset.load("\(folder.path)/coco/annotations.json").samples.map(\.name)
    #expect(coco == ["a/1.png", "b/1.png", "b/1.jpg", "B/1_2.jpg", "c 1.png", "d .png"])
    let voc = try DetectionDataset.load("\(folder.path)/voc").samples.map(\.name)
    #expect(voc == ["1.png", "b_1.png", "b_1_2.jpg", "B_1_3.jpg", "c_1.png", "d_.png"])
  }

  @Test func `class names that a format cannot hold are refused by name`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    func write(_ names: [String]) throws -> String {
      let categories = names.enumerated().map { COCOCategory(id: $0 + 1, name: $1) }
      let file = folder.url.appendingPathComponent("d.json")
      try COCOGroundTruth(
        images: [COCOImage(id: 1, fileName: "a.png", width: 64, height: 48)],
        categories: categories,
        annotations: [
          COCOAnnotation(
            id: 1,
            imageID: 1,
            categoryID: 1,
            box: COCOBox(x: 1, y: 1, width: 9, height: 9)
          )
        ]
      ).write(to: file)
      return file.path
    }
    for names in [["a\nb"], [" a"], ["a\u{1}"], [""], ["x", "x"], ["a\u{FFFF}"]] {
      #expect(throws: DatasetError.self, "\(names)") {
        try convert(write(names), to: .voc, in: folder, as: "voc")
      }
    }
    for names in [["a\nb"], ["\u{7}"], [""]] {
      #expect(throws: DatasetError.self, "\(names)") {
        try convert(write(names), to: .yolo, in: folder, as: "yolo")
      }
    }
    try folder.writePicture("voc/a.png")
    try folder.write("<annotation></annotation>", to: "voc/a.xml")
    #expect { try convert("\(folder.path)/voc", to: .yolo, in: folder, as: "yolo") } throws: {
      "\($0)".contains("has no classes, and a YOLO dataset has one at least")
    }
    try FileManager.default.removeItem(atPath: "\(folder.path)/voc")
    #expect(try FolderListing.names(in: folder.path) == ["a.png", "d.json"])
    let odd = try write(["a\\\"b", "{x}: # & *y", "~", "true", " z "])
    let report = try convert(odd, to: .yolo, in: folder, as: "yolo")
    #expect(
      try DetectionDataset.load(report.specifications[0]).categories.map(\.name)
        == ["a\\\"b", "{x}: # & *y", "~", "true", " z "]
    )
  }

  @Test func `several datasets become the splits that they are called after`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png", red: 1)
    try folder.writePicture("b.png", red: 2)
    let train = try folder.writeCOCO(["a.png"], to: "train.json")
    let val = try folder.writeCOCO(["b.png"], to: "val.json")
    let parts = try DatasetPart.load(
      [("train", train), ("val", val)],
      images: nil,
      onBadData: .stop
    )
    let report = try DatasetWriter(parts, as: .yolo)
      .write(to: folder.url.appendingPathComponent("yolo"))
    #expect(
      report.specifications == ["train", "val"].map { "\(folder.path)/yolo/data.yaml:\($0)" }
    )
    #expect(report.warnings.isEmpty)
    let odd = try DatasetPart.load([("one", train), ("two", val)], images: nil, onBadData: .stop)
    #expect { try DatasetWriter(odd, as: .yolo) } throws: { error in
      "\(error)".contains("a YOLO data.yaml has the splits train, val and test")
    }
  }

  @Test func `what is not read is told where it stands, and only there`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    let file = try folder.write(
      """
      {"info": {"year": 2020}, "licenses": [], "images": [{"id": 4, "file_name": "a.png",
        "license": 3, "coco_url": ""}],
       "categories": [{"id": 9, "name": "c", "supercategory": "s"}],
       "annotations": [
        {"id": 1, "image_id": 4, "category_id": 9, "bbox": [1, 2, 10, 10],
         "segmentation": [[1, 2, 11, 2, 11, 12]], "keypoints": [], "mine": 7}]}
      """,
      to: "d.json"
    )
    let coco = try convert(file.path, to: .coco, in: folder, as: "coco")
    #expect(
      coco.lost == [
        "1 mask: Focal reads boxes",
        "\"info\", \"license\" of images, \"mine\" of annotations, "
          + "\"supercategory\" of categories: Focal does not read them",
      ]
    )
    try convert(file.path, to: .voc, in: folder, as: "voc")
    let xml = "\(folder.path)/voc/Annotations/a.xml"
    #expect(try convert("\(folder.path)/voc", to: .coco, in: folder, as: "plain").lost.isEmpty)
    let text = try String(contentsOfFile: xml, encoding: .utf8)
      .replacingOccurrences(of: "<truncated>0", with: "<truncated>1")
      .replacingOccurrences(of: "Unspecified", with: "Left")
    try Data(text.utf8).write(to: URL(fileURLWithPath: xml))
    #expect(
      try convert("\(folder.path)/voc", to: .coco, in: folder, as: "odd").lost
        == ["pose, truncated of VOC objects: Focal does not read them"]
    )
  }

  @Test func `pictures are linked on request, and what fails leaves nothing`() throws {
    let data = try RandomDataset(seed: 1)
    try convert(data.path, to: .voc, in: data.folder, as: "voc", pictures: .link)
    let name = try #require(FolderListing.names(in: "\(data.folder.path)/images").first)
    let attributes = try FileManager.default.attributesOfItem(
      atPath: "\(data.folder.path)/voc/JPEGImages/\(name)"
    )
    #expect(attributes[.referenceCount] as? Int == 2)
    let parts = try DatasetPart.load([("x", data.path)], images: nil, onBadData: .stop)
    #expect(throws: DatasetError.self) {
      try DatasetWriter(parts, as: .coco).write(to: data.folder.url.appendingPathComponent("voc"))
    }
    let before = try FolderListing.names(in: data.folder.path)
    try FileManager.default.removeItem(atPath: "\(data.folder.path)/images/\(name)")
    #expect {
      try DatasetWriter(parts, as: .coco).write(to: data.folder.url.appendingPathComponent("new"))
    } throws: { error in "\(error)".contains(name) && "\(error)".contains("cannot be copied") }
    #expect(try FolderListing.names(in: data.folder.path) == before)
  }

  @Test func `rendered pictures are written`() throws {
    let folder = try TemporaryFolder()
    let dataset = try DetectionDataset.synthetic(count: 3, seed: 5, configuration: .tiny)
    let report = try DatasetWriter([DatasetPart(name: nil, dataset: dataset)], as: .yolo)
      .write(to: folder.url.appendingPathComponent("yolo"))
    let read = try DetectionDataset.load(report.specifications[0])
    #expect(read.samples.map(\.boxes) == dataset.samples.map(\.boxes))
    #expect(try read.image(of: read.samples[2]) == dataset.image(of: dataset.samples[2]))
  }

  // MARK: Shared data

  @Test(.requiresSharedData("bccd")) func `BCCD has the same boxes in VOC, COCO and YOLO form`()
    throws
  {
    let folder = try TemporaryFolder()
    let root = SharedData.url("bccd")
    // Linking needs one file system, copying 364 pictures a second.
    let report = try convert(root.path, to: .yolo, in: folder, as: "yolo")
    #expect((report.pictures, report.boxes) == (364, 4886))
    #expect(
      report.specifications.map { $0.suffix(6) } == [":train", ".yaml:val".suffix(6), "l:test"]
    )
    let back = try convert("\(folder.path)/yolo", to: .coco, in: folder, as: "coco")
    for (index, split) in ["train", "val", "test"].enumerated() {
      let coco = try DetectionDataset.load(root.appendingPathComponent("\(split).json").path)
      let voc = try DetectionDataset.load("\(root.path):\(split)").aligned(to: coco.categories)
      let yolo = try DetectionDataset.load(report.specifications[index])
        .aligned(to: coco.categories)
      let again = try DetectionDataset.load(back.specifications[index])
        .aligned(to: coco.categories)
      let expected = try summary(coco)
      #expect(try summary(voc) == expected)
      #expect(try summary(yolo) == expected)
      #expect(try summary(again) == expected)
      #expect(voc.samples.map(\.boxes) == yolo.samples.map(\.boxes))
    }
  }

  private func texts(_ folder: String) throws -> [String: String] {
    var result: [String: String] = [:]
    for name in try FolderListing.names(in: folder) {
      result[name] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    return result
  }

  @Test(.requiresSharedData("bccd")) func `BCCD goes to YOLO and back without a digit changed`()
    throws
  {
    let folder = try TemporaryFolder()
    let root = SharedData.url("bccd").path
    try convert(root, to: .voc, in: folder, as: "voc")
    try convert("\(folder.path)/voc", to: .yolo, in: folder, as: "yolo", pictures: .link)
    try convert("\(folder.path)/yolo", to: .yolo, in: folder, as: "again", pictures: .link)
    try convert("\(folder.path)/yolo", to: .voc, in: folder, as: "back", pictures: .link)
    let labels = try texts("\(folder.path)/yolo/labels")
    #expect(try labels.count == 364 && texts("\(folder.path)/again/labels") == labels)
    #expect(try texts("\(folder.path)/back/Annotations") == texts("\(folder.path)/voc/Annotations"))
  }

  @Test(.requiresSharedData("bad_inputs"))
  func `pictures that have to be turned are told`() throws {
    let folder = try TemporaryFolder()
    for name in ["exif_1.jpg", "exif_6.jpg", "exif_3.jpg"] {
      try FileManager.default.copyItem(
        at: SharedData.url("bad_inputs/images/\(name)"),
        to: folder.place(name)
      )
    }
    let file = try folder.writeCOCO(["exif_1.jpg", "exif_6.jpg", "exif_3.jpg"])
    let report = try convert(file, to: .voc, in: folder, as: "voc")
    #expect(report.warnings.contains { $0.hasPrefix("2 pictures with an EXIF orientation") })
  }
}
