import BoxGeometry
import COCOFormat
import Foundation
import Raster
import TestSupport
import Testing

@testable import DetectionDatasets

/// What a writer refuses before anything is written, or writes under another name.
@Suite struct DatasetWriterRefusalTests {
  @Test(arguments: ["a\u{2028}b.png", "a\u{2029}b.png", "a\u{85}b.png", "a\u{200B}.png"])
  func `names that lists cannot hold are refused by their code`(name: String) throws {
    let folder = try TemporaryFolder()
    let sample = DatasetSample(
      imageID: 1,
      name: name,
      source: .file(folder.url.appendingPathComponent("p.png")),
      width: 9,
      height: 9
    )
    let dataset = DetectionDataset(
      format: .synthetic,
      location: "x",
      categories: [DatasetCategory(id: 1, name: "c")],
      samples: [sample]
    )
    let part = DatasetPart(name: nil, dataset: dataset)
    for format in [DatasetWriter.Format.voc, .yolo] {
      #expect { try DatasetWriter([part], as: format) } throws: { error in
        "\(error)".contains("holds U+") && "\(error)".contains("rename the picture")
      }
    }
    _ = try DatasetWriter([part], as: .coco)
  }

  @Test func `a data yaml that nobody would read is not written`() throws {
    let dataset = DetectionDataset(
      format: .synthetic,
      location: "x",
      categories: (1...100_000).map { DatasetCategory(id: $0, name: "class \($0)") },
      samples: []
    )
    #expect { try DatasetWriter([DatasetPart(name: nil, dataset: dataset)], as: .yolo) } throws: {
      "\($0)".contains("has 100000 classes, whose data.yaml would take")
    }
  }

  @Test func `no folder is made among the pictures`() throws {
    let data = try RandomDataset(seed: 2)
    let parts = try DatasetPart.load([("x", data.path)], images: nil, onBadData: .stop)
    let place = data.folder.url.appendingPathComponent("images/new/er")
    #expect { try DatasetWriter(parts, as: .yolo).write(to: place) } throws: { error in
      "\(error)".contains("lies in a folder of the dataset's pictures")
    }
  }

  @Test func `no part takes the name of another`() throws {
    let folder = try TemporaryFolder()
    for stem in ["a", "b"] {
      try folder.writePicture("v/JPEGImages/\(stem).png")
      try folder.write(
        "<annotation><object><name>k</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax>"
          + "<ymax>9</ymax></bndbox></object></annotation>",
        to: "v/Annotations/\(stem).xml"
      )
    }
    try folder.write("a\n", to: "v/ImageSets/Main/rest.txt")
    let parts = try DatasetPart.load(
      [("x", "\(folder.path)/v")],
      images: nil,
      onBadData: .stop
    )
    let coco = try DatasetWriter(parts, as: .coco)
      .write(to: folder.url.appendingPathComponent("coco"))
    #expect(
      coco.specifications.map { URL(fileURLWithPath: $0).lastPathComponent }
        == ["rest.json", "rest_2.json"]
    )
    let boxes = try coco.specifications.map { try DetectionDataset.load($0).boxCount }
    #expect(boxes == [1, 1] && coco.boxes == 2)
    for names in [("v", "v"), ("x:train", "x:TRAIN")] {
      let parts = try DatasetPart.load(
        [(names.0, "\(folder.path)/v"), (names.1, "\(folder.path)/v")],
        images: nil,
        onBadData: .stop
      )
      #expect { try DatasetWriter(parts, as: .coco) } throws: { error in
        "\(error)".contains("two parts would be called")
      }
    }
    let all = try DatasetPart.load(
      [("all", "\(folder.path)/v"), ("b", "\(folder.path)/v")],
      images: nil,
      onBadData: .stop
    )
    #expect { try DatasetWriter(all, as: .voc) } throws: { error in
      "\(error)".contains("is the list of all pictures")
    }
  }

  @Test func `a link in the place of the new folder is refused before anything is copied`() throws {
    let data = try RandomDataset(seed: 1)
    let link = data.folder.url.appendingPathComponent("link")
    let parts = try DatasetPart.load([("x", data.path)], images: nil, onBadData: .stop)
    for goal in ["empty", "nowhere"] {
      if goal == "empty" {
        try FileManager.default.createDirectory(
          at: data.folder.url.appendingPathComponent(goal),
          withIntermediateDirectories: true
        )
      }
      try FileManager.default.createSymbolicLink(
        atPath: link.path,
        withDestinationPath: data.folder.url.appendingPathComponent(goal).path
      )
      var copied = 0
      #expect {
        try DatasetWriter(parts, as: .voc).write(to: link) { copied = $0 }
      } throws: { error in "\(error)".contains("is a link to") }
      #expect(copied == 0)
      try FileManager.default.removeItem(at: link)
    }
  }
}
