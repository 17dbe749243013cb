import BoxGeometry
import COCOFormat
import Foundation
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct YOLODatasetReaderTests {
  /// Pictures of 64x48: train/a with a box, train/b without an object, val/c without a label file.
  private func smallFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (number, name) in ["train/a", "train/b", "val/c"].enumerated() {
      try folder.writePicture("images/\(name).png", red: UInt8(number))
    }
    try folder.write("1 0.5 0.5 0.25 0.5\n", to: "labels/train/a.txt")
    try folder.write("", to: "labels/train/b.txt")
    try folder.write(
      "path: .\ntrain: images/train\nval: images/val\nnames: [car, bus]\n",
      to: "data.yaml"
    )
    return folder
  }

  private func failure(
    _ specification: String,
    images: URL? = nil,
    onBadData: BadDataPolicy = .stop
  ) -> String {
    do {
      let dataset = try DetectionDataset.load(specification, images: images, onBadData: onBadData)
      return "loaded \(dataset.samples.count)"
    } catch {
      return "\(error)"
    }
  }

  @Test func `pictures are taken split by split, boxes in pixels`() throws {
    let folder = try smallFolder()
    let dataset = try DetectionDataset.load("\(folder.path)/data.yaml")
    #expect(dataset.format == .yolo)
    #expect(dataset.categories.map(\.id) == [0, 1])
    #expect(
      dataset.samples.map(\.name) == [
        "images/train/a.png", "images/train/b.png", "images/val/c.png",
      ]
    )
    #expect(dataset.samples.map(\.imageID) == [1, 2, 3])
    #expect(
      dataset.samples[0].boxes == [
        LabeledBox(box: BoundingBox(x1: 24, y1: 12, x2: 40, y2: 36), label: 1)
      ]
    )
    #expect(dataset.samples[0].groundTruth.map(\.categoryID) == [1])
    #expect(dataset.problems.map(\.kind) == [.missingAnnotation])
    #expect(dataset.problems[0].message.contains("1, the first is \"images/val/c.png\""))
  }

  @Test func `the file, its folder and a split each name the dataset`() throws {
    let folder = try smallFolder()
    #expect(try DetectionDataset.load(folder.path).samples.count == 3)
    #expect(try DetectionDataset.load("\(folder.path):train").samples.count == 2)
    #expect(try DetectionDataset.load("\(folder.path)/data.yaml:train").problems.isEmpty)
    #expect(failure("\(folder.path):test").hasSuffix("it has train, val"))
    let splits = try DatasetSplits.of(folder.path)
    #expect(splits.map(\.name) == ["train", "val"])
    #expect(try DetectionDataset.load(splits[0].specification).samples.count == 2)
    #expect(try DatasetSplits.of(splits[0].specification).isEmpty)
    try folder.write("train: x\nnames: [a]\n", to: "other.yml")
    #expect(failure(folder.path).contains("holds several YOLO files"))
    try folder.write("jobs: []\n", to: "other.yml")
    #expect(failure(folder.path) == "loaded 3")
  }

  @Test func `a split of which not one picture has a label file is a wrong path`() throws {
    let folder = try smallFolder()
    #expect(
      failure("\(folder.path):val").contains(
        "not one of its pictures has a label file: expected \(folder.path)/labels/val/c.txt"
      )
    )
    // A contest gives no labels for its test pictures.
    try folder.write("train: images/train\ntest: images/val\nnames: [car, bus]", to: "data.yaml")
    let test = try DetectionDataset.load("\(folder.path):test")
    #expect(test.samples.count == 1 && test.problems.map(\.kind) == [.missingAnnotation])
  }

  @Test func `lists name pictures relative to themselves or to the root`() throws {
    let folder = try smallFolder()
    try folder.write(
      "./images/val/c.png\r\n\nimages/train/a.png\n\(folder.path)/images/train/b.png\n./images/val/c.png",
      to: "list.txt"
    )
    try folder.write("../images/train/a.png\nimages/train/b.png\n", to: "lists/more.txt")
    try folder.write("train: list.txt\nval: lists/more.txt\nnames: [car, bus]", to: "data.yaml")
    let train = try DetectionDataset.load("\(folder.path):train")
    #expect(
      train.samples.map(\.name) == [
        "images/val/c.png", "images/train/a.png", "images/train/b.png",
      ]
    )
    #expect(train.problems.map(\.kind) == [.duplicate, .missingAnnotation])
    #expect(
      try DetectionDataset.load("\(folder.path):val").samples.map(\.name) == [
        "images/train/a.png", "images/train/b.png",
      ]
    )
  }

  @Test func `folders below folders are searched, hidden files and other files are not taken`()
    throws
  {
    let folder = try smallFolder()
    try folder.writePicture("images/train/deep/er/d.png")
    try folder.write("", to: "images/train/notes.md")
    try folder.write("", to: "images/train/._a.png")
    try folder.write("0 0.5 0.5 1 1", to: "labels/train/deep/er/d.txt")
    try folder.link(
      "images/train/deep/round",
      to: folder.url.appendingPathComponent("images/train")
    )
    let dataset = try DetectionDataset.load("\(folder.path):train")
    #expect(dataset.samples.map(\.name).last == "images/train/deep/er/d.png")
    #expect(dataset.samples.count == 3)
    #expect(dataset.problems.isEmpty)
  }

  @Test func `the layout of common exports is found`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("train/images/a.png")
    try folder.write("0 0.5 0.5 0.5 0.5", to: "train/labels/a.txt")
    try folder.write(
      "train: ../train/images\nval: ../valid/images\nnc: 1\nnames: [x]",
      to: "data.yaml"
    )
    let dataset = try DetectionDataset.load("\(folder.path):train")
    #expect(dataset.boxCount == 1)
    #expect(dataset.samples.map(\.name) == ["train/images/a.png"])
  }

  @Test func `labels lie beside pictures that are in no folder called images`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("pics/a.png")
    try folder.write("0 0.5 0.5 0.5 0.5", to: "pics/a.txt")
    try folder.write("train: pics\nnames: [x]", to: "data.yaml")
    #expect(try DetectionDataset.load(folder.path).boxCount == 1)
    #expect(YOLOFolder.labelName(of: "images/x/images/a.b.jpg") == "images/x/labels/a.b.txt")
    #expect(YOLOFolder.labelName(of: "images") == "images.txt")
  }

  @Test func `nothing outside the folder of the file is read unless the user names it`() throws {
    let outer = try TemporaryFolder()
    try outer.writePicture("real/images/train/a.png")
    try outer.write("0 0.5 0.5 0.5 0.5", to: "real/labels/train/a.txt")
    let real = outer.url.appendingPathComponent("real")
    for path in ["../real", real.path, "x/../../real"] {
      try outer.write("path: \(path)\ntrain: images/train\nnames: [x]", to: "conf/data.yaml")
      let line = failure("\(outer.path)/conf/data.yaml")
      #expect(
        line.contains("line 1: path: ") && line.contains("leads out of the folder of this file")
      )
      #expect(line.hasSuffix("name the folder it means with --images DIR"))
      #expect(failure("\(outer.path)/conf/data.yaml", images: real) == "loaded 1")
    }
    try outer.link("conf/link", to: real)
    try outer.write("path: link\ntrain: images/train\nnames: [x]", to: "conf/data.yaml")
    #expect(failure("\(outer.path)/conf/data.yaml").contains("is a link that leads out"))
    try outer.write("train: link/images/train\nnames: [x]", to: "conf/data.yaml")
    #expect(failure("\(outer.path)/conf/data.yaml").contains("is a link that leaves"))
    try outer.write("train: ../real/images/train\nnames: [x]", to: "conf/data.yaml")
    #expect(failure("\(outer.path)/conf/data.yaml").contains("leads out of"))
    for line in [
      "../real/images/train/a.png", "\(real.path)/images/train/a.png", "link/images/train/a.png",
    ] {
      try outer.write("train: list.txt\nnames: [x]", to: "conf/data.yaml")
      try outer.write(line, to: "conf/list.txt")
      #expect(failure("\(outer.path)/conf/data.yaml").contains("list.txt: line 1"))
    }
  }

  @Test func `a label file that is a link to elsewhere is not followed`() throws {
    let folder = try smallFolder()
    let other = try TemporaryFolder()
    let secret = try other.write("0 0.5 0.5 0.5 0.5", to: "secret.txt")
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent("labels/train/b.txt"))
    try folder.link("labels/train/b.txt", to: secret)
    #expect(failure("\(folder.path):train").contains("is a link that leaves"))
  }

  @Test func `a broken label file or picture costs its picture or ends it`() throws {
    let folder = try smallFolder()
    try folder.write("1 0.5 0.5 0.25\n", to: "labels/train/b.txt")
    #expect(
      failure("\(folder.path):train")
        == "\(folder.path)/labels/train/b.txt: line 1: has 4 columns; expected class cx cy w h"
    )
    let lenient = try DetectionDataset.load("\(folder.path):train", onBadData: .skip)
    #expect(lenient.samples.count == 1)
    #expect(lenient.problems.map(\.kind) == [.unreadableAnnotation])
    try folder.write("not a picture", to: "images/train/a.png")
    try folder.write("", to: "labels/train/b.txt")
    let without = try DetectionDataset.load("\(folder.path):train", onBadData: .skip)
    #expect(without.samples.map(\.name) == ["images/train/b.png"])
    #expect(without.problems.map(\.kind) == [.unreadablePicture])
    // Its object is still asked for.
    #expect(without.leftOut.map(\.groundTruth.count) == [1])
    #expect(without.groundTruth().images.count == 2)
  }

  @Test func `outlines and lonely label files are told once`() throws {
    let folder = try smallFolder()
    try folder.write("0 0.1 0.1 0.5 0.1 0.5 0.6\n1 0.5 0.5 0.1 0.1\n", to: "labels/train/b.txt")
    try folder.write("", to: "labels/train/gone.txt")
    try folder.write("", to: "labels/train/classes.txt")
    let dataset = try DetectionDataset.load("\(folder.path):train")
    #expect(dataset.problems.map(\.kind) == [.polygon, .missingPicture])
    #expect(dataset.problems[0].message.contains("labels/train/b.txt: line 1"))
    #expect(dataset.problems[1].message.contains("1, the first is \"labels/train/gone.txt\""))
  }

  @Test func `a split whose place is missing is an error or a problem`() throws {
    let folder = try smallFolder()
    try folder.write("train: images/train\ntest: images/test\nnames: [car, bus]", to: "data.yaml")
    #expect(failure(folder.path).contains("data.yaml: line 2: test: there is no \"images/test\""))
    let lenient = try DetectionDataset.load(folder.path, onBadData: .skip)
    #expect(lenient.samples.count == 2 && lenient.problems.map(\.kind) == [.missingFile])
    #expect(failure("\(folder.path):test", onBadData: .skip).contains("there is no"))
  }

  // MARK: Shared data

  @Test(.requiresSharedData("aerial_cars")) func `the aerial cars are as their notes say`() throws {
    let root = SharedData.url("aerial_cars")
    let train = try DetectionDataset.load("\(root.path)/data.yaml:train")
    let val = try DetectionDataset.load("\(root.path):val")
    #expect(train.categories.map(\.name) == ["car", "truck", "bus", "minibus", "cyclist"])
    #expect((train.samples.count, val.samples.count) == (58, 26))
    #expect(train.categoryCounts.map(\.boxes) == [1539, 1, 54, 48, 0])
    #expect(val.categoryCounts.map(\.boxes) == [544, 4, 27, 29, 0])
    #expect(train.problems.isEmpty)
    // Four boxes over the border, by a pixel and less.
    #expect(val.problems.map(\.kind) == [.boxClipped, .boxClipped, .boxClipped, .boxClipped])
    #expect(
      Set(val.problems.map { "\(URL(fileURLWithPath: $0.file).lastPathComponent) \($0.place)" })
        == ["MOS74.txt line 19", "MOS80.txt line 13", "MOS84.txt line 20", "MOS92.txt line 18"]
    )
    for sample in train.samples + val.samples {
      for box in sample.boxes {
        #expect(box.box.x2 <= Float(sample.width) && box.box.y2 <= Float(sample.height))
      }
    }
    // The two MPO files are read by their first picture.
    let mpo = (train.samples + val.samples).filter { $0.name.hasSuffix(".JPG") }
    #expect(mpo.map { [$0.width, $0.height] } == [[4000, 2250], [4000, 2250]])
    #expect(try DetectionDataset.load(root.path).boxCount == 2246)
  }

  @Test(.requiresSharedData("aerial_cars")) func `lists and folders give the same pictures`() throws
  {
    let folder = try TemporaryFolder()
    let root = SharedData.url("aerial_cars")
    try folder.write(
      "train: train.txt\nval: val.txt\nnames: [car, truck, bus, minibus, cyclist]",
      to: "l.yaml"
    )
    let lists = try DetectionDataset.load("\(folder.path)/l.yaml", images: root)
    let folders = try DetectionDataset.load(root.path)
    #expect(Set(lists.samples.map(\.name)) == Set(folders.samples.map(\.name)))
    #expect(lists.boxCount == folders.boxCount)
  }

  @Test(.requiresSharedData("bad_inputs"), arguments: ManifestCase.all(in: "yolo"))
  func `bad rows get their verdict`(input: ManifestCase) throws {
    let folder = try TemporaryFolder()
    let stem = input.url.deletingPathExtension().lastPathComponent
    try FileManager.default.copyItem(at: input.url, to: folder.place("labels/\(stem).txt"))
    try FileManager.default.copyItem(
      at: SharedData.url("bad_inputs/images/ok.jpg"),
      to: folder.place("images/\(stem).jpg")
    )
    try folder.write("train: images\nnames: [red, blue]\n", to: "data.yaml")
    switch (input.expect, Result { try DetectionDataset.load(folder.path) }) {
    case (.refuse, .success): Issue.record("was taken: \(input.why)")
    case (.refuse, .failure(let error)), (.either, .failure(let error)):
      #expect("\(error)".contains("labels/\(stem).txt: line "))
      #expect(!"\(error)".contains("\n"))
      let lenient = try DetectionDataset.load(folder.path, onBadData: .skip)
      #expect(lenient.problems.map(\.kind) == [.unreadableAnnotation])
    case (_, .failure(let error)): Issue.record(error, "was refused: \(input.why)")
    case (_, .success(let dataset)):
      #expect(dataset.samples.count == 1)
      if let boxes = input.boxes { #expect(dataset.boxCount == boxes) }
      if input.expect == .accept { #expect(dataset.problems.isEmpty) }
      if input.expect == .skip {
        #expect(dataset.problems.contains { $0.place.hasPrefix("line ") })
      }
    }
  }
}
