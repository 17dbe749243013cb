import BoxGeometry
import COCOFormat
import Foundation
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct VOCDatasetReaderTests {
  private static func object(_ name: String, _ box: [Double], difficult: Int = 0) -> String {
    """
    <object><name>\(name)</name><difficult>\(difficult)</difficult><bndbox><xmin>\(box[0])</xmin>\
    <ymin>\(box[1])</ymin><xmax>\(box[2])</xmax><ymax>\(box[3])</ymax></bndbox></object>
    """
  }

  private static func annotation(_ objects: String..., fileName: String = "x.jpg") -> String {
    "<annotation><filename>\(fileName)</filename>\(objects.joined())</annotation>"
  }

  /// Three pictures of 64x48, a with two objects, b with a difficult one, c with none.
  private func smallFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for stem in ["c", "a", "b"] { try folder.writePicture("JPEGImages/\(stem).png") }
    try folder.write(
      Self.annotation(Self.object("zebra", [1, 2, 11, 12]), Self.object("ant", [5, 5, 70, 20])),
      to: "Annotations/a.xml"
    )
    try folder.write(
      Self.annotation(Self.object("bee", [0, 0, 9, 9], difficult: 1)),
      to: "Annotations/b.xml"
    )
    try folder.write(Self.annotation(), to: "Annotations/c.xml")
    return folder
  }

  @Test func `annotations are taken in the order of their names, classes too`() throws {
    let folder = try smallFolder()
    let dataset = try DetectionDataset.load(folder.path)
    #expect(dataset.format == .voc)
    #expect(dataset.categories.map(\.name) == ["ant", "bee", "zebra"])
    #expect(dataset.categories.map(\.id) == [1, 2, 3])
    #expect(dataset.samples.map(\.name) == ["a.png", "b.png", "c.png"])
    #expect(dataset.samples.map(\.imageID) == [1, 2, 3])
    #expect(
      dataset.samples[0].boxes == [
        LabeledBox(box: BoundingBox(x1: 1, y1: 2, x2: 11, y2: 12), label: 2),
        LabeledBox(box: BoundingBox(x1: 5, y1: 5, x2: 64, y2: 20), label: 0),
      ]
    )
    #expect(dataset.problems.map(\.kind) == [.boxClipped])
    // Evaluation has the box as annotated.
    #expect(dataset.samples[0].groundTruth[1].box.width == 65)
  }

  @Test func `a difficult object is trained on and not asked for`() throws {
    let folder = try smallFolder()
    let sample = try DetectionDataset.load(folder.path).samples[1]
    #expect(sample.boxes.map(\.label) == [1])
    #expect(sample.difficultBoxes == [0])
    #expect(sample.ignoreRegions.isEmpty)
    #expect(sample.groundTruth.map(\.isCrowd) == [true])
  }

  @Test func `a list of labels decides names and order`() throws {
    let folder = try smallFolder()
    try folder.write("zebra\nbee\n\n ant\nunused\n", to: "labels.txt")
    let dataset = try DetectionDataset.load(folder.path)
    #expect(dataset.categories.map(\.name) == ["zebra", "bee", "ant", "unused"])
    #expect(dataset.samples[0].boxes.map(\.label) == [0, 2])
    try folder.write("zebra\nbee", to: "labels.txt")
    #expect { try DetectionDataset.load(folder.path) } throws: { error in
      let error = error as? DatasetError
      return error?.code == .unknownCategory && error?.message.contains("\"ant\"") == true
        && error?.file.hasSuffix("a.xml") == true
    }
    let lenient = try DetectionDataset.load(folder.path, onBadData: .skip)
    #expect(lenient.samples[0].boxes.count == 1)
    #expect(lenient.problems.map(\.kind) == [.unknownCategory])
  }

  @Test func `a split lists its pictures in its own order`() throws {
    let folder = try smallFolder()
    try folder.write("c\r\na\n\nc\n", to: "ImageSets/Main/train.txt")
    try folder.write("a -1\nb  1\n", to: "ImageSets/Main/ant_val.txt")
    let train = try DetectionDataset.load("\(folder.path):train")
    #expect(train.samples.map(\.name) == ["c.png", "a.png"])
    #expect(train.problems.map(\.kind) == [.duplicate, .boxClipped])
    let classList = try DetectionDataset.load("\(folder.path):ant_val")
    #expect(classList.samples.map(\.name) == ["a.png", "b.png"])
    #expect(try DetectionDataset.load(folder.path).samples.count == 3)
    try folder.write("b\n", to: "ImageSets/Main/all.txt")
    #expect(try DetectionDataset.load(folder.path).samples.map(\.name) == ["b.png"])
  }

  @Test(arguments: ["test", "", "../train", "train.txt", "a/b"])
  func `a split that is not there is named with those that are`(split: String) throws {
    let folder = try smallFolder()
    try folder.write("a\n", to: "ImageSets/Main/train.txt")
    #expect { try DetectionDataset.load("\(folder.path):\(split)") } throws: { error in
      "\(error)".contains("it has train")
    }
  }

  @Test func `a folder in the place of a list is told`() throws {
    let folder = try smallFolder()
    _ = try folder.place("ImageSets/Main/train.txt/inside")
    let error = #expect(throws: DatasetError.self) {
      try DetectionDataset.load("\(folder.path):train")
    }
    let expected = "train.txt: cannot be read: it is a folder; name a file"
    #expect(error?.description == "\(folder.path)/ImageSets/Main/\(expected)")
  }

  @Test func `an empty split is an empty dataset`() throws {
    let folder = try smallFolder()
    try folder.write("\n", to: "ImageSets/Main/none.txt")
    let dataset = try DetectionDataset.load("\(folder.path):none")
    #expect(dataset.samples.isEmpty && dataset.categories.isEmpty)
  }

  @Test func `a listed annotation that is missing is an error or a problem`() throws {
    let folder = try smallFolder()
    try folder.write("a\nghost\n", to: "ImageSets/Main/train.txt")
    #expect { try DetectionDataset.load("\(folder.path):train") } throws: { error in
      "\(error)".contains("ghost.xml")
    }
    let lenient = try DetectionDataset.load("\(folder.path):train", onBadData: .skip)
    #expect(lenient.samples.map(\.name) == ["a.png"])
    #expect(lenient.problems.contains { $0.kind == .missingFile })
  }

  @Test func `the objects of a missing picture are still asked for`() throws {
    let folder = try smallFolder()
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("JPEGImages/a.png"))
    let whole = try smallFolder()
    let expected = try DetectionDataset.load(whole.path).groundTruth()
    let dataset = try DetectionDataset.load(folder.path, onBadData: .skip)
    let truth = dataset.groundTruth()
    #expect(dataset.samples.count == expected.images.count - 1)
    #expect(truth.images.count == expected.images.count)
    #expect(truth.annotations.count == expected.annotations.count)
    #expect(Set(truth.annotations.map(\.id)).count == truth.annotations.count)
    #expect(Set(truth.images.map(\.id)).count == truth.images.count)
  }

  @Test func `the picture with the annotation's stem counts, else the file name inside`() throws {
    let folder = try smallFolder()
    try folder.write(Self.annotation(fileName: "b.png"), to: "Annotations/a.xml")
    try folder.write(Self.annotation(fileName: "b.png"), to: "Annotations/d.xml")
    let dataset = try DetectionDataset.load(folder.path)
    #expect(dataset.samples.map(\.name) == ["a.png", "b.png", "c.png", "b.png"])
  }

  @Test(arguments: [
    "../secret.png", "/etc/hostname", "..\\secret.png", "", ".", "link.png", "a\u{1}.png",
  ])
  func `no file name leads out of the folder of pictures`(name: String) throws {
    let folder = try smallFolder()
    let secret = try folder.writePicture("secret.png")
    try folder.link("JPEGImages/link.png", to: secret)
    let escaped = name.replacingOccurrences(of: "\u{1}", with: "&#10;")
    try folder.write(Self.annotation(fileName: escaped), to: "Annotations/d.xml")
    #expect { try DetectionDataset.load(folder.path) } throws: { error in
      (error as? DatasetError)?.file.hasSuffix("d.xml") == true
    }
    let lenient = try DetectionDataset.load(folder.path, onBadData: .skip)
    #expect(lenient.samples.count == 3)
    #expect(lenient.problems.contains { $0.file.hasSuffix("d.xml") })
  }

  @Test func `a listed name does not lead out of the folder of annotations`() throws {
    let folder = try smallFolder()
    try folder.write(Self.annotation(), to: "a.xml")
    try folder.write("../a\n", to: "ImageSets/Main/train.txt")
    #expect { try DetectionDataset.load("\(folder.path):train") } throws: { error in
      (error as? DatasetError)?.code == .unsafePath
    }
  }

  @Test func `annotations beside their pictures are a VOC folder too`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    try folder.write(Self.annotation(Self.object("ant", [1, 2, 11, 12])), to: "a.xml")
    let dataset = try DetectionDataset.load(folder.path)
    #expect(dataset.samples.map(\.name) == ["a.png"])
    #expect(dataset.boxCount == 1)
  }

  @Test func `a stated size that is not the picture's is a problem`() throws {
    let folder = try smallFolder()
    try folder.write(
      "<annotation><size><width>640</width><height>480</height></size></annotation>",
      to: "Annotations/c.xml"
    )
    let dataset = try DetectionDataset.load(folder.path)
    #expect(dataset.problems.map(\.kind) == [.boxClipped, .sizeMismatch])
    #expect((dataset.samples[2].width, dataset.samples[2].height) == (64, 48))
  }

  // MARK: Shared data

  @Test(.requiresSharedData("bccd"), arguments: ["train", "val", "test"])
  func `BCCD is the same in VOC and in COCO form`(split: String) throws {
    let root = SharedData.url("bccd")
    let voc = try DetectionDataset.load("\(root.path):\(split)")
    let coco = try DetectionDataset.load(root.appendingPathComponent("\(split).json").path)
    #expect(voc.categories.map(\.name) == ["Platelets", "RBC", "WBC"])
    #expect(coco.categories.map(\.name) == ["RBC", "WBC", "Platelets"])
    let aligned = try voc.aligned(to: coco.categories)
    #expect(aligned.samples.count == coco.samples.count)
    let others = Dictionary(uniqueKeysWithValues: coco.samples.map { ($0.name, $0) })
    for sample in aligned.samples {
      let other = try #require(others[sample.name])
      #expect(sample.boxes == other.boxes)
      #expect((sample.width, sample.height) == (640, 480))
      #expect(sample.groundTruth.map(\.box) == other.groundTruth.map(\.box))
      #expect(sample.groundTruth.map(\.area) == other.groundTruth.map(\.area))
      #expect(sample.groundTruth.map(\.categoryID) == other.groundTruth.map(\.categoryID))
    }
    #expect(voc.boxCount == ["train": 2804, "val": 1137, "test": 945][split])
    // One point-like box in train and one in val.
    #expect(voc.problems.map(\.kind) == (split == "test" ? [] : [.emptyBox]))
  }

  @Test(.requiresSharedData("bad_inputs"), arguments: ManifestCase.all(in: "voc"))
  func `bad annotations get their verdict`(input: ManifestCase) throws {
    let folder = try TemporaryFolder()
    let xml = try folder.place("Annotations/\(input.name)")
    try FileManager.default.copyItem(at: input.url, to: xml)
    let picture = try folder.place(
      "JPEGImages/\(xml.deletingPathExtension().lastPathComponent).jpg"
    )
    try FileManager.default.copyItem(
      at: SharedData.url("bad_inputs/images/ok.jpg"),
      to: picture
    )
    let result = Result { try DetectionDataset.load(folder.path) }
    switch (input.expect, result) {
    case (.refuse, .success): Issue.record("was taken: \(input.why)")
    case (.refuse, .failure(let error)), (.either, .failure(let error)):
      #expect("\(error)".contains(input.name))
      #expect(try DetectionDataset.load(folder.path, onBadData: .skip).problems.count == 1)
    case (_, .failure(let error)): Issue.record(error, "was refused: \(input.why)")
    case (_, .success(let dataset)):
      #expect(dataset.samples.count == 1)
      if let boxes = input.boxes { #expect(dataset.boxCount == boxes) }
      #expect(dataset.samples[0].difficultBoxes.count == input.difficult ?? 0)
      if input.expect == .accept { #expect(dataset.problems.isEmpty) }
      if input.expect == .skip { #expect(!dataset.problems.isEmpty) }
    }
  }

  @Test(.requiresSharedData("bad_inputs")) func `a box over the border is clipped to it`() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(
      at: SharedData.url("bad_inputs/voc/out_of_bounds.xml"),
      to: folder.place("Annotations/a.xml")
    )
    try FileManager.default.copyItem(
      at: SharedData.url("bad_inputs/images/ok.jpg"),
      to: folder.place("JPEGImages/a.jpg")
    )
    let dataset = try DetectionDataset.load(folder.path)
    #expect(dataset.samples[0].boxes[1].box == BoundingBox(x1: 80, y1: 50, x2: 96, y2: 64))
    #expect(dataset.problems.map(\.kind) == [.boxClipped, .boxOutsidePicture])
  }
}
