import BoxGeometry
import Foundation
import Testing

@testable import DetectionDatasets

/// What split makes of names: of pictures, of classes and of splits.
@Suite struct DatasetDivisionNamesTests {
  private static let halves: [DatasetDivision.Share] = [
    .init(name: "train", fraction: 0.5), .init(name: "val", fraction: 0.5),
  ]

  @Test func `entries of one picture stay together and are listed`() throws {
    let folder = try TemporaryFolder()
    var names: [String] = []
    for index in 0..<6 {
      let file = try folder.writePicture("p\(index).png", red: UInt8(index))
      try folder.link("link\(index).png", to: file)
      names += ["p\(index).png", "./p\(index).png", "link\(index).png"]
    }
    let dataset = try DetectionDataset.load(folder.writeCOCO(names))
    #expect(dataset.samples.count == 18)
    #expect(dataset.problems.map(\.kind) == Array(repeating: .duplicate, count: 12))
    #expect(dataset.problems.first?.place == "image id 2")
    #expect(dataset.problems.first?.message.contains("image id 1") == true)
    for seed in UInt64(0)..<4 {
      for grouping in [DatasetDivision.Grouping.pictures, .pattern("^(link|[.]|p[0-2])")] {
        let division = try DatasetDivision(
          dataset,
          into: Self.halves,
          grouping: grouping,
          seed: seed
        )
        for start in stride(from: 0, to: 18, by: 3) {
          #expect(Set(division.splits[start..<start + 3]).count == 1)
        }
        if case .pictures = grouping { #expect(division.groupCount == 6) }
      }
    }
  }

  @Test func `pictures that are not there count as one where their names mean one`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.writeCOCO(["a/x.png", "b.png", "a/./x.png"])
    let dataset = try DetectionDataset.load(file, needsPictures: false)
    let division = try DatasetDivision(dataset, into: Self.halves, seed: 0)
    #expect(division.groupCount == 2)
    #expect(division.splits[0] == division.splits[2])
  }

  /// Either the lists give the names back, or one is refused by name; never other names.
  @Test(arguments: ["\u{2028}", "\u{2029}", "\u{85}"])
  func `a name that would break a list is refused or comes back`(mark: String) throws {
    let folder = try TemporaryFolder()
    let names = ["a\(mark)b", "c"]
    for name in names {
      try folder.writePicture("images/\(name).png")
      try folder.write("0 0.5 0.5 0.2 0.2\n", to: "labels/\(name).txt")
      try folder.writePicture("voc/JPEGImages/\(name).png")
      try folder.write(
        "<annotation><size><width>64</width><height>48</height></size></annotation>",
        to: "voc/Annotations/\(name).xml"
      )
    }
    try folder.write("train: images\nnames: [thing]\n", to: "data.yaml")
    for data in ["\(folder.path)/data.yaml", "\(folder.path)/voc"] {
      let dataset = try DetectionDataset.load(data)
      #expect(dataset.samples.count == 2)
      for pictures in [DatasetWriter.Pictures?.none, .copy] {
        let out = folder.url.appendingPathComponent("out-\(UUID().uuidString)")
        do {
          let report = try DatasetDivision(dataset, into: Self.halves, seed: 0)
            .write(to: out, specification: data, images: nil, pictures: pictures)
          let images = report.images.map { URL(fileURLWithPath: $0, isDirectory: true) }
          let loaded = try report.specifications.flatMap {
            try DetectionDataset.load($0, images: images).samples.map(\.name)
          }
          #expect(loaded.count == 2 && loaded.contains { $0.contains(mark) })
        } catch let error as DatasetError {
          #expect(error.message.contains("rename") && error.description.contains("a"))
          #expect(!FileManager.default.fileExists(atPath: out.path))
        }
      }
    }
  }

