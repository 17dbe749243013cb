import BoxGeometry
import COCOFormat
import Foundation
import Raster
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct COCODatasetReaderTests {
  @Test(arguments: ["", "images/", "JPEGImages/", "data/"])
  func `pictures are found beside the file or in a folder of a usual name`(prefix: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a.png", "sub/b.png"])
    try folder.writePicture("\(prefix)a.png")
    try folder.writePicture("\(prefix)sub/b.png")
    let dataset = try DetectionDataset.load(file)
    #expect(dataset.format == .coco)
    #expect(dataset.samples.map(\.name) == ["a.png", "sub/b.png"])
    #expect(
      dataset.samples[1].boxes == [
        LabeledBox(box: BoundingBox(x1: 8, y1: 8, x2: 28, y2: 24), label: 0)
      ]
    )
    #expect(try dataset.image(of: dataset.samples[1]).width == 64)
  }

  @Test(arguments: ["val2017/", "images/", "", "annotations/instances_val2017/"])
  func `COCO's own layout is known`(prefix: String) throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a.png"], to: "annotations/instances_val2017.json")
    try folder.writePicture("\(prefix)a.png")
    #expect(try DetectionDataset.load(file).samples.count == 1)
  }

  @Test func `a folder that is named is the only one`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a.png"])
    try folder.writePicture("images/a.png")
    try folder.writePicture("other/a.png", red: 1)
    let other = folder.url.appendingPathComponent("other")
    let dataset = try DetectionDataset.load(file, images: other)
    #expect(try dataset.image(of: dataset.samples[0])[0, 0].x == 1)
    let missing = folder.url.appendingPathComponent("nowhere")
    #expect { try DetectionDataset.load(file, images: missing) } throws: { error in
      "\(error)".contains("nowhere")
    }
  }

  @Test func `when no folder has the pictures, all that were tried are named`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a.png"])
    #expect { try DetectionDataset.load(file) } throws: { error in
      let text = "\(error)"
      return text.contains("\"a.png\"") && text.contains("\(folder.path)/images,")
        && text.contains("\(folder.path)/JPEGImages") && text.contains("--images")
    }
  }

  @Test(arguments: [
    "../secret.png", "sub/../../secret.png", "link.png", "linked/secret.png", "sub", "sub/", ".",
    "..\\\\secret.png", "a.png\\u0000.png", "", "fifo", "file:../secret.png", "missing.png",
  ]) func `no name leads out of the folder or to anything but a file`(name: String) throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("secret.png")
    try folder.writePicture("pictures/sub/a.png")
    try folder.writePicture("pictures/a.png")
    try folder.link("pictures/link.png", to: folder.url.appendingPathComponent("secret.png"))
    try folder.link("pictures/linked", to: folder.url)
    mkfifo(folder.url.appendingPathComponent("pictures/fifo").path, 0o600)
    let file = try folder.writeCOCO(["a.png", name])
    let pictures = folder.url.appendingPathComponent("pictures")
    #expect { try DetectionDataset.load(file, images: pictures) } throws: { error in
      "\(error)".contains("data.json") && "\(error)".contains("images[1].file_name")
    }
    let lenient = try DetectionDataset.load(file, images: pictures, onBadData: .skip)
    #expect(lenient.samples.map(\.name) == ["a.png"])
    #expect(lenient.problems.count == 1)
    #expect(lenient.problems.allSatisfy { [.unsafePath, .missingFile].contains($0.kind) })
  }

  @Test func `the objects of a picture that is left out are still asked for`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("b.png")
    let file = try folder.writeCOCO(["a.png", "b.png"])
    let dataset = try DetectionDataset.load(file, onBadData: .skip)
    #expect(dataset.samples.map(\.imageID) == [2])
    let truth = dataset.groundTruth()
    #expect(truth.images.map(\.id) == [2, 1])
    #expect(truth.annotations.map(\.imageID) == [2, 1])
    #expect(dataset.boxCount == 1)
    let aligned = try dataset.aligned(to: [DatasetCategory(id: 5, name: "thing")])
    #expect(aligned.groundTruth().annotations.map(\.categoryID) == [5, 5])
  }

  @Test func `links that stay inside the folder are followed`() throws {
    let folder = try TemporaryFolder()
    let picture = try folder.writePicture("images/real/a.png")
    try folder.link("images/b.png", to: picture)
    #expect(try DetectionDataset.load(folder.writeCOCO(["b.png"])).samples.count == 1)
  }

  @Test func `categories are in the order of their ids`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    let file = try folder.write(
      """
      {"images": [{"id": 7, "file_name": "a.png", "width": 64, "height": 48}],
       "categories": [{"id": 90, "name": "z"}, {"id": 3, "name": "c"}],
       "annotations": [
        {"id": 1, "image_id": 7, "category_id": 90, "bbox": [1, 2, 3, 4]},
        {"id": 2, "image_id": 7, "category_id": 3, "bbox": [1, 2, 30, 40], "iscrowd": 1}]}
      """,
      to: "data.json"
    )
    let dataset = try DetectionDataset.load(file.path)
    #expect(dataset.categories.map(\.id) == [3, 90])
    #expect(dataset.samples[0].boxes.map(\.label) == [1])
    #expect(dataset.samples[0].ignoreRegions == [BoundingBox(x1: 1, y1: 2, x2: 31, y2: 42)])
    #expect(dataset.groundTruth().annotations.map(\.isCrowd) == [false, true])
    #expect(dataset.groundTruth().images.map(\.id) == [7])
  }

  @Test func `no pictures at all are an empty dataset`() throws {
    let folder = try TemporaryFolder()
    let dataset = try DetectionDataset.load(folder.writeCOCO([]))
    #expect(dataset.samples.isEmpty)
    #expect(dataset.categories.map(\.name) == ["thing"])
    #expect(dataset.boxCount == 0)
  }

  @Test func `a picture that changed since loading is refused by name`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a.png"])
    try folder.writePicture("a.png")
    let dataset = try DetectionDataset.load(file)
    try folder.writePicture("a.png", width: 60)
    #expect { try dataset.image(of: dataset.samples[0]) } throws: { error in
      (error as? DatasetError)?.code == .badPicture && "\(error)".contains("a.png")
    }
  }

  @Test func `decoding finds the pictures that loading cannot`() throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png", "c.png"] { try folder.writePicture(name) }
    let file = folder.url.appendingPathComponent("b.png")
    let bytes = try Data(contentsOf: file)
    try bytes.prefix(bytes.count - 30).write(to: file)
    let dataset = try DetectionDataset.load(folder.writeCOCO(["a.png", "b.png", "c.png"]))
    var counts: [Int] = []
    let problems = try dataset.decodingProblems { counts.append($0) }
    #expect(problems.map(\.kind) == [.unreadablePicture])
    #expect(problems[0].file.hasSuffix("b.png"))
    #expect(counts == [1, 2, 3])
  }

  @Test(.requiresSharedData("bad_inputs"), arguments: ManifestCase.all(in: "coco"))
  func `bad annotation files get their verdict`(input: ManifestCase) throws {
    let result = Result {
      let dataset = try DetectionDataset.load(
        input.url.path,
        images: SharedData.url("bad_inputs/images")
      )
      for sample in dataset.samples { _ = try dataset.image(of: sample) }
      return dataset
    }
    switch (input.expect, result) {
    case (.refuse, .success): Issue.record("was taken: \(input.why)")
    case (.refuse, .failure(let error)), (.either, .failure(let error)):
      #expect("\(error)".contains(input.name) || "\(error)".contains("truncated_60_percent.jpg"))
    case (_, .failure(let error)): Issue.record(error, "was refused: \(input.why)")
    case (_, .success(let dataset)):
      if let boxes = input.boxes { #expect(dataset.boxCount == boxes) }
      if let crowds = input.crowds {
        #expect(dataset.samples.reduce(0) { $0 + $1.ignoreRegions.count } == crowds)
      }
      if input.expect == .accept { #expect(dataset.problems.isEmpty) }
      if input.expect == .skip { #expect(!dataset.problems.isEmpty) }
      for sample in dataset.samples {
        for box in sample.boxes.map(\.box) {
          #expect(box.isFinite && !box.isEmpty)
          #expect(box == box.clipped(width: Float(sample.width), height: Float(sample.height)))
        }
      }
    }
  }

  @Test(.requiresSharedData("bad_inputs")) func `boxes are clipped as the collection says`() throws
  {
    let images = SharedData.url("bad_inputs/images")
    let file = SharedData.url("bad_inputs/coco/out_of_bounds.json").path
    let boxes = try DetectionDataset.load(file, images: images).samples.flatMap(\.boxes)
      .map(\.box)
    #expect(
      boxes == [
        BoundingBox(x1: 0, y1: 0, x2: 20, y2: 10), BoundingBox(x1: 80, y1: 50, x2: 96, y2: 64),
        BoundingBox(x1: 0, y1: 0, x2: 96, y2: 64),
      ]
    )
  }
}
