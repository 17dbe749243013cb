import BoxGeometry
import DetectionDatasets
import Foundation
import Raster
import Testing

@testable import DatasetInspection

@Suite struct BorderOverhangTests {
  @Test func `half a pixel past the border is named with its place, rounding and crowds are not`()
    throws
  {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-overhang-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try RasterImage(width: 64, height: 48, red: 1, green: 2, blue: 3)
      .write(to: folder.appendingPathComponent("a.png"))
    let file = folder.appendingPathComponent("data.json")
    try Data(
      """
      {"images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 48}],
       "categories": [{"id": 1, "name": "thing"}],
       "annotations": [
        {"id": 4, "image_id": 1, "category_id": 1, "bbox": [0, 0, 64.5, 8], "iscrowd": 1},
        {"id": 5, "image_id": 1, "category_id": 1, "bbox": [60, 0, 4.001, 8]},
        {"id": 6, "image_id": 1, "category_id": 1, "bbox": [2, 40, 9, 8.5]},
        {"id": 7, "image_id": 1, "category_id": 1, "bbox": [-0.25, 40, 9, 8]},
        {"id": 8, "image_id": 1, "category_id": 1, "bbox": [60, 0, 9, 8]}]}
      """.utf8
    ).write(to: file)
    let dataset = try DetectionDataset.load(file.path)
    // The loader speaks of the last one, which reaches 5 pixels out.
    #expect(dataset.problems.map(\.kind) == [.boxClipped])
    let problems = BorderOverhang.problems([InspectedSplit(name: "a", dataset: dataset)])
    #expect(problems.map(\.place) == ["annotation id 6", "annotation id 7"])
    #expect(problems[0].message.contains("0.5 pixels past the lower border of a.png (64x48)"))
    #expect(problems[1].message.contains("0.25 pixels past the left border"))
    #expect(problems.allSatisfy { $0.file == file.path && $0.kind == .boxClipped })
  }

  @Test func `difficult objects of Pascal VOC keep their places, crowds have none`() {
    var sample = DatasetSample(
      imageID: 1,
      name: "a",
      source: .file(URL(fileURLWithPath: "/a")),
      width: 10,
      height: 10,
      boxes: [],
      groundTruth: []
    )
    #expect(BoxPlaces(sample).file.isEmpty)
    sample.boxes = [.init(box: .init(x1: 0, y1: 0, x2: 1, y2: 1), label: 0)]
    #expect(BoxPlaces(sample)[0] == "box 1 of a")
  }
}
