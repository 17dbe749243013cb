import BoxGeometry
import COCOFormat
import Foundation
import Testing

struct COCOGroundTruthTests {
  /// Reads a file with one image of 100 x 50 and one category, id 1 each.
  func read(
    annotation: String,
    image: String = #"{"id": 1, "file_name": "a.jpg", "width": 100, "height": 50}"#,
    options: COCOReadingOptions = COCOReadingOptions()
  ) throws(COCOFormatError) -> COCOGroundTruth {
    let text = """
      {"images": [\(image)], "categories": [{"id": 1, "name": "x"}],
       "annotations": [\(annotation)]}
      """
    return try COCOGroundTruth(parsing: Data(text.utf8), file: "f.json", options: options)
  }

  func annotation(_ changes: [String: String?] = [:]) -> String {
    var members: [String: String?] = [
      "id": "7", "image_id": "1", "category_id": "1", "bbox": "[1, 2, 30, 40]",
    ]
    members.merge(changes) { $1 }
    let pairs = members.sorted { $0.key < $1.key }
      .compactMap { key, value in value.map { "\"\(key)\": \($0)" } }
    return "{\(pairs.joined(separator: ", "))}"
  }

  @Test func `a plain file becomes values`() throws {
    let truth = try read(annotation: annotation(["area": "600", "iscrowd": "1"]))
    #expect(truth.images == [COCOImage(id: 1, fileName: "a.jpg", width: 100, height: 50)])
    #expect(truth.categories == [COCOCategory(id: 1, name: "x")])
    let box = COCOBox(x: 1, y: 2, width: 30, height: 40)
    #expect(
      truth.annotations == [
        COCOAnnotation(id: 7, imageID: 1, categoryID: 1, box: box, area: 600, isCrowd: true)
      ]
    )
    #expect(truth.problems.isEmpty)
  }

  @Test func `area is width times height and nothing is a crowd unless said`() throws {
    let plain = try read(annotation: annotation()).annotations[0]
    let null = try read(annotation: annotation(["area": "null", "iscrowd": "null"])).annotations[0]
    #expect(plain.area == 1200 && !plain.isCrowd)
    #expect(plain == null)
  }

  @Test func `true and false, and whole numbers with a point, are understood`() throws {
    let found = try read(annotation: annotation(["iscrowd": "true", "image_id": "1.0"]))
    #expect(found.annotations[0].isCrowd && found.annotations[0].imageID == 1)
  }

  @Test func `ids near both ends of Int64 keep every digit`() throws {
    for id in [Int.min, Int.max, Int.max - 1, 9_007_199_254_740_993, 0, -1] {
      #expect(try read(annotation: annotation(["id": "\(id)"])).annotations[0].id == id)
    }
  }

  @Test func `members may come in any order`() throws {
    let text = """
      {"annotations": [\(annotation())], "categories": [{"name": "x", "id": 1}],
       "images": [{"file_name": "a.jpg", "id": 1}]}
      """
    let truth = try COCOGroundTruth(parsing: Data(text.utf8))
    #expect(truth.annotations.count == 1 && !truth.images[0].hasSize)
  }

  // MARK: Refusals name the place

  @Test(
    arguments: [
      (["id": nil], COCOFormatError.Code.missingField, "annotations[0]", "\"id\""),
      (["bbox": nil], .missingField, "annotations[0]", "\"bbox\""),
      (["bbox": "null"], .wrongType, "annotations[0].bbox", "null"),
      (["bbox": "[1, 2, \"3\", 4]"], .wrongType, "annotations[0].bbox[2]", "the string \"3\""),
      (["bbox": "[1, 2, 3]"], .invalidValue, "annotations[0].bbox", "3 numbers"),
      (["bbox": "[1, 2, 3, 4, 5]"], .invalidValue, "annotations[0].bbox", "5 numbers"),
      (["bbox": "[[1, 2, 3, 4]]"], .wrongType, "annotations[0].bbox[0]", "a list"),
      (["image_id": "\"1\""], .wrongType, "annotations[0].image_id", "the string \"1\""),
      (["image_id": "1.5"], .wrongType, "annotations[0].image_id", "1.5"),
      (["image_id": "1e300"], .wrongType, "annotations[0].image_id", "1e+300"),
      (["image_id": "99"], .unknownImage, "annotations[0].image_id", "99"),
      (["category_id": "7"], .unknownCategory, "annotations[0].category_id", "7"),
      (["iscrowd": "2"], .wrongType, "annotations[0].iscrowd", "2"),
      (["area": "\"big\""], .wrongType, "annotations[0].area", "big"),
    ] as [([String: String?], COCOFormatError.Code, String, String)]
  )
  func `a faulty annotation is refused by place`(
    changes: [String: String?],
    code: COCOFormatError.Code,
    path: String,
    found: String
  ) {
    let error = #expect(throws: COCOFormatError.self) {
      try read(annotation: annotation(changes))
    }
    #expect(error?.code == code)
    #expect(error?.path == path)
    #expect(error?.message.contains(found) == true, "\(error?.message ?? "")")
    #expect(error?.description.hasPrefix("f.json: \(path): expected") == true)
  }

  @Test func `an annotation that is not an object is refused`() {
    let error = #expect(throws: COCOFormatError.self) { try read(annotation: "[]") }
    #expect(error?.path == "annotations[0]")
  }

  @Test(arguments: [
    "", ".", "/a.jpg", "\\\\host\\a.jpg", "../a.jpg", "a/../../b.jpg", "..\\a.jpg", "a.jpg\0.png",
    "file:../a.jpg", "http://host/a.jpg", "C:/a.jpg", "C:\\a.jpg", "folder/", "a/..",
  ])
  func `a name that leaves the image folder is refused unless pictures do not matter`(
    name: String
  ) throws {
    let quoted = String(decoding: try JSONEncoder().encode(name), as: UTF8.self)
    let image = #"{"id": 1, "file_name": \#(quoted)}"#
    let error = #expect(throws: COCOFormatError.self) {
      try read(annotation: annotation(), image: image)
    }
    #expect(error?.code == .unsafeFileName && error?.path == "images[0].file_name")
    #expect(throws: Never.self) {
      try read(annotation: annotation(), image: image, options: .evaluation)
    }
  }

  @Test(arguments: [
    "a.jpg", "train/a.jpg", "..a.jpg", "a..b/c.jpg", "2021-01-01T10:00.jpg", "a:b.jpg",
  ])
  func `an ordinary name passes`(name: String) throws {
    let image = #"{"id": 1, "file_name": "\#(name)"}"#
    #expect(try read(annotation: annotation(), image: image).images[0].fileName == name)
  }

  @Test func `a negative image size is refused, a size of 0 means unknown`() throws {
    let negative = #"{"id": 1, "file_name": "a", "width": -1, "height": 5}"#
    #expect(throws: COCOFormatError.self) { try read(annotation: annotation(), image: negative) }
    let zero = #"{"id": 1, "file_name": "a", "width": 0, "height": 0}"#
    #expect(try read(annotation: annotation(), image: zero).images[0].hasSize == false)
  }

  // MARK: Faulty boxes

  @Test(arguments: [
    ("[1, 2, 0, 5]", COCOProblem.Kind.emptyBox, true), ("[1, 2, 5, -5]", .emptyBox, true),
    ("[100, 2, 5, 5]", .outsideImage, true), ("[-9, 2, 9, 5]", .outsideImage, true),
    ("[90, 2, 20, 5]", .reachesOutside, false),
  ])
  func `a faulty box is left out or noted`(box: String, kind: COCOProblem.Kind, isLeftOut: Bool)
    throws
  {
    let truth = try read(annotation: annotation(["bbox": box]))
    #expect(truth.problems.map(\.kind) == [kind])
    #expect(truth.problems[0].path == "annotations[0].bbox")
    #expect(truth.problems[0].isLeftOut == isLeftOut)
    #expect(truth.annotations.isEmpty == isLeftOut)

    let kept = try read(annotation: annotation(["bbox": box]), options: .evaluation)
    #expect(kept.annotations.count == 1 && kept.problems.map(\.kind) == [kind])
    #expect(!kept.problems[0].isLeftOut)
  }

  @Test func `a box that reaches a fraction of a pixel outside is nothing to talk about`() throws {
    let truth = try read(annotation: annotation(["bbox": "[-0.5, 0, 101, 50.9]"]))
    #expect(truth.annotations.count == 1 && truth.problems.isEmpty)
  }

  // MARK: Writing

  @Test func `what is written reads back the same, and to the same bytes`() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "coco-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let (first, second) = (folder.appending(path: "a.json"), folder.appending(path: "b.json"))
    let truth = COCOGroundTruth(
      images: [
        COCOImage(id: .min, fileName: "quote\" back\\slash \u{1} 血球.jpg", width: 3, height: 4),
        COCOImage(id: 0, fileName: "b", width: 0, height: 0),
      ],
      categories: [COCOCategory(id: -5, name: "эритроцит\n")],
      annotations: [
        COCOAnnotation(
          id: .max,
          imageID: 0,
          categoryID: -5,
          box: COCOBox(x: 0.1, y: -0.0, width: 1e-9, height: 1 / 3),
          area: 1e300,
          isCrowd: true
        )
      ]
    )
    try truth.write(to: first)
    let options = COCOReadingOptions(fileNames: .any)
    let read = try COCOGroundTruth(contentsOf: first, options: options)
    #expect(read == truth)
    try read.write(to: second)
    #expect(try Data(contentsOf: first) == Data(contentsOf: second))
  }

  @Test func `a number that JSON cannot hold is refused by place`() {
    let box = COCOBox(x: .nan, y: 0, width: 1, height: 1)
    let truth = COCOGroundTruth(
      images: [],
      categories: [],
      annotations: [COCOAnnotation(id: 1, imageID: 1, categoryID: 1, box: box)]
    )
    let url = FileManager.default.temporaryDirectory.appending(path: "never.json")
    let error = #expect(throws: COCOFormatError.self) { try truth.write(to: url) }
    #expect(error?.path == "annotations[0].bbox")
    #expect(!FileManager.default.fileExists(atPath: url.path))
  }

  @Test func `a file that is not there, a folder and a device are refused by name`() {
    for path in ["/nonexistent/a.json", "/", "/dev/zero"] {
      let error = #expect(throws: COCOFormatError.self) {
        try COCOGroundTruth(contentsOf: URL(fileURLWithPath: path))
      }
      #expect(error?.code == .unreadable)
      #expect(error?.file == path)
    }
  }

  @Test func `a folder that is not there cannot be written to`() {
    let truth = COCOGroundTruth(images: [], categories: [], annotations: [])
    let error = #expect(throws: COCOFormatError.self) {
      try truth.write(to: URL(fileURLWithPath: "/nonexistent/a.json"))
    }
    #expect(error?.code == .unwritable)
  }

  // MARK: Hostile text

  @Test(arguments: 0..<300)
  func `any damage to a file gives values or an error`(seed: UInt64) throws {
    let whole =
      Array(
        "{\"images\":[{\"id\":1,\"file_name\":\"a\"}],\"categories\":[{\"id\":1,\"name\":\"x\"}],"
          .utf8
      ) + Array("\"annotations\":[\(annotation())]}".utf8)
    var generator = SplitMix64(state: seed)
    var bytes = whole
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place = bytes.indices.randomElement(using: &generator) ?? 0
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.removeSubrange(place...)
      default:
        bytes.insert(contentsOf: whole.suffix(Int.random(in: 1...9, using: &generator)), at: place)
      }
      if bytes.isEmpty { bytes = [UInt8(ascii: "[")] }
    }
    do throws(COCOFormatError) {
      _ = try COCOGroundTruth(parsing: Data(bytes), file: "f.json")
    } catch {
      #expect(error.description.hasPrefix("f.json: "))
      // The slow finder of faults must agree with the parser that there is one.
      if error.code == .notJSON { #expect(error.path.hasPrefix("line 1, column ")) }
    }
  }
}

