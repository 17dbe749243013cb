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
    let expected = "expected a COCO .json file, a VOC folder (DIR or DIR:SPLIT) or synth:N:SEED"
    func message(_ text: String) -> String {
      do {
        return "\(try DatasetSpecification(text))"
      } catch {
        return "\(error)"
      }
    }
    let yaml = try folder.write("", to: "data.yaml").path
    #expect(message(yaml) == "\(yaml): \(expected), found a file ending in .yaml")
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
}