  @Test func `a stem that looks like a line of a class list is refused by name`() throws {
    let folder = try TemporaryFolder()
    for stem in ["Photo 1", "Photo 2"] {
      try folder.writePicture("JPEGImages/\(stem).png")
      try folder.write(
        "<annotation><size><width>64</width><height>48</height></size></annotation>",
        to: "Annotations/\(stem).xml"
      )
    }
    let dataset = try DetectionDataset.load(folder.path)
    let out = folder.url.appendingPathComponent("out")
    #expect {
      try DatasetDivision(dataset, into: Self.halves, seed: 0)
        .write(to: out, specification: folder.path, images: nil, pictures: nil)
    } throws: {
      "\($0)".contains("\"Photo 1\"") && "\($0)".contains("rename")
    }
  }

  @Test(arguments: [100_000, 3]) func `classes without names are written as their number`(
    count: Int
  ) throws {
    let folder = try TemporaryFolder()
    for index in 0..<2 { try folder.writePicture("images/\(index).png", red: UInt8(index)) }
    try folder.write("", to: "labels/0.txt")
    let data = try folder.write("train: images\nnc: \(count)\n", to: "data.yaml").path
    let out = folder.url.appendingPathComponent("out")
    let report = try DatasetDivision(DetectionDataset.load(data), into: Self.halves, seed: 0)
      .write(to: out, specification: data, images: nil, pictures: .copy)
    #expect(try DetectionDataset.load(report.specifications[0]).categories.count == count)
  }

  @Test func `class names that would not fit a data.yaml are refused before writing`() throws {
    let folder = try TemporaryFolder()
    for index in 0..<2 { try folder.writePicture("images/\(index).png", red: UInt8(index)) }
    try folder.write("", to: "labels/0.txt")
    // 5 bytes a class here, 15 under its number.
    let names = Array(repeating: "abcd", count: 100_000).joined(separator: ",")
    let data = try folder.write("train: images\nnames: [\(names)]\n", to: "data.yaml").path
    let dataset = try DetectionDataset.load(data)
    let out = folder.url.appendingPathComponent("out")
    #expect {
      try DatasetDivision(dataset, into: Self.halves, seed: 0)
        .write(to: out, specification: data, images: nil, pictures: nil)
    } throws: {
      "\($0)".contains("bytes") && "\($0)".contains("shorten")
    }
    #expect(!FileManager.default.fileExists(atPath: out.path))
  }

  @Test func `shares are read, and told why if they are none`() throws {
    let shares = try DatasetDivision.Share.shares(parsing: "train=0.7,Prüfung=0.2,x_1-y=0.1")
    #expect(shares.map(\.name) == ["train", "Prüfung", "x_1-y"])
    #expect(shares.map(\.fraction) == [0.7, 0.2, 0.1])
    let faults = [
      "train=0.5,val=0.6": "must be 1 together, found 1.1",
      "train=0.5": "must be 1 together, found 0.5",
      "train=0.5,train=0.5": "\"train\" stands twice",
      "Train=0.5,train=0.5": "\"Train\" and \"train\" are one file",
      "x/y=1": "the name \"x/y\" becomes that of a file",
      "=1": "the name \"\" becomes",
      "train": "\"train\": expected a name and a share",
      "train=0.5,": "\"\": expected a name and a share",
      "a=1.5,b=-0.5": "\"a=1.5\": expected a share above 0",
      "a=nan": "\"a=nan\": expected a share above 0",
      String(repeating: "a", count: 61) + "=1": "1 to 60 letters",
    ]
    for (text, message) in faults {
      #expect {
        try DatasetDivision.Share.shares(parsing: text)
      } throws: {
        "\($0)".contains(message)
      }
    }
  }

  @Test func `VOC has no split called all`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("JPEGImages/a.png")
    try folder.write(
      "<annotation><size><width>64</width><height>48</height></size></annotation>",
      to: "Annotations/a.xml"
    )
    let division = try DatasetDivision(
      DetectionDataset.load(folder.path),
      into: [.init(name: "all", fraction: 1)],
      seed: 0
    )
    let out = folder.url.appendingPathComponent("out")
    #expect {
      try division.write(to: out, specification: folder.path, images: nil, pictures: nil)
    } throws: {
      "\($0)".contains("the split all of a VOC folder")
    }
  }
}