struct DifficultObjectsTests {
  private func truth(
    _ marks: String,
    _ objects: COCOReadingOptions.DifficultObjects
  ) throws -> [Bool] {
    var options = COCOReadingOptions.evaluation
    options.difficultObjects = objects
    let entries = marks.split(separator: ";").enumerated().map { index, mark in
      #"{"id":\#(index),"image_id":1,"category_id":1,"bbox":[1,2,3,4]\#(mark)}"#
    }
    // The second member is there twice: the slower of the two readers has its turn.
    let texts = [#""x":0"#, #""x":0,"x":0"#].map { extra in
      #"{\#(extra),"images":[{"id":1,"file_name":"a"}],"categories":[{"id":1,"name":"c"}],"annotations":[\#(entries.joined(separator: ","))]}"#
    }
    let read = try texts.map { text in
      try COCOGroundTruth(parsing: Data(text.utf8), options: options).annotations.map(\.isCrowd)
    }
    #expect(read[0] == read[1])
    return read[0]
  }

  @Test func `marks of Pascal VOC make crowds on demand`() throws {
    let marks =
      #","a":1;,"difficult":1;,"ignore":true;,"ignore":0;,"difficult":"1";,"ignore":2;,"iscrowd":1;,"difficult":1,"difficult":0"#
    let crowds = [false, true, true, false, false, false, true, true]
    #expect(try truth(marks, .crowds) == crowds)
    let plain = [false, false, false, false, false, false, true, false]
    #expect(try truth(marks, .asAnyOther) == plain)
  }
}
