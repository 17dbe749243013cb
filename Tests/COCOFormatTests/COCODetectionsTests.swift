import COCOFormat
import Foundation
import Testing

struct COCODetectionsTests {
  let truth = COCOGroundTruth(
    images: [COCOImage(id: 1, fileName: "a", width: 0, height: 0)],
    categories: [COCOCategory(id: 1, name: "x")],
    annotations: []
  )

  func read(_ text: String, checked: Bool = false) throws(COCOFormatError) -> COCODetections {
    try COCODetections(parsing: Data(text.utf8), file: "d.json", for: checked ? truth : nil)
  }

  @Test func `a plain list becomes values in file order`() throws {
    let found = try read(
      """
      [{"image_id": 1, "category_id": 2, "bbox": [1, 2.5, 3e1, 4], "score": 1, "extra": {"a": []}},
       {"image_id": 1, "category_id": 2, "bbox": [0, 0, 0, 0], "score": -3.25}]
      """
    )
    let box = COCOBox(x: 1, y: 2.5, width: 30, height: 4)
    #expect(found.detections[0] == COCODetection(imageID: 1, categoryID: 2, box: box, score: 1))
    // A box without extent is a false alarm, not a fault.
    #expect(found.detections[1].score == -3.25 && found.problems.isEmpty)
  }

  @Test func `nothing found is an empty list`() throws {
    #expect(try read("[]").detections.isEmpty)
  }

  @Test(arguments: [
    ("{}", "", "an object"), ("7", "", "the number 7"), ("[1]", "[0]", "the number 1"),
    (#"[{"category_id": 1, "bbox": [1, 2, 3, 4], "score": 1}]"#, "[0]", "\"image_id\""),
    (#"[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]"#, "[0]", "\"score\""),
    (
      #"[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": "high"}]"#, "[0].score",
      "\"high\""
    ),
  ])
  func `a faulty detection is refused by place`(text: String, path: String, found: String) {
    let error = #expect(throws: COCOFormatError.self) { try read(text) }
    #expect(error?.path == path)
    #expect(error?.message.contains(found) == true, "\(error?.message ?? "")")
  }

  @Test func `ids are checked against a ground truth where there is one`() throws {
    let image = #"[{"image_id": 9, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 1}]"#
    let category = #"[{"image_id": 1, "category_id": 9, "bbox": [1, 2, 3, 4], "score": 1}]"#
    #expect(try read(image).detections.count == 1 && read(category).detections.count == 1)
    var error = #expect(throws: COCOFormatError.self) { try read(image, checked: true) }
    #expect(error?.code == .unknownImage && error?.path == "[0].image_id")
    error = #expect(throws: COCOFormatError.self) { try read(category, checked: true) }
    #expect(error?.code == .unknownCategory && error?.path == "[0].category_id")
  }

  @Test func `unknown ids are left out where that is allowed, with one problem for each`() throws {
    let entries = [(1, 1), (9, 1), (1, 7), (9, 1), (1, 1), (9, 7)].map { image, category in
      #"{"image_id": \#(image), "category_id": \#(category), "bbox": [1, 2, 3, 4], "score": 1}"#
    }
    let found = try COCODetections(
      parsing: Data("[\(entries.joined(separator: ","))]".utf8),
      for: truth,
      options: COCOReadingOptions(unknownIDs: .leftOut)
    )
    #expect(found.detections.count == 2)
    #expect(found.problems.map(\.kind) == [.unknownImage, .unknownCategory])
    #expect(found.problems.map(\.path) == ["[1].image_id", "[2].category_id"])
    #expect(found.problems[0].message.contains("image 9; 3 detections left out"))
    #expect(found.problems[1].message.contains("category 7; 1 detection left out"))
  }

  @Test func `a negative side is left out and told`() throws {
    let found = try read(#"[{"image_id": 1, "category_id": 1, "bbox": [1, 2, -3, 4], "score": 1}]"#)
    #expect(found.detections.isEmpty)
    #expect(found.problems.map(\.path) == ["[0].bbox"] && found.problems[0].isLeftOut)
  }

  @Test func `what is written reads back the same to the last bit`() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "results-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: url) }
    let numbers: [Double] = [
      0.1, 1 / 3, .leastNonzeroMagnitude, Double.greatestFiniteMagnitude, -0.0, 100, 1e16,
      0.30000000000000004,
    ]
    let written = COCODetections(
      numbers.map { number in
        let box = COCOBox(x: number, y: -number, width: number.magnitude, height: 1)
        return COCODetection(imageID: .max, categoryID: .min, box: box, score: number)
      }
    )
    try written.write(to: url)
    let read = try COCODetections(contentsOf: url)
    #expect(read == written)
    #expect(read.detections.map { $0.score.sign } == numbers.map(\.sign))
  }
}
