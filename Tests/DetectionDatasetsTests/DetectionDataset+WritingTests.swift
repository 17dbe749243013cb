import BoxGeometry
import Foundation
import Raster
import Testing

@testable import DetectionDatasets

@Suite struct DetectionDatasetWritingTests {
  private func dataset(_ count: Int) throws -> DetectionDataset {
    try .synthetic(count: count, seed: 3, configuration: .tiny)
  }

  @Test func `what is written can be loaded and is the same`() throws {
    let folder = try TemporaryFolder()
    let written = try dataset(5)
    let target = folder.url.appendingPathComponent("out")
    try written.write(to: target, pictures: .png)
    let read = try DetectionDataset.load(target.appendingPathComponent("annotations.json").path)
    #expect(read.categories == written.categories)
    #expect(read.problems.isEmpty)
    #expect(read.samples.map(\.name) == (1...5).map { "00000\($0).png" })
    for (one, other) in zip(read.samples, written.samples) {
      #expect(one.boxes == other.boxes)
      #expect(try read.image(of: one) == written.image(of: other))
    }
  }

  @Test(arguments: [DetectionDataset.PictureEncoding.png, .jpeg(quality: 85)])
  func `equal datasets give equal bytes on any number of threads`(
    encoding: DetectionDataset.PictureEncoding
  ) throws {
    let folder = try TemporaryFolder()
    let (one, other) = (
      folder.url.appendingPathComponent("1"), folder.url.appendingPathComponent("2")
    )
    try dataset(6).write(to: one, pictures: encoding, workers: 1)
    try dataset(6).write(to: other, pictures: encoding, workers: 4)
    let names = try #require(FileManager.default.subpaths(atPath: one.path)).sorted()
    #expect(names == FileManager.default.subpaths(atPath: other.path)?.sorted())
    #expect(names.count == 8)
    for name in names where name.contains(".") {
      #expect(
        try Data(contentsOf: one.appendingPathComponent(name))
          == Data(contentsOf: other.appendingPathComponent(name)),
        "\(name)"
      )
    }
  }

  @Test func `a place where no folder can be made is told with the reason`() throws {
    let folder = try TemporaryFolder()
    let target = try folder.write("a file", to: "file").appendingPathComponent("out")
    let error = #expect(throws: DatasetError.self) { try dataset(1).write(to: target) }
    #expect(error?.code == .notWritable)
    let expected = "cannot be written: a part of the path is a file and no folder; check the path"
    #expect(error?.description == "\(target.path): \(expected)")
  }

  @Test func `a folder with something in it is left alone`() throws {
    let folder = try TemporaryFolder()
    try folder.write("mine", to: "out/note.txt")
    let target = folder.url.appendingPathComponent("out")
    #expect { try dataset(1).write(to: target) } throws: { error in
      (error as? DatasetError)?.code == .alreadyExists
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["out"])
    try FileManager.default.removeItem(at: target.appendingPathComponent("note.txt"))
    try dataset(1).write(to: target)
    #expect(try FileManager.default.contentsOfDirectory(atPath: target.path).count == 2)
  }

  @Test func `what a killed process left is removed, what others write is not`() throws {
    let folder = try TemporaryFolder()
    // No process has the greatest number; the first one always runs.
    try folder.write("half", to: ".out.partial-2147483647/half.png")
    try folder.write("half", to: ".out.partial-1/half.png")
    try folder.write("mine", to: ".out.partial-mine/note.txt")
    try dataset(1).write(to: folder.url.appendingPathComponent("out"))
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        == [".out.partial-1", ".out.partial-mine", "out"]
    )
  }

  @Test func `a write that fails leaves nothing behind`() throws {
    struct Stop: Error {}
    let folder = try TemporaryFolder()
    let target = folder.url.appendingPathComponent("out")
    #expect(throws: Stop.self) {
      try dataset(4).write(to: target) { if $0 == 2 { throw Stop() } }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    try folder.write("", to: "file")
    let below = folder.url.appendingPathComponent("file/out")
    #expect { try dataset(1).write(to: below) } throws: { error in
      (error as? DatasetError)?.file.hasSuffix("file/out") == true
    }
  }

  @Test func `synthetic pictures do not depend on how many there are`() throws {
    let (few, many) = (try dataset(3), try dataset(9))
    #expect(few.samples.map(\.boxes) == many.samples.prefix(3).map(\.boxes))
    #expect(try few.image(of: few.samples[2]) == many.image(of: many.samples[2]))
  }

  @Test func `counts of classes add up to the boxes`() throws {
    let dataset = try DetectionDataset.load("synth:40:9")
    #expect(dataset.categoryCounts.reduce(0) { $0 + $1.boxes } == dataset.boxCount)
    #expect(dataset.categoryCounts.map(\.name) == dataset.categories.map(\.name))
    #expect(dataset.samples.contains { $0.boxes.isEmpty })
  }
}

extension SyntheticConfiguration {
  /// Small enough for a debug build to paint many.
  static let tiny: SyntheticConfiguration = {
    var configuration = SyntheticConfiguration()
    configuration.width = 64
    configuration.height = 48
    configuration.smallestObject = 8
    configuration.largestObject = 20
    configuration.maximumObjects = 3
    return configuration
  }()
}
