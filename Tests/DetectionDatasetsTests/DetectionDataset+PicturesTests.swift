import Foundation
import Raster
import Testing

@testable import DetectionDatasets

@Suite struct PicturesTests {
  @Test func `a folder gives its pictures and those of the folders in it, by name`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("b.png", width: 20, height: 10)
    try folder.writePicture("sub/a.PNG")
    try folder.writePicture(".hidden/c.png")
    try folder.write("no picture", to: "notes.txt")
    let dataset = try #require(try DetectionDataset.pictures(at: folder.path))
    #expect(dataset.format == .pictures && dataset.categories.isEmpty)
    #expect(dataset.samples.map(\.name) == ["b.png", "sub/a.PNG"])
    #expect(dataset.samples[0].width == 20 && dataset.samples[0].height == 10)
    #expect(dataset.samples.map(\.imageID) == [1, 2])
    #expect(try dataset.image(of: dataset.samples[0]).width == 20)
  }

  @Test func `a link that the user names is the folder it leads to`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("sub/a.png")
    let link = try folder.link("pictures", to: folder.url.appendingPathComponent("sub"))
    let dataset = try #require(try DetectionDataset.pictures(at: link.path))
    #expect(dataset.samples.map(\.name) == ["a.png"])
  }

  @Test func `one picture is a dataset of one`() throws {
    let folder = try TemporaryFolder()
    let file = try folder.writePicture("a.png")
    let dataset = try #require(try DetectionDataset.pictures(at: file.path))
    #expect(dataset.samples.map(\.name) == ["a.png"])
  }

  @Test func `what is no picture is skipped by name, or ends the reading`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    try folder.write("text", to: "b.jpg")
    try folder.link("c.png", to: URL(fileURLWithPath: "/etc/hostname"))
    let dataset = try #require(try DetectionDataset.pictures(at: folder.path, onBadData: .skip))
    #expect(dataset.samples.map(\.name) == ["a.png"])
    #expect(dataset.problems.map(\.kind) == [.unreadablePicture, .unsafePath])
    #expect { try DetectionDataset.pictures(at: folder.path) } throws: { error in
      "\(error)".contains("b.jpg")
    }
  }

  @Test func `what holds no picture is none`() throws {
    let folder = try TemporaryFolder()
    let text = try folder.write("text", to: "notes.txt")
    #expect(try DetectionDataset.pictures(at: folder.path)?.location == nil)
    #expect(try DetectionDataset.pictures(at: text.path)?.location == nil)
    #expect(try DetectionDataset.pictures(at: "")?.location == nil)
    #expect(try DetectionDataset.pictures(at: folder.path + "/nowhere.png")?.location == nil)
  }
}
