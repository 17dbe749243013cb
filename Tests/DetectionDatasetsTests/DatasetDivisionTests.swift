import BoxGeometry
import COCOFormat
import Foundation
import TestSupport
import Testing

@testable import DetectionDatasets

@Suite struct DatasetDivisionTests {
  private static let shares: [DatasetDivision.Share] = [
    .init(name: "train", fraction: 0.6), .init(name: "val", fraction: 0.2),
    .init(name: "test", fraction: 0.2),
  ]

  private func divide(
    _ specification: String,
    to folder: URL,
    images: URL? = nil,
    pictures: DatasetWriter.Pictures? = nil,
    seed: UInt64 = 0
  ) throws -> DatasetDivision.Report {
    let dataset = try DetectionDataset.load(specification, images: images)
    return try DatasetDivision(dataset, into: Self.shares, seed: seed)
      .write(to: folder, specification: specification, images: images, pictures: pictures)
  }

  /// Class names and boxes by the last part of a picture's name.
  private func summary(_ datasets: [DetectionDataset]) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for dataset in datasets {
      for sample in dataset.samples {
        let name = sample.name.split(separator: "/").last.map(String.init) ?? ""
        result[name, default: []] += sample.boxes.map {
          "\(dataset.categories[$0.label].name) \($0.box.corners)"
        }
      }
    }
    return result
  }

  @Test(arguments: 0..<4, [DatasetWriter.Pictures?.none, .copy, .link])
  func `every picture is in exactly one split, in each format`(
    seed: UInt64,
    pictures: DatasetWriter.Pictures?
  ) throws {
    let data = try RandomDataset(seed: seed, pictures: 12)
    let start = try DetectionDataset.load(data.path)
    let parts = try DatasetPart.load([("x", data.path)], images: nil, onBadData: .stop)
    for format in DatasetWriter.Format.allCases {
      let source = data.folder.url.appendingPathComponent("\(format)")
      let written = try DatasetWriter(parts, as: format).write(to: source)
      let folder = data.folder.url.appendingPathComponent("\(format)-split")
      let report = try divide(written.specifications[0], to: folder, pictures: pictures, seed: seed)
      #expect((report.images == nil) == (pictures != nil))
      // Without the first folder, the new one has to be complete.
      if pictures != nil { try FileManager.default.removeItem(at: source) }
      let images = report.images.map { URL(fileURLWithPath: $0, isDirectory: true) }
      let splits = try report.specifications.map { specification in
        try DetectionDataset.load(specification, images: images)
      }
      #expect(splits.reduce(0) { $0 + $1.samples.count } == 12)
      #expect(summary(splits) == summary([start]), "\(format)")
      #expect(Set(splits.map(\.categories)).count == 1)
      for (split, share) in zip(splits, Self.shares) {
        #expect(abs(Double(split.samples.count) - 12 * share.fraction) < 3)
      }
    }
  }

  @Test func `entries of a COCO file are copied with all that stands in them`() throws {
    let folder = try TemporaryFolder()
    for index in 0..<5 { try folder.writePicture("p\(index).png", red: UInt8(index)) }
    let images = (0..<5).map {
      #"{"id": \#($0), "file_name": "p\#($0).png", "license": [1, {"a": "]}"}]}"#
    }
    let annotations = (0..<5).map {
      #"{ "segmentation": [[1.50, 2e0]], "im\u0061ge_id": \#($0), "id": \#($0), "category_id": 3, "bbox": [1, 2, 10, 10.0], "t": "a\"}"}"#
    }
    let file = try folder.write(
      "{\"info\": {\"x\": [1]}, \"images\": [\(images.joined(separator: " , "))],\n"
        + "\"annotations\" :[\(annotations.joined(separator: ","))], \"categories\": [{\"id\": 3, \"name\": \"c\"}]}",
      to: "d.json"
    )
    let report = try divide(file.path, to: folder.url.appendingPathComponent("out"))
    #expect(report.images == folder.path)
    let texts = try report.specifications.map { try String(contentsOfFile: $0, encoding: .utf8) }
    for entry in images + annotations {
      #expect(texts.count { $0.contains(entry) } == 1, "\(entry)")
    }
    #expect(texts.allSatisfy { $0.contains(#"{"x": [1]}"#) })
    let ids = try report.specifications.flatMap { specification in
      try COCOGroundTruth(contentsOf: URL(fileURLWithPath: specification)).images.map(\.id)
    }
    #expect(ids.sorted() == [0, 1, 2, 3, 4])
  }

  @Test(arguments: [("1.0", "1"), ("1e0", "1"), ("1", "1.0"), ("1", "10E-1"), ("-0", "0.0")])
  func `ids with a point or an exponent keep their pictures and boxes`(
    id: String,
    imageID: String
  ) throws {
    let folder = try TemporaryFolder()
    for index in 0..<2 { try folder.writePicture("p\(index).png", red: UInt8(index)) }
    let file = try folder.write(
      """
      {"images": [{"id": \(id), "file_name": "p0.png"}, {"id": 7.0, "file_name": "p1.png"}],
       "annotations": [{"id": 1, "image_id": \(imageID), "category_id": 1, "bbox": [1, 2, 9, 9]},
                       {"id": 2, "image_id": 7, "category_id": 1, "bbox": [1, 2, 9, 9]}],
       "categories": [{"id": 1, "name": "c"}]}
      """,
      to: "d.json"
    )
    let report = try divide(file.path, to: folder.url.appendingPathComponent("out"))
    let splits = try report.specifications.map { try DetectionDataset.load($0, images: folder.url) }
    #expect(splits.flatMap { $0.samples.map(\.boxes.count) } == [1, 1])
  }

  @Test(arguments: [
    (#"{"id": 1, "image_id": 1,"#, #"{"id": 3, "image_id": 1,"#, "annotation id 1"),
    (#""image_id": 1,"#, #""image_id": 9,"#, "annotations[0].image_id: 9"),
    (#""image_id": 1,"#, #""image_id": 1.5,"#, "annotations[0].image_id: expected a whole number"),
    (#""image_id": 1,"#, "", "annotations[0].image_id: expected a whole number, found none"),
    (#"{"id": 2, "file_name""#, #"{"id": "2", "file_name""#, "images[1].id: expected a whole"),
    (#"{"id": 2, "file_name": "b.png", "width": 64, "height": 48}"#, "", "found 2, which no image"),
  ])
  func `entries that cannot be dealt are told, never dropped`(
    old: String,
    new: String,
    place: String
  ) throws {
    let folder = try TemporaryFolder()
    for name in ["a.png", "b.png"] { try folder.writePicture(name) }
    let file = try folder.writeCOCO(["a.png", "b.png"])
    let division = try DatasetDivision(DetectionDataset.load(file), into: Self.shares, seed: 0)
    // As if another program had written the file in between.
    let text = try String(contentsOfFile: file, encoding: .utf8)
    try folder.write(
      text.replacingOccurrences(of: "," + old, with: new.isEmpty ? "" : "," + new)
        .replacingOccurrences(of: old, with: new),
      to: "data.json"
    )
    let out = folder.url.appendingPathComponent("out")
    #expect {
      try division.write(to: out, specification: file, images: nil, pictures: nil)
    } throws: {
      "\($0)".hasPrefix("\(file): ") && "\($0)".contains(place)
    }
    #expect(!FileManager.default.fileExists(atPath: out.path))
  }

  @Test func `unknown members are copied with their names, whatever these hold`() throws {
    let folder = try TemporaryFolder()
    try folder.writePicture("a.png")
    let keys = [#"a \"b\""#, #"tab\tand \\"#, #"\u00e9"#, "e\u{301}", "é", #"\ud83d\ude00"#]
    let more = keys.enumerated().map { #""\#($1)": \#($0)"# }.joined(separator: ", ")
    let text = try String(contentsOfFile: folder.writeCOCO(["a.png"]), encoding: .utf8)
    let file = try folder.write("{\(more), " + text.dropFirst(), to: "data.json").path
    let report = try divide(file, to: folder.url.appendingPathComponent("out"))
    let expected = keys.filter { $0 != #"\u00e9"# }
    for specification in report.specifications {
      let data = try Data(contentsOf: URL(fileURLWithPath: specification))
      #expect((try? JSONSerialization.jsonObject(with: data)) != nil)
      let written = String(decoding: data, as: UTF8.self)
      // é stands twice, once escaped: the last counts.
      #expect(expected.allSatisfy { written.utf8.contains(#""\#($0)": "#.utf8) }, "\(written)")
      #expect(!written.contains(#"\u00e9"#))
    }
  }

  @Test func `the division follows from names and seed, not from the order of the file`() throws {
    let data = try RandomDataset(seed: 3, pictures: 20)
    let dataset = try DetectionDataset.load(data.path)
    var turned = dataset
    turned.samples.reverse()
    func splits(_ dataset: DetectionDataset, _ seed: UInt64) throws -> [String: Int] {
      let division = try DatasetDivision(dataset, into: Self.shares, seed: seed)
      return Dictionary(uniqueKeysWithValues: zip(dataset.samples.map(\.name), division.splits))
    }
    #expect(try splits(dataset, 1) == splits(turned, 1))
    #expect(try splits(dataset, 1) != splits(dataset, 2))
  }

  @Test func `what belongs together stays together`() throws {
    let folder = try TemporaryFolder()
    let names = (0..<8).flatMap { sequence in
      (0..<4).map { "s\(sequence % 4)/clip\(sequence)-\($0).png" }
    }
    for (index, name) in names.enumerated() { try folder.writePicture(name, red: UInt8(index)) }
    let dataset = try DetectionDataset.load(folder.writeCOCO(names))
    func together(_ grouping: DatasetDivision.Grouping, _ key: (String) -> String) throws -> Int {
      let division = try DatasetDivision(dataset, into: Self.shares, grouping: grouping, seed: 0)
      let pairs = zip(names, division.splits).map { (key($0), $1) }
      #expect(Set(division.splits).count == 3)
      for (_, group) in Dictionary(grouping: pairs, by: \.0) {
        #expect(Set(group.map(\.1)).count == 1)
      }
      return division.groupCount
    }
    #expect(try together(.folders) { String($0.prefix(2)) } == 4)
    #expect(try together(.pattern("(clip[0-9]+)-")) { String($0.prefix(8)) } == 8)
    #expect(try together(.pattern("^s[0-9]")) { String($0.prefix(2)) } == 4)
    let odd = try DatasetDivision(
      dataset,
      into: Self.shares,
      grouping: .pattern("clip[0-3]"),
      seed: 0
    )
    #expect(odd.unmatched == 16 && odd.groupCount == 4 + 16)
    #expect {
      try DatasetDivision(dataset, into: Self.shares, grouping: .pattern("("), seed: 0)
    } throws: { "\($0)".contains("--group-by (: is neither folder nor a regular expression") }
  }

  @Test(.requiresSharedData("bccd")) func `BCCD is divided with its rare classes in proportion`()
    throws
  {
    let folder = try TemporaryFolder()
    let report = try divide(
      SharedData.url("bccd").path,
      to: folder.url.appendingPathComponent("out"),
      seed: 1
    )
    let images = report.images.map { URL(fileURLWithPath: $0) }
    let splits = try report.specifications.map { try DetectionDataset.load($0, images: images) }
    #expect(splits.reduce(0) { $0 + $1.samples.count } == 364)
    let counts = splits.map { $0.categoryCounts.map(\.boxes) }
    for (label, total) in [361, 4153, 372].enumerated() {
      for (split, share) in Self.shares.enumerated() {
        let got = Double(counts[split][label]) / Double(total)
        #expect(abs(got - share.fraction) < 0.03, "\(label) in \(share.name): \(got)")
      }
    }
  }
}
