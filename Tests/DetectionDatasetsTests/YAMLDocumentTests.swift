import Foundation
import Testing
import Yams

@testable import DetectionDatasets

@Suite struct YAMLDocumentTests {
  private func message(_ text: String) -> String {
    do throws(DatasetError) {
      return "\(try YAMLDocument.mapping(parsing: text, file: "f.yaml").count) keys"
    } catch {
      return "\(error)"
    }
  }

  @Test func `keys and values are read`() throws {
    let mapping = try YAMLDocument.mapping(parsing: "a: 1\nb: [x, y]\n", file: "f")
    #expect(mapping[Node("a")]?.string == "1")
    #expect(mapping[Node("b")]?.sequence?.count == 2)
  }

  @Test(arguments: [
    ("a: &x [1]\nb: *x\n", "f.yaml: line 1: holds a YAML anchor"),
    ("a: 1\nb: [&x 1]\n", "f.yaml: line 2: holds a YAML anchor"),
    ("a: 1\n? &x k\n: 2\n", "f.yaml: line 2: holds a YAML anchor"),
    ("a: *x\n", "f.yaml: line 1: this is not YAML: found undefined alias"),
    ("a: 1\na: 2\n", "f.yaml: line 1: the key \"a\" stands twice; expected once"),
    ("a: [1\n", "f.yaml: line 2: this is not YAML:"),
    ("a: 1\n\tb: 2\n", "f.yaml: line 2: this is not YAML:"),
    ("", "f.yaml: is empty; expected keys and values"),
    ("# only a comment\n", "f.yaml: is empty; expected keys and values"),
    ("- a\n- b\n", "f.yaml: expected keys and values at the top"),
    ("just text", "f.yaml: expected keys and values at the top"),
  ]) func `what cannot be read is told with its line`(text: String, expected: String) {
    #expect(message(text).hasPrefix(expected))
    #expect(!message(text).contains("\n"))
  }

  @Test func `an ampersand in words and scripts is no anchor`() {
    let text = """
      names: [R&D, black & white, "a&b"]
      download: |
        cd x && make & wait
        z = x &y
      """
    // The last is what an anchor looks like: better refused than expanded.
    #expect(message(text).contains("line 4: holds a YAML anchor"))
    #expect(message(text.replacingOccurrences(of: "x &y", with: "x & y")) == "2 keys")
  }

  @Test func `an alias bomb and deep nesting are refused before they are parsed`() {
    var bomb = "a0: &a0 [x]\n"
    for level in 1..<40 { bomb += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
    #expect(message(bomb).contains("anchor"))
    let deep = 20_000
    #expect(message("a: " + String(repeating: "[", count: deep)).contains("nested deeper"))
    #expect(message("a: " + String(repeating: "{a: ", count: deep)).contains("nested deeper"))
    #expect(message(String(repeating: "- ", count: deep) + "a").contains("nested deeper"))
    #expect(message(String(repeating: "? ", count: deep) + "a").contains("nested deeper"))
    let steps = (0..<900).map { String(repeating: " ", count: $0) + "a:" }
    #expect(message(steps.joined(separator: "\n")).contains("nested deeper"))
  }

  @Test func `a file that is too large or no text is refused`() throws {
    let folder = try TemporaryFolder()
    let large = try folder.write(String(repeating: "#", count: (1 << 20) + 1), to: "large.yaml")
    #expect { try YAMLDocument.mapping(contentsOf: large) } throws: { error in
      "\(error)".contains("large.yaml: is larger than")
    }
    let binary = try folder.place("binary.yaml")
    try Data([0xFF, 0xFE, 0x00, 0x80]).write(to: binary)
    #expect { try YAMLDocument.mapping(contentsOf: binary) } throws: { error in
      "\(error)".contains("in UTF-8")
    }
    let marked = try folder.place("marked.yaml")
    try Data([0xEF, 0xBB, 0xBF] + Array("a: 1".utf8)).write(to: marked)
    #expect(try YAMLDocument.mapping(contentsOf: marked)[Node("a")]?.string == "1")
  }
}
