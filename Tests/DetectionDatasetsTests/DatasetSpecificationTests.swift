import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct DatasetSpecificationTests {
  @Test func `each form is recognised by what is there`() throws {
    let folder = try TemporaryFolder()
    let json = try folder.write("{}", to: "data.json")
    try folder.write("", to: "voc/Annotations/a.xml")
    try folder.write("", to: "flat/a.xml")
    try folder.write("", to: "odd:name/Annotations/a.xml")
    let yaml = try folder.write("train: images\nnames: [a]", to: "yolo/cars.yaml")
    #expect(try DatasetSpecification(yaml.path) == .yolo(yaml, split: nil))
    #expect(try DatasetSpecification("\(yaml.path):val") == .yolo(yaml, split: "val"))
    #expect(try DatasetSpecification("\(folder.path)/yolo:val") == .yolo(yaml, split: "val"))
    #expect(try DatasetSpecification(json.path) == .coco(json))
    func voc(_ name: String, _ split: String?) -> DatasetSpecification {
      .voc(URL(fileURLWithPath: "\(folder.path)/\(name)", isDirectory: true), split: split)
    }
    #expect(try DatasetSpecification("\(folder.path)/voc") == voc("voc", nil))
    #expect(try DatasetSpecification("\(folder.path)/voc:train") == voc("voc", "train"))
    #expect(try DatasetSpecification("\(folder.path)/flat") == voc("flat", nil))
    #expect(try DatasetSpecification("\(folder.path)/odd:name") == voc("odd:name", nil))
    #expect(try DatasetSpecification("\(folder.path)/odd:name:val") == voc("odd:name", "val"))
    #expect(try DatasetSpecification("synth:12:7") == .synthetic(count: 12, seed: 7))
    #expect(
      try DatasetSpecification("synth:1:18446744073709551615")
        == .synthetic(count: 1, seed: .max)
    )
  }

  @Test(arguments: [
    "synth:", "synth:5", "synth:5:", "synth::5", "synth:0:1", "synth:-3:1", "synth:5:-1",
    "synth:5:1:2", "synth:x:1", "synth:1000001:1", "synth:5:18446744073709551616", "synth: 5:1",
  ]) func `a synthetic dataset needs a number and a seed`(text: String) {
    #expect { try DatasetSpecification(text) } throws: { error in
      "\(error)".hasPrefix("\(text): expected synth:N:SEED")
    }
  }

  @Test func `anything else is an error that says what was expected and what is there`() throws {
    let folder = try TemporaryFolder()
    let expected =
      "expected a COCO .json file, a VOC folder (DIR or DIR:SPLIT), a YOLO data.yaml (or "
      + "data.yaml:SPLIT, or its folder) or synth:N:SEED"
    func message(_ text: String) -> String {
      do {
        return "\(try DatasetSpecification(text))"
      } catch {
        return "\(error)"
      }
    }
    let text = try folder.write("", to: "data.txt").path
    #expect(message(text) == "\(text): \(expected), found a file ending in .txt")
    let bare = try folder.write("", to: "data").path
    #expect(message(bare) == "\(bare): \(expected), found a file without an extension")
    let missing = folder.path + "/nowhere.json"
    #expect(message(missing) == "\(missing): \(expected), found nothing at this place")
    #expect(message("") == "\"\": \(expected), found nothing at this place")
    let empty = try folder.place("empty/x").deletingLastPathComponent().path
    #expect(message(empty).hasPrefix("\(empty): \(expected), found a folder with neither"))
    try folder.write("{}", to: "coco/train.json")
    #expect(
      message("\(folder.path)/coco").hasSuffix("name the file: \(folder.path)/coco/train.json")
    )
    #expect(message("\(empty):train").hasPrefix("\(empty):train: \(expected), found a folder"))
  }

  @Test func `a folder of two formats is not guessed at`() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "Annotations/a.xml")
    try folder.write("train: images\nnames: [a]", to: "data.yaml")
    #expect { try DatasetSpecification(folder.path) } throws: { error in
      "\(error)".contains("could be a VOC folder and a YOLO one")
    }
    let json = try folder.write("{}", to: "a.json")
    #expect { try DatasetSpecification("\(json.path):train") } throws: { error in
      "\(error)".contains("a COCO file has no splits")
    }
  }

  @Test func `the lists of a VOC folder are its splits, without those that repeat`() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "Annotations/a.xml")
    for name in ["val", "train", "trainval", "all", "car_train", "extra", "my_part"] {
      try folder.write("a\n", to: "ImageSets/Main/\(name).txt")
    }
    let splits = try DatasetSplits.of(folder.path)
    #expect(splits.map(\.name) == ["train", "val", "extra", "my_part"])
    #expect(splits[0].specification == "\(folder.path):train")
    #expect(try DatasetSplits.of("\(folder.path):train").isEmpty)
    #expect(try DatasetSplits.of("synth:5:1").isEmpty)
  }
}
