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

  @Test func `splits are called after files as others name them, or as the user says`() throws {
    let folder = try folder()
    let root = folder.url.appendingPathComponent("coco")
    let file = root.appendingPathComponent("annotations.json")
    let manager = FileManager.default
    for name in ["instances_train2017.json", "instances_val2017.json"] {
      try manager.copyItem(at: file, to: root.appendingPathComponent(name))
    }
    for name in ["train", "valid"] {
      try manager.copyItem(at: root, to: folder.url.appendingPathComponent(name))
      try manager.copyItem(
        at: file,
        to: folder.url.appendingPathComponent("\(name)/_annotations.coco.json")
      )
    }
    func splits(_ data: [String], _ out: String) throws -> [String] {
      let run = try FocalProcess(
        ["convert"] + data
          + ["--to", "yolo", "--out", folder.url.appendingPathComponent(out).path, "--json"]
      )
      #expect(run.status == 0, "\(run.error)")
      let texts = try run.json()["specifications"] as? [String] ?? []
      return texts.map { String($0.split(separator: ":").last ?? "") }
    }
    let official = ["train", "val"].map { "\(root.path)/instances_\($0)2017.json" }
    #expect(try splits(official, "a") == ["train", "val"])
    let exported = ["train", "valid"].map { "\(folder.url.path)/\($0)/_annotations.coco.json" }
    #expect(try splits(exported, "b") == ["train", "val"])
    #expect(try splits(["test=\(official[0])", "train=\(file.path)"], "c") == ["test", "train"])
    #expect(try splits(["val=\(file.path)"], "d") == ["val"])
    let twice = try FocalProcess([
      "convert", file.path, file.path, "--to", "coco", "--out",
      folder.url.appendingPathComponent("e").path,
    ])
    #expect(twice.status == 1 && twice.error.contains("two parts would be called"))
  }

  @Test func `every box that was left out stands in the JSON`() throws {
    let folder = try folder()
    let file = folder.url.appendingPathComponent("coco/annotations.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    var empty = ""
    for id in 900..<912 {
      empty += "{\"id\":\(id),\"image_id\":1,\"category_id\":1,\"bbox\":[1,1,0,0]},"
    }
    try Data(
      text.replacingOccurrences(of: "\"annotations\":[", with: "\"annotations\":[" + empty).utf8
    ).write(to: file)
    let run = try FocalProcess([
      "convert", file.path, "--to", "coco", "--json", "--out",
      folder.url.appendingPathComponent("new").path,
    ])
    #expect(run.status == 0, "\(run.error)")
    let problems = try run.json()["problems"] as? [[String: Any]] ?? []
    #expect(problems.count == 12 && problems.allSatisfy { $0["kind"] as? String == "emptyBox" })
  }
}
