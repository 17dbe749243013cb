import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct YOLODataFileTests {
  private func parse(_ text: String) throws -> YOLODataFile {
    try YOLODataFile(parsing: text, file: URL(fileURLWithPath: "/d/data.yaml"))
  }

  @Test func `names are a list or numbers with names`() throws {
    let list = try parse("train: a\nnames: [car, 'no', 3]\nnc: 3\n")
    #expect(list.categories.map(\.name) == ["car", "no", "3"])
    #expect(list.categories.map(\.id) == [0, 1, 2])
    let map = try parse("train: a\nnames:\n  2: bus\n  0: car\n  7: van\n")
    #expect(map.categories.map(\.id) == [0, 2, 7])
    #expect(map.categories.map(\.name) == ["car", "bus", "van"])
    #expect(try parse("train: a\nnc: 2\n").categories.map(\.name) == ["class_0", "class_1"])
    #expect(try parse("train: a\nnames: {0: a, 2: b}\nnc: 3").categories.count == 2)
    #expect(try parse("train: a\nnames: {0: a, 2: b}\nnc: 2").categories.count == 2)
  }

  @Test func `splits are a place or several, and null is none`() throws {
    let file = try parse(
      """
      path: .
      val: [images/val, more.txt]
      train: images/train
      test:
      download: rm -rf /
      names: [a]
      """
    )
    #expect(file.splits.map(\.name) == ["train", "val"])
    #expect(file.splits.map(\.entries) == [["images/train"], ["images/val", "more.txt"]])
    #expect(file.splits[1].place == "line 2: val")
    #expect(file.path == ".")
  }

  @Test(arguments: [
    ("names: [a]", "names no pictures"),
    ("train: a", "has neither names nor nc"),
    ("train: a\nnames: []", "line 2: names: expected 1 to"),
    ("train: a\nnames: car", "line 2: names: expected a list"),
    ("train: a\nnames: [a, '']", "line 2: names: class 1 has no name"),
    ("train: a\nnames: [a, [b]]", "line 2: names: class 1 has no name"),
    (
      "train: a\nnames: [\"a\\nb\"]",
      "line 2: names: the name \"a\\u{a}b\" holds a control character"
    ),
    ("train: a\nnames: [a, b]\nnc: 3", "names: has 2 classes, but nc says 3"),
    ("train: a\nnames: {x: a}", "line 2: names: expected the number of a class"),
    ("train: a\nnames: {-1: a}", "line 2: names: expected the number of a class"),
    ("train: a\nnames: {0: a, 00: b}", "class 0 stands twice"),
    ("train: a\nnc: 0", "line 2: nc: expected the number of classes"),
    ("train: a\nnc: 99999999999999999999", "nc: expected the number of classes"),
    ("train: a\nnc: many", "nc: expected the number of classes"),
    ("train: {a: b}\nnames: [a]", "line 1: train: expected a folder"),
    ("train: [[a]]\nnames: [a]", "line 1: train: expected a folder"),
    ("train: a\npath: [x]\nnames: [a]", "line 2: path: expected one folder"),
    ("train: a\nnames: [a]\nkpt_shape: 17", "line 3: kpt_shape: expected [keypoints"),
  ]) func `a wrong value is told with its place`(text: String, expected: String) {
    #expect { try parse(text) } throws: { error in
      let line = "\(error)"
      return line.hasPrefix("/d/data.yaml: ") && line.contains(expected) && !line.contains("\n")
    }
  }
}
