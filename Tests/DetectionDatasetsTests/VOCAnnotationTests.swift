import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct VOCAnnotationTests {
  private func parse(_ text: String) throws(DatasetError) -> VOCAnnotation {
    try VOCAnnotation(parsing: Data(text.utf8), file: "x.xml")
  }

  private let object = """
    <object><name>red</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>3.5</xmax><ymax>4e1</ymax>\
    </bndbox></object>
    """

  @Test func `what an annotation says`() throws {
    let annotation = try parse(
      """
      <?xml version="1.0" encoding="utf-8"?>
      <annotation verified="yes"><filename> a b.jpg </filename>
      <size><width>64</width><height>48</height></size>\(object)</annotation>
      """
    )
    #expect(annotation.fileName == "a b.jpg")
    #expect((annotation.width, annotation.height) == (64, 48))
    #expect(
      annotation.objects == [
        VOCObject(name: "red", xMin: 1, yMin: 2, xMax: 3.5, yMax: 40, isDifficult: false)
      ]
    )
  }

  @Test func `the name of another root element is told, and not all of a long one`() {
    let long = String(repeating: "b\u{FEFF}", count: 5000)
    #expect { try parse("<\(long)/>") } throws: { "\($0)".count < 200 }
    #expect { try parse("<html/>") } throws: {
      "\($0)" == "x.xml: the root element is \"html\"; expected \"annotation\""
    }
  }

  @Test func `processing instructions are passed over, with text or without`() throws {
    let text =
      "<?xml version='1.0'?>\n<?x?><?y a\nb?><!-- <?no ?> --><annotation><?z?>\(object)"
      + "<object><name><![CDATA[<?red?>]]></name><bndbox><xmin>1</xmin><ymin>1</ymin>"
      + "<xmax>2<?w?></xmax><ymax>2</ymax></bndbox></object></annotation><?end?>"
    #expect(try parse(text).objects.map(\.name) == ["red", "<?red?>"])
    #expect(try parse(text).objects.map(\.xMax) == [3.5, 2])
    for broken in ["<?x", "<annotation><?x?", "<annotation><?", "<annotation><!-- <?x?>", "<?>"] {
      #expect(throws: DatasetError.self) { try parse("\(broken)") }
    }
    // Lines in messages are those of the file.
    #expect { try parse("<?a\n\n?><annotation>\n</b>") } throws: { "\($0)".contains("line 4") }
  }

  @Test func `the same in UTF-16 of both orders and in Latin-1`() throws {
    let text = "<annotation>\(object.replacingOccurrences(of: "red", with: "érythro"))</annotation>"
    let declared = "<?xml version='1.0' encoding='ISO-8859-1'?>" + text
    let forms: [Data] = [
      Data([0xFF, 0xFE]) + (text.data(using: .utf16LittleEndian) ?? Data()),
      Data([0xFE, 0xFF]) + (text.data(using: .utf16BigEndian) ?? Data()),
      Data([0xEF, 0xBB, 0xBF]) + Data(text.utf8),
      declared.data(using: .isoLatin1) ?? Data(),
    ]
    for form in forms {
      #expect(try VOCAnnotation(parsing: form, file: "x.xml").objects.map(\.name) == ["érythro"])
    }
  }

  @Test(arguments: [
    "<!DOCTYPE annotation [<!ENTITY x 'y'>]><annotation/>",
    "<?xml version='1.0'?>\n<!-- c --><?p i?> <!DOCTYPE annotation><annotation/>",
    "<!ENTITY x SYSTEM 'file:///etc/passwd'><annotation/>",
  ]) func `a DOCTYPE is refused wherever it may stand`(text: String) {
    #expect { try parse(text) } throws: { error in
      (error as? DatasetError)?.message.contains("DOCTYPE") == true
    }
  }

  @Test func `a DOCTYPE cannot hide in an encoding`() throws {
    let text = "<!DOCTYPE annotation [<!ENTITY x 'y'>]><annotation/>"
    let utf16 = Data([0xFF, 0xFE]) + (text.data(using: .utf16LittleEndian) ?? Data())
    #expect(throws: DatasetError.self) { try VOCAnnotation(parsing: utf16, file: "x.xml") }
    let utf7 = "<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE annotation>"
    #expect(throws: DatasetError.self) { try parse(utf7) }
  }

  @Test func `the word DOCTYPE in a comment is no DOCTYPE`() throws {
    #expect(try parse("<!-- <!DOCTYPE x> --><annotation></annotation>").objects.isEmpty)
  }

  @Test func `an unknown entity is refused`() {
    #expect(throws: DatasetError.self) {
      try parse("<annotation><filename>&x;</filename></annotation>")
    }
  }

  @Test(arguments: ["nan", "inf", "-Infinity", "0x10", "1,5", "", "1 2", "1e999", "٣"])
  func `a corner that is no finite decimal number is named`(value: String) {
    let text = object.replacingOccurrences(of: "<xmax>3.5<", with: "<xmax>\(value)<")
    #expect { try parse("<annotation>\(object)\(text)</annotation>") } throws: { error in
      (error as? DatasetError)?.place == "object[1].bndbox.xmax"
    }
  }

  @Test func `two boxes in one object are refused`() {
    let text = object.replacingOccurrences(of: "</object>", with: "<bndbox/></object>")
    #expect(throws: DatasetError.self) { try parse("<annotation>\(text)</annotation>") }
  }

  @Test func `the limits are exact`() throws {
    let text = Data("<annotation><a><b/></a></annotation>".utf8)
    var limits = VOCLimits()
    limits.maximumBytes = text.count
    limits.maximumDepth = 3
    _ = try VOCAnnotation(parsing: text, file: "x.xml", limits: limits)
    limits.maximumBytes -= 1
    #expect(throws: DatasetError.self) {
      try VOCAnnotation(parsing: text, file: "x.xml", limits: limits)
    }
    limits.maximumBytes += 1
    limits.maximumDepth = 2
    #expect(throws: DatasetError.self) {
      try VOCAnnotation(parsing: text, file: "x.xml", limits: limits)
    }
  }

  @Test(arguments: 0..<60) func `no cut makes a whole annotation`(length: Int) {
    let text = Data("<annotation>\(object)</annotation>".utf8)
    #expect(throws: DatasetError.self) {
      try VOCAnnotation(parsing: text.prefix(text.count - 1 - length), file: "x.xml")
    }
  }
}
