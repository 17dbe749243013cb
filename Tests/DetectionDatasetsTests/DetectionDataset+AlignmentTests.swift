import BoxGeometry
import COCOFormat
import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct DetectionDatasetAlignmentTests {
  /// One picture with an object of each class.
  private func dataset(_ categories: [DatasetCategory]) -> DetectionDataset {
    let box = BoundingBox(x1: 0, y1: 0, x2: 4, y2: 4)
    let sample = DatasetSample(
      imageID: 1,
      name: "a.png",
      source: .file(URL(fileURLWithPath: "/a.png")),
      width: 8,
      height: 8,
      boxes: categories.indices.map { LabeledBox(box: box, label: $0) },
      groundTruth: categories.enumerated().map {
        COCOAnnotation(id: $0, imageID: 1, categoryID: $1.id, box: COCOBox(box))
      }
    )
    return DetectionDataset(
      format: .coco,
      location: "val.json",
      categories: categories,
      samples: [sample]
    )
  }

  private let training = [
    DatasetCategory(id: 10, name: "a"), DatasetCategory(id: 20, name: "b"),
    DatasetCategory(id: 30, name: "c"),
  ]

  @Test func `classes are matched by name, whatever their ids and order`() throws {
    let validation = dataset([
      DatasetCategory(id: 20, name: "c"), DatasetCategory(id: 30, name: "a"),
    ])
    let aligned = try validation.aligned(to: training)
    #expect(aligned.categories == training)
    #expect(aligned.samples[0].boxes.map(\.label) == [2, 0])
    #expect(aligned.samples[0].groundTruth.map(\.categoryID) == [30, 10])
  }

  @Test func `equal classes change nothing`() throws {
    let aligned = try dataset(training).aligned(to: training)
    #expect(aligned.samples[0].boxes == dataset(training).samples[0].boxes)
  }

  @Test func `a class that the target lacks is named`() {
    let validation = dataset([DatasetCategory(id: 1, name: "A"), DatasetCategory(id: 2, name: "b")])
    #expect { try validation.aligned(to: training) } throws: { error in
      let error = error as? DatasetError
      return error?.code == .unknownCategory && error?.file == "val.json"
        && error?.place == "class \"A\""
    }
  }

  @Test func `a class that is declared and never used is let go`() throws {
    var validation = dataset([DatasetCategory(id: 2, name: "b")])
    validation.categories.append(DatasetCategory(id: 9, name: "ghost"))
    #expect(try validation.aligned(to: training).samples[0].boxes.map(\.label) == [1])
  }

  @Test func `a name of two classes that nobody asks for does no harm`() throws {
    let gaps = [DatasetCategory(id: 7, name: "N/A"), DatasetCategory(id: 8, name: "N/A")]
    let aligned = try dataset(training).aligned(to: gaps + training)
    #expect(
      aligned.samples[0].boxes.map(\.label)
        == dataset(training).samples[0].boxes.map { $0.label + 2 }
    )
  }

  @Test func `a name that stands for two classes cannot be matched`() {
    let twice = [DatasetCategory(id: 1, name: "b"), DatasetCategory(id: 2, name: "b")]
    #expect(throws: DatasetError.self) {
      try dataset([DatasetCategory(id: 2, name: "b")]).aligned(to: twice)
    }
  }
}
