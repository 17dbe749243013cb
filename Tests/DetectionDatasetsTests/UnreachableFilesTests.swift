import Foundation
import Testing

@testable import DetectionDatasets

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files of datasets that are there and cannot be read: broken links, pipes, links that lead away.
@Suite struct UnreachableFilesTests {
  /// YOLO pictures a/1 and b/2 of 64x48, each with a box.
  private func yolo() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["a/1", "b/2"] {
      try folder.writePicture("images/\(name).png")
      try folder.write("0 0.5 0.5 0.25 0.5\n", to: "labels/\(name).txt")
    }
    try folder.write("train: images\nnames: [car]\n", to: "data.yaml")
    return folder
  }

  /// A VOC folder with the picture and annotation `a`.
  private func voc() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try folder.writePicture("JPEGImages/a.png")
    try folder.write(
      """
      <annotation><filename>a.png</filename><object><name>car</name><bndbox><xmin>1</xmin>\
      <ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>
      """,
      to: "Annotations/a.xml"
    )
    try folder.write("a\n", to: "ImageSets/Main/train.txt")
    return folder
  }

  private func failure(_ specification: String, onBadData: BadDataPolicy = .stop) -> String {
    do {
      let dataset = try DetectionDataset.load(specification, onBadData: onBadData)
      return "loaded \(dataset.samples.count)"
    } catch {
      return "\(error)"
    }
  }

  private func remove(_ name: String, of folder: TemporaryFolder) throws {
    try FileManager.default.removeItem(at: folder.url.appendingPathComponent(name))
  }

  /// Found by `FuzzDatasets --only 9011666`: the error held the whole name.
  @Test func `a name longer than names may be is no file, and is cut in the message`() throws {
    let folder = try yolo()
    let name = "images/" + String(repeating: "n", count: 5000) + ".png"
    try folder.write("images/a/1.png\n\(name)\n", to: "list.txt")
    try folder.write("train: list.txt\nnames: [car]\n", to: "data.yaml")
    let message = failure("\(folder.path)/data.yaml")
    #expect(message.contains("there is no file") && message.count < 600, "\(message)")
    let dataset = try DetectionDataset.load("\(folder.path)/data.yaml", onBadData: .skip)
    #expect(dataset.samples.count == 1)
    #expect(dataset.problems.map(\.kind) == [.missingFile])
  }

  @Test(arguments: ["labels/b", "labels/b/2.txt"])
  func `labels behind a link that leads nowhere are no picture without objects`(
    name: String
  ) throws {
    let folder = try yolo()
    try remove(name, of: folder)
    try folder.link(name, to: folder.url.appendingPathComponent("gone"))
    let line = failure(folder.path)
    #expect(line.contains("labels/b/2.txt") && line.contains("is a link that leads nowhere"))
    let lenient = try DetectionDataset.load(folder.path, onBadData: .skip)
    #expect(lenient.samples.map(\.name) == ["images/a/1.png"])
    #expect(lenient.problems.map(\.kind) == [.unreadableAnnotation])
  }

  @Test func `labels that lie in a circle of links are not missing`() throws {
    let folder = try yolo()
    try remove("labels/b", of: folder)
    try folder.link("labels/b", to: folder.url.appendingPathComponent("labels/b"))
    #expect(failure(folder.path).contains("cannot be reached: "))
  }

  @Test(.enabled(if: geteuid() != 0)) func `a closed folder of labels is not missing`() throws {
    let folder = try yolo()
    #expect(chmod("\(folder.path)/labels/b", 0) == 0)
    defer { chmod("\(folder.path)/labels/b", 0o755) }
    #expect(failure(folder.path).contains("permission denied"))
  }

  @Test func `labels that are all out of reach are not called absent`() throws {
    let folder = try yolo()
    try remove("labels/a", of: folder)
    try remove("labels/b", of: folder)
    try folder.link("labels/b", to: folder.url.appendingPathComponent("gone"))
    #expect(failure(folder.path).contains("is a link that leads nowhere"))
    #expect(failure(folder.path, onBadData: .skip) == "loaded 1")
  }

  @Test func `a label file that is not there, behind a link that is, is missing`() throws {
    let folder = try yolo()
    try FileManager.default.moveItem(
      at: folder.url.appendingPathComponent("labels/b"),
      to: folder.url.appendingPathComponent("kept")
    )
    try folder.link("labels/b", to: folder.url.appendingPathComponent("kept"))
    try remove("kept/2.txt", of: folder)
    let dataset = try DetectionDataset.load(folder.path)
    #expect(dataset.samples.count == 2)
    #expect(dataset.problems.map(\.kind) == [.missingAnnotation])
  }

  @Test(arguments: ["labels.txt", "ImageSets/Main/train.txt"])
  func `a pipe among the lists is refused at once`(name: String) throws {
    let folder = try voc()
    try? remove(name, of: folder)
    #expect(mkfifo("\(folder.path)/\(name)", 0o600) == 0)
    #expect(failure("\(folder.path):train").contains("is not a regular file"))
  }

  @Test func `a pipe or a device in the place of a data file is refused at once`() throws {
    let folder = try yolo()
    try remove("data.yaml", of: folder)
    #expect(mkfifo("\(folder.path)/data.yaml", 0o600) == 0)
    #expect(failure("\(folder.path)/data.yaml").contains("it is no regular file"))
    try remove("data.yaml", of: folder)
    try folder.link("data.yaml", to: URL(fileURLWithPath: "/dev/zero"))
    #expect(failure("\(folder.path)/data.yaml").contains("it is no regular file"))
  }

  @Test(arguments: [
    ("labels.txt", "copy the"), ("ImageSets/Main/train.txt", "copy the"),
    ("ImageSets/Main", "copy the"),
    ("JPEGImages", "--images DIR"), ("Annotations", "copy the annotations"),
  ])
  func `nothing of a VOC folder is read through a link that leaves it`(
    name: String,
    remedy: String
  ) throws {
    let folder = try voc()
    let outside = try TemporaryFolder()
    let place = folder.url.appendingPathComponent(name)
    let goal = outside.url.appendingPathComponent("kept")
    if FileManager.default.fileExists(atPath: place.path) {
      try FileManager.default.moveItem(at: place, to: goal)
    } else {
      try outside.write("car\n", to: "kept")
    }
    try folder.link(name, to: goal)
    let line = failure("\(folder.path):train")
    #expect(line.contains("is a link that leaves") && line.contains(remedy))
    if name == "JPEGImages" {
      let named = try DetectionDataset.load("\(folder.path):train", images: goal)
      #expect(named.samples.count == 1)
    }
  }

  @Test func `a YOLO folder of pictures behind a link that leaves is named`() throws {
    let folder = try yolo()
    let outside = try TemporaryFolder()
    try outside.writePicture("away/3.png")
    try folder.link("images/c", to: outside.url.appendingPathComponent("away"))
    let line = failure(folder.path)
    #expect(line.contains("\"images/c\" is a link that leaves") && line.contains("--images"))
    let lenient = try DetectionDataset.load(folder.path, onBadData: .skip)
    #expect(lenient.samples.count == 2)
    #expect(lenient.problems.map(\.kind) == [.unsafePath])
    try folder.write("train: images/c\nval: images/c\nnames: [car]\n", to: "data.yaml")
    #expect(failure(folder.path, onBadData: .skip).contains("\"images/c\" is a link that leaves"))
  }

  @Test func `an export's folder that is missing does not lead out`() throws {
    let folder = try yolo()
    try folder.write("train: images\ntest: ../test/images\nnames: [car]\n", to: "data.yaml")
    let line = failure(folder.path)
    #expect(line.contains("line 2: test: there is no \"../test/images\""))
    #expect(failure(folder.path, onBadData: .skip) == "loaded 2")
  }

  @Test func `lines of lists end where an editor ends them`() throws {
    let folder = try TemporaryFolder()
    let text = "a\u{2028}b\r\n\u{A0}c\u{85}d \t\n\n\t e\rf\u{0C}\n"
    let file = try folder.write(text, to: "list.txt")
    let lines = try TextFile.numberedLines(of: file)
    #expect(lines.map(\.text) == ["a\u{2028}b", "\u{A0}c\u{85}d", "e", "f\u{0C}"])
    #expect(lines.map(\.number) == [1, 2, 4, 5])
  }

  @Test func `two documents in one file are told from none`() {
    #expect {
      try YAMLDocument.mapping(parsing: "names: [car]\n---\nnames: [bus]\n", file: "data.yaml")
    } throws: { error in
      "\(error)".hasPrefix("data.yaml: line 2: a second YAML document begins here")
    }
  }
}
