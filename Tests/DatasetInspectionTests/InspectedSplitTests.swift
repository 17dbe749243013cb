import Foundation
import BoxGeometry
import DetectionDatasets
import Testing

@testable import DatasetInspection

@Suite struct InspectedSplitTests {
  /// Two splits that name the same classes in another order, one with a class of its own.
  private static let splits = [
    InspectedSplit(
      name: "train",
      dataset: .boxes([[("car", 4)], [("car", 2), ("bus", 1)]], classes: ["car", "bus"])
    ),
    InspectedSplit(
      name: "val",
      dataset: .boxes([[("bus", 3)], []], classes: ["bus", "tram", "car"])
    ),
  ]

  @Test func `classes of one name are one class, whatever their place`() {
    let common = Self.splits.withCommonClasses
    #expect(
      common.map { $0.dataset.categories.map(\.name) } == [
        ["car", "bus", "tram"], ["car", "bus", "tram"],
      ]
    )
    #expect(common[1].dataset.samples[0].boxes.map(\.label) == [1, 1, 1])
    #expect(common[0].dataset.samples[0].boxes.map(\.label) == [0, 0, 0, 0])
  }

  @Test func `counts are those of all parts together`() {
    let balance = ClassBalance(Self.splits.withCommonClasses)
    #expect(balance.boxes == 10)
    #expect(balance.classes.map(\.name) == ["car", "bus", "tram"])
    #expect(balance.classes.map(\.boxes) == [6, 4, 0])
    #expect(balance.classes.map(\.images) == [2, 2, 0])
    #expect(balance.classes.map(\.share) == [0.6, 0.4, 0])
    // The rarest with boxes: a class without has no ratio.
    #expect(balance.ratio == 1.5)
    #expect(balance.most?.name == "car" && balance.least?.name == "bus")
  }

  @Test func `without boxes there is no ratio and no share`() {
    let empty = ClassBalance([InspectedSplit(name: "a", dataset: .boxes([[]], classes: ["car"]))])
    #expect(empty.ratio == nil && empty.least == nil)
    #expect(empty.classes.map(\.share) == [0])
    #expect(ClassBalance([]).classes.isEmpty)
  }

  @Test func `two classes of one name stay two`() {
    let twice = [
      InspectedSplit(name: "a", dataset: .boxes([[]], classes: ["x", "x"])),
      InspectedSplit(name: "b", dataset: .boxes([[]], classes: ["x", "y"])),
    ]
    #expect(twice.withCommonClasses[1].dataset.categories.map(\.name) == ["x", "x", "y"])
  }
}

extension DetectionDataset {
  /// Pictures of 100x100 with so many boxes of each class.
  static func boxes(
    _ pictures: [[(name: String, count: Int)]],
    classes: [String]
  ) -> DetectionDataset {
    DetectionDataset(
      format: .coco,
      location: "made",
      categories: classes.enumerated().map { DatasetCategory(id: $0 + 1, name: $1) },
      samples: pictures.enumerated().map { index, counts in
        DatasetSample(
          imageID: index + 1,
          name: "\(index + 1).png",
          source: .file(.init(fileURLWithPath: "/nowhere/\(index + 1).png")),
          width: 100,
          height: 100,
          boxes: counts.flatMap { name, count in
            (0..<count).map { number in
              let x = Float(number * 10)
              return LabeledBox(
                box: BoundingBox(x1: x, y1: 0, x2: x + 8, y2: 8),
                label: classes.firstIndex(of: name) ?? 0
              )
            }
          }
        )
      }
    )
  }
}
