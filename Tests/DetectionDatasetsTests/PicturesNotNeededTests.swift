import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct PicturesNotNeededTests {
  @Test func `annotations alone are a dataset where pictures are not needed`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a.png", "../b.png", "c.png"])
    let dataset = try DetectionDataset.load(file, onBadData: .skip, needsPictures: false)
    #expect(dataset.samples.map(\.name) == ["a.png", "c.png"])
    #expect(dataset.samples.allSatisfy { $0.width == 64 && $0.boxes.count == 1 })
    #expect(dataset.problems.map(\.kind) == [.unsafePath])
    #expect(throws: DatasetError.self) { try dataset.image(of: dataset.samples[0]) }
    #expect(throws: DatasetError.self) { try DetectionDataset.load(file, onBadData: .skip) }
  }

  @Test func `a folder that was named has to be there`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a.png"])
    #expect(throws: DatasetError.self) {
      try DetectionDataset.load(
        file,
        images: folder.url.appendingPathComponent("nowhere"),
        needsPictures: false
      )
    }
  }

  @Test func `without a stated size there is no picture to speak of`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write(
      #"{"images": [{"id": 1, "file_name": "a.png"}], "categories": [], "annotations": []}"#,
      to: "data.json"
    )
    let dataset = try DetectionDataset.load(file.path, onBadData: .skip, needsPictures: false)
    #expect(dataset.samples.isEmpty && dataset.problems.map(\.kind) == [.missingFile])
  }
}
