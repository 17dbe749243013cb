import Foundation
import Testing

/// `focal inspect --augmented`, through the built command.
@Suite struct InspectAugmentedTests {
  private static let small = [
    "--preset", "small", "--set", "input.shortSide=64", "--set", "input.longSideCap=96",
  ]

  private func files(_ folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }

  @Test func `a contact sheet says what was done to each picture`() throws {
    let folder = try TemporaryFolder()
    let sheet = folder.url.appendingPathComponent("new/sheet")
    let run = try FocalProcess(
      ["inspect", "synth:5:1", "--no-decode", "--json", "--augmented", sheet.path] + Self.small
        + ["--set", "augmentation.mosaic=1", "--set", "augmentation.rotation=10"]
    )
    #expect(run.status == 0, "\(run.error)")
    // One JSON object on standard output, and where the page is on the other stream.
    #expect(try run.json()["images"] as? Int == 5)
    #expect(run.error.contains("new/sheet/index.html"))
    #expect(try files(sheet) == ["index.html", "sheet-1.png"])
    let page = try String(
      contentsOf: sheet.appendingPathComponent("index.html"),
      encoding: .utf8
    )
    #expect(page.components(separatedBy: "<img ").count - 1 == 5)
    #expect(page.components(separatedBy: "mosaic with ").count - 1 == 5)
    #expect(page.components(separatedBy: "rotated by ").count - 1 == 5)
    #expect(page.contains("augmentation.rotation"))
  }

  @Test func `the same recipe gives the same sheet, of as many pictures as asked for`() throws {
    let folder = try TemporaryFolder()
    let pages = try ["a", "b"].map { name in
      let sheet = folder.url.appendingPathComponent(name)
      let run = try FocalProcess(
        ["inspect", "synth:5:1", "--quiet", "--augmented", sheet.path, "--augmented-count", "3"]
          + Self.small
      )
      #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
      return try Data(contentsOf: sheet.appendingPathComponent("index.html"))
    }
    #expect(pages[0] == pages[1])
    #expect(String(decoding: pages[0], as: UTF8.self).components(separatedBy: "<img ").count == 4)
  }

  @Test func `several datasets have a sheet each`() throws {
    let folder = try TemporaryFolder()
    let run = try FocalProcess(
      ["inspect", "synth:2:1", "synth:3:2", "--no-decode", "--augmented", folder.url.path]
        + Self.small
    )
    #expect(run.status == 0, "\(run.error)")
    #expect(try files(folder.url) == ["1", "2"])
  }

  @Test func `what cannot be is one line that says what to do`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("taken", to: "file")
    let goal = folder.url.path
    for (arguments, status, message) in [
      (["--augmented", file, "--preset", "small"], 1, "file"),
      (["--augmented", goal, "--augmented-count", "0"], 64, "found 0, expected 1 to 500"),
      (["--augmented-count", "5"], 64, "--augmented DIR"),
      (["--augmented", goal, "--set", "augmentation.rotation=90"], 64, "0.0 to 45.0"),
      (["--augmented", goal, "--ground-truth", file], 64, "not a results file"),
    ] as [([String], Int32, String)] {
      let run = try FocalProcess(["inspect", "synth:2:1", "--no-decode"] + arguments)
      #expect(run.status == status, "\(arguments): \(run.status)")
      #expect(run.error.contains(message), "\(run.error)")
    }
  }

  @Test func `a sheet goes into no folder that holds anything else`() throws {
    let folder = try TemporaryFolder()
    let picture = try folder.write("a picture", to: "sheet-1.png")
    let run = try FocalProcess(
      ["inspect", "synth:2:1", "--augmented", folder.url.path] + Self.small
    )
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.errorLines.count == 1 && run.error.contains("new or empty folder"), "\(run.error)")
    #expect(try String(contentsOfFile: picture, encoding: .utf8) == "a picture")
    let file = try FocalProcess(["inspect", "synth:2:1", "--augmented", picture] + Self.small)
    #expect(file.status == 1 && file.output.isEmpty && file.error.contains("is a file"))
    // An earlier sheet gives way.
    let sheet = folder.path("sheet")
    for _ in 0..<2 {
      let run = try FocalProcess(
        ["inspect", "synth:2:1", "--quiet", "--augmented", sheet] + Self.small
      )
      #expect(run.status == 0 && run.error.isEmpty, "\(run.error)")
    }
  }

  @Test func `pictures without annotations are refused before they are looked at`() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("no picture", to: "a.png")
    let run = try FocalProcess(
      ["inspect", folder.url.path, "--augmented", folder.path("sheet")] + Self.small
    )
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.error.contains("takes pictures with annotations"), "\(run.error)")
  }
}
