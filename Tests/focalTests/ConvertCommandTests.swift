import Foundation
import TestSupport
import Testing

/// `focal convert`, through the built command.
@Suite struct ConvertCommandTests {
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    let made = try FocalProcess([
      "convert", "synth:4:0", "--to", "coco", "--out",
      folder.url.appendingPathComponent("coco").path, "--quiet",
    ])
    #expect(made.status == 0, "\(made.error)")
    return folder
  }

  @Test func `a dataset goes to VOC, to YOLO and back to COCO`() throws {
    let folder = try folder()
    func path(_ name: String) -> String { folder.url.appendingPathComponent(name).path }
    var data = path("coco/annotations.json")
    var boxes: Set<Int> = []
    for format in ["voc", "yolo", "coco"] {
      let run = try FocalProcess([
        "convert", data, "--to", format, "--out", path("as-\(format)"), "--json", "--quiet",
      ])
      #expect(run.status == 0, "\(run.error)")
      let figures = try run.json()
      #expect(figures["format"] as? String == format && figures["pictures"] as? Int == 4)
      boxes.insert(figures["boxes"] as? Int ?? -1)
      data = try #require((figures["specifications"] as? [String])?.first)
    }
    #expect(boxes.count == 1 && !boxes.contains(-1))
    let text = try FocalProcess([
      "convert", path("coco/annotations.json"), "--to", "yolo", "--out", path("text"), "--quiet",
    ])
    let lines = text.output.split(separator: "\n").map(String.init)
    #expect(lines.first?.hasPrefix("\(path("text")): YOLO, 4 pictures, ") == true, "\(lines)")
    #expect(lines.contains { $0.hasPrefix("lost: the ids of pictures") })
    #expect(lines.last == "use it as \(path("text"))/data.yaml")
    #expect(text.error.contains("names no val"))
  }

  @Test func `what cannot be done is one line and an exit status`() throws {
    let folder = try folder()
    let data = folder.url.appendingPathComponent("coco/annotations.json").path
    let taken = try FocalProcess([
      "convert", data, "--to", "voc", "--out", folder.url.appendingPathComponent("coco").path,
    ])
    #expect(taken.status == 1 && taken.output.isEmpty)
    #expect(taken.errorLines.count == 1 && taken.error.contains("not an empty folder"))
    let format = try FocalProcess(["convert", data, "--to", "csv", "--out", "x"])
    #expect(format.status == 64 && format.errorLines.count == 1 && format.error.contains("csv"))
    let missing = try FocalProcess(["convert", data + "x", "--to", "voc", "--out", "x"])
    #expect(missing.status == 1 && missing.errorLines.count == 1)
  }
}
