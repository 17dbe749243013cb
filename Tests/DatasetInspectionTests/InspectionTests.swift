import DetectionDatasets
import Foundation
import Raster
import TestSupport
import Testing

@testable import DatasetInspection

/// Whole inspections, of files.
@Suite struct InspectionTests {
  private static func inspect(_ specifications: [String]) throws -> Inspection {
    var splits = try specifications.map {
      InspectedSplit(
        name: URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent,
        dataset: try DetectionDataset.load($0, onBadData: .skip)
      )
    }
    .withCommonClasses
    var thumbnails: [PictureThumbnail] = []
    for index in splits.indices {
      thumbnails += try PictureScan.scan(&splits[index].dataset, onBadData: .skip, workers: 2)
    }
    return try Inspection(splits, thumbnails: thumbnails, settings: AnchorSettings())
  }

  @Test(.requiresSharedData("bccd"))
  func `the known flaws of BCCD are named, and nothing else`() throws {
    let files = ["train", "val", "test"].map { SharedData.url("bccd/\($0).json").path }
    let inspection = try Self.inspect(files)
    let twice = inspection.boxedTwice.map { $0.picture.name.dropFirst(11).prefix(5) }
    #expect(
      twice.sorted() == [
        "00013", "00020", "00100", "00104", "00251", "00284", "00331", "00403",
      ]
    )
    #expect(inspection.boxedTwice.allSatisfy { $0.iou > 0.82 && $0.iou < 0.94 })
    #expect(inspection.boxedTwice.first?.places == ["annotation id 13007", "annotation id 13015"])
    let duplicates = try #require(inspection.duplicates)
    #expect(duplicates.leaks.map(\.first.name) == ["BloodImage_00038.jpg"])
    #expect(duplicates.leaks.map(\.second.name) == ["BloodImage_00037.jpg"])
    #expect(duplicates.leaks.map(\.first.split) == ["train"])
    #expect(duplicates.repeats.isEmpty && duplicates.groups.count == 1)
    #expect(inspection.problems.isEmpty)
  }

  @Test(.requiresSharedData("aerial_cars"))
  func `boxes past the border are named by file and line, each once`() throws {
    let inspection = try Self.inspect([SharedData.url("aerial_cars").path])
    let places = inspection.problems.map {
      "\(URL(fileURLWithPath: $0.file).lastPathComponent) \($0.place)"
    }
    #expect(
      places.sorted() == [
        "MOS74.txt line 19", "MOS80.txt line 13", "MOS84.txt line 20", "MOS92.txt line 18",
      ]
    )
    #expect(inspection.balance.classes.filter { $0.boxes == 0 }.map(\.name) == ["cyclist"])
  }

  @Test(.requiresSharedData("aerial_cars"))
  func `no picture of one sequence is taken for one of another`() throws {
    let inspection = try Self.inspect([SharedData.url("aerial_cars").path])
    let groups = try #require(inspection.duplicates?.groups)
    #expect(!groups.isEmpty)
    for group in groups {
      let sequences = Set(
        group.pictures.map {
          $0.name.split(separator: "/").last?.prefix { !$0.isNumber }
        }
      )
      #expect(sequences.count == 1, "\(group.pictures.map(\.name))")
    }
  }

  @Test func `a copied file is a leak with the same bytes, under whatever name`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-inspection-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    var splits: [InspectedSplit] = []
    for (name, red) in [("train", UInt8(10)), ("val", 10), ("test", 11)] {
      let part = folder.appendingPathComponent(name)
      try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
      // Of one shade, so that the bytes alone tell.
      try RasterImage(width: 40, height: 30, red: red, green: 0, blue: 0)
        .write(to: part.appendingPathComponent("\(name).png"))
      let dataset = try #require(try DetectionDataset.pictures(at: part.path))
      splits.append(InspectedSplit(name: name, dataset: dataset))
    }
    var thumbnails: [PictureThumbnail] = []
    for index in splits.indices {
      thumbnails += try PictureScan.scan(&splits[index].dataset, onBadData: .stop, workers: 1)
    }
    let duplicates = DuplicatePictures(splits, thumbnails: thumbnails)
    #expect(duplicates.leaks.map(\.first.split) == ["train"])
    #expect(duplicates.leaks.map(\.second.split) == ["val"])
    #expect(duplicates.leaks.map(\.isIdentical) == [true])
  }

  @Test(.requiresSharedData("aerial_cars"))
  func `files with a second picture and a position are named`() throws {
    let inspection = try Self.inspect([SharedData.url("aerial_cars").path])
    for extra in PictureExtra.allCases {
      let names = inspection.notes.filter { $0.extra == extra }.map {
        URL(fileURLWithPath: $0.picture.name).lastPathComponent
      }
      #expect(names.sorted() == ["DJI_0010.JPG", "DJI_0028.JPG"])
    }
  }

  @Test func `an inspection of nothing is empty`() throws {
    let inspection = try Inspection([], thumbnails: [], settings: AnchorSettings())
    #expect(inspection.images == 0 && inspection.coverage == nil)
    #expect(inspection.problems.isEmpty && inspection.boxedTwice.isEmpty)
  }
}
