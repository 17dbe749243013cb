import BoxGeometry
import COCOFormat
import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct YOLOLabelsTests {
  private func parse(_ text: String, keypoints: Int = 0) throws -> [YOLORow] {
    try YOLOLabels(
      parsing: Data(text.utf8),
      file: "a.txt",
      rules: YOLORowRules(categoryIDs: [0, 1], keypointColumns: keypoints)
    ).rows
  }

  @Test func `a row is a class, a centre and two sides`() throws {
    let row = try #require(try parse("1 0.5 0.25 0.25 0.5").first)
    // Of 96x64: 24 wide and 32 high round (48, 16).
    let box = row.box(imageWidth: 96, imageHeight: 64)
    #expect((box.x, box.y, box.width, box.height) == (36, 0, 24, 32))
    #expect(row.categoryID == 1)
  }

  @Test func `line ends, tabs, signs and exponents do not matter`() throws {
    let rows = try parse("\r\n0\t 5e-1  .5 +0.5 1E0 \r\r\n\n1.0 0.5 0.5 0.5 1.")
    #expect(rows.map(\.line) == [2, 5])
    #expect(rows.map(\.categoryID) == [0, 1])
    #expect(
      rows.map { [$0.centerX, $0.centerY, $0.width, $0.height] } == [
        [0.5, 0.5, 0.5, 1], [0.5, 0.5, 0.5, 1],
      ]
    )
    #expect(try parse("").isEmpty)
    #expect(try parse("\n \t\n").isEmpty)
  }

  @Test func `an outline becomes the box around it`() throws {
    let row = try #require(try parse("1 0.1 0.1 0.5 0.1 0.5 0.6 0.1 0.6").first)
    #expect(row.isPolygon)
    #expect(abs(row.centerX - 0.3) < 1e-15 && abs(row.centerY - 0.35) < 1e-15)
    #expect(abs(row.width - 0.4) < 1e-15 && abs(row.height - 0.5) < 1e-15)
  }

  @Test func `keypoints that the dataset declares are passed over`() throws {
    let row = "0 0.5 0.5 0.1 0.2 0.4 0.4 2 0.6 0.6 1"
    let boxes = try parse(row, keypoints: 6)
    #expect(boxes.map(\.width) == [0.1] && boxes.map(\.isPolygon) == [false])
    #expect(try parse(row).map(\.isPolygon) == [true])
  }

  @Test(arguments: [
    ("0 0.5 0.5 0.1", "line 1: has 4 columns"),
    (
      "\n0 0.5 0.5 0.1 0.1 0.9",
      "line 2: has 6 columns; the last looks like a detector's confidence"
    ),
    ("0 0.5 0.5 0.1 0.1 0.9 0.8 0.7", "line 1: has 8 columns"),
    ("2 0.5 0.5 0.1 0.1", "line 1: has class 2; expected a whole number from 0 to 1"),
    ("-1 0.5 0.5 0.1 0.1", "has class -1"),
    ("0.5 0.5 0.5 0.1 0.1", "has class 0.5"),
    ("99999999999999999999 0.5 0.5 0.1 0.1", "has class 1e+20"),
    ("red 0.5 0.5 0.1 0.1", "line 1: holds \"red\""),
    ("0,0.5,0.5,0.1,0.1", "line 1: holds commas"),
    ("0 nan 0.5 0.1 0.1", "holds \"nan\""),
    ("0 0.5 0.5 inf 0.1", "holds \"inf\""),
    ("0 0x1p-1 0.5 0.1 0.1", "holds \"0x1p-1\""),
    ("0 1e999 0.5 0.1 0.1", "holds \"1e999\""),
    ("0 1e 0.5 0.1 0.1", "holds \"1e\""),
    ("0 . 0.5 0.1 0.1", "holds \".\""),
    ("0 - 0.5 0.1 0.1", "holds \"-\""),
    ("0 0.5 0.5 0.1 0.1 \u{1}", "holds bytes that are no text"),
    ("0 0.5 0.5 0.1 é", "holds bytes that are no text"),
    ("0 20 15 30 20", "holds 20, which looks like pixels"),
  ]) func `a row that cannot be read is told with its line`(text: String, expected: String) {
    #expect { try parse(text) } throws: { error in
      "\(error)".hasPrefix("a.txt: line ") && "\(error)".contains(expected)
    }
  }

  @Test(arguments: 0..<40) func `numbers are read to the last bit`(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    for _ in 0..<200 {
      let value = Double.random(in: -2...2, using: &generator)
      let texts = [
        "\(value)", String(format: "%.6f", value), String(format: "%.17g", value),
        String(format: "%.25e", value), String(format: "%.3e", value),
      ]
      for text in texts {
        let expected = try #require(Double(text))
        Array(text.utf8).withUnsafeBytes { bytes in
          #expect(DecimalText.number(bytes[...])?.bitPattern == expected.bitPattern, "\(text)")
        }
      }
    }
  }

  @Test func `long and odd numbers are as the standard library has them`() {
    let texts = [
      "0", "-0", "00000000000000000000000000.5", "1e-400", "123456789012345678901234567890e-30",
      "0.1e-99999999999999999999", "9007199254740993", "9007199254740992e-22", "4.9e-324",
      "0.000000000000000000000000000000000000000000000000001",
    ]
    for text in texts {
      Array(text.utf8).withUnsafeBytes { bytes in
        #expect(DecimalText.number(bytes[...])?.bitPattern == Double(text)?.bitPattern, "\(text)")
      }
    }
  }
}
