import COCOFormat
import Foundation
import Testing

/// What a person is told about text that is not JSON.
struct JSONFaultTests {
  @Test(arguments: [
    ("", "", "no JSON value"),
    ("  \n", "line 2, column 1", "found the end"),
    ("[1,\n 2,]", "line 2, column 4", "expected a value, found \"]\""),
    ("{\"a\": 1,}", "line 1, column 9", "expected a key"),
    ("{\"a\" 1}", "line 1, column 6", "expected \":\""),
    ("[1 2]", "line 1, column 4", "expected \",\" or \"]\", found \"2\""),
    ("[1", "line 1, column 3", "cut off"),
    ("[NaN]", "line 1, column 2", "NaN and Infinity are not JSON"),
    ("[18446744073709551616]", "line 1, column 2", "18446744073709551616"),
    ("[1e999]", "line 1, column 2", "1e999"),
    ("[01]", "line 1, column 2", "01"),
    ("[tru]", "line 1, column 5", "true"),
    ("[\"abc", "line 1, column 2", "closing quote"),
    ("[\"a\nb\"]", "line 1, column 4", "control character"),
    ("[\"\\x\"]", "line 1, column 4", "escape"),
    ("[] []", "line 1, column 4", "end of the text"),
  ])
  func `the place and the reason are named`(text: String, place: String, reason: String) {
    let error = #expect(throws: COCOFormatError.self) {
      try COCODetections(parsing: Data(text.utf8), file: "f.json")
    }
    #expect(error?.code == .notJSON)
    #expect(error?.path == place)
    #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
  }

  @Test func `a byte that is not UTF-8 is found`() {
    let bytes = Data("[\"caf".utf8) + [0xE9] + Data("\"]".utf8)
    let error = #expect(throws: COCOFormatError.self) { try COCODetections(parsing: bytes) }
    #expect(error?.path == "line 1, column 6" && error?.message.contains("UTF-8") == true)
  }

  @Test(arguments: ["[", "{\"a\":"])
  func `a hundred thousand levels are refused, not followed`(opening: String) {
    let text = String(repeating: opening, count: 100_000)
    let error = #expect(throws: COCOFormatError.self) {
      try COCODetections(parsing: Data(text.utf8))
    }
    #expect(error?.code == .notJSON)
    #expect(error?.message.contains("128 nested") == true)
  }

  @Test func `nesting below the bound is legal where nobody looks`() throws {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    let text =
      #"[{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 1, "x": \#(deep)}]"#
    #expect(try COCODetections(parsing: Data(text.utf8)).detections.count == 1)
  }
}
