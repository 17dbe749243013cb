import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct AnnotationPlacesTests {
  @Test func `places come back as they were put in`() {
    var places = AnnotationPlaces()
    #expect(places.all.isEmpty)
    for place in ["line 1", "", "annotation id -3"] { places.append(place) }
    #expect(places.all == ["line 1", "", "annotation id -3"] && places.count == 3)
    var empty = AnnotationPlaces()
    empty.append("")
    #expect(empty.all == [""])
  }

  @Test func `every annotation of a sample knows its file and place`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    let file = try folder.write(
      """
      {"images": [{"id": 1, "file_name": "a.png", "width": 64, "height": 48}],
       "categories": [{"id": 1, "name": "thing"}],
       "annotations": [
         {"id": 7, "image_id": 1, "category_id": 1, "bbox": [0, 0, 0, 0]},
         {"id": 9, "image_id": 1, "category_id": 1, "bbox": [1, 1, 5, 5]},
         {"id": 11, "image_id": 1, "category_id": 1, "bbox": [2, 2, 5, 5], "iscrowd": 1}]}
      """,
      to: "data.json"
    )
    let sample = try DetectionDataset.load(file.path).samples[0]
    #expect(sample.annotationFile == file.path)
    #expect(sample.places.all == ["annotation id 9", "annotation id 11"])
    #expect(sample.places.count == sample.groundTruth.count)
  }

  @Test func `an object of Pascal VOC keeps its number when one before it is left out`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    func object(_ x: Int) -> String {
      "<object><name>cell</name><bndbox><xmin>3</xmin><ymin>3</ymin><xmax>\(x)</xmax>"
        + "<ymax>20</ymax></bndbox></object>"
    }
    try folder.write("<annotation>\(object(3))\(object(30))</annotation>", to: "a.xml")
    let sample = try DetectionDataset.load(folder.path).samples[0]
    #expect(sample.annotationFile.hasSuffix("/a.xml"))
    #expect(sample.places.all == ["object[1].bndbox"])
  }
}
