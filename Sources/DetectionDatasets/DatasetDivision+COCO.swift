import COCOFormat
import Foundation

extension DatasetDivision {
  /// An entry of a list and the split it goes to.
  private typealias Dealt = (range: Range<Int>, split: Int)

  /// Writes a COCO file for each split.
  ///
  /// Entries go to the split of their picture; everything else stands in each file. What was written
  /// is read again and held against the dataset, so that nothing is lost in silence.
  /// - Parameters:
  ///   - file: The file that the dataset was read from.
  ///   - folder: The folder to write into.
  ///   - pictures: How pictures come into the folder; `nil` leaves them.
  /// - Throws: ``DatasetError`` naming the entry that cannot be dealt.
  func writeCOCO(_ file: URL, to folder: URL, _ pictures: DatasetWriter.Pictures?) throws {
    let data = try Data(contentsOf: file)
    let json = JSONRanges(
      bytes: Array(data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data)
    )
    let members = json.members(at: 0)
    // Each entry is looked at once; a file of a gigabyte has some hundred million bytes of them.
    let entries = try [
      "images": deal("images", by: "id", json, members, file),
      "annotations": deal("annotations", by: "image_id", json, members, file),
    ]
    for (index, share) in shares.enumerated() {
      var text: [UInt8] = Array("{".utf8)
      for (place, member) in members.enumerated() {
        text += Array((place == 0 ? "\n" : ",\n").utf8)
        text += json.bytes[member.key]
        text += Array(": ".utf8)
        guard let list = entries[member.name] else {
          text += json.bytes[member.value]
          continue
        }
        text += Array("[".utf8)
        var isFirst = true
        for entry in list where entry.split == index {
          text += Array((isFirst ? "\n" : ",\n").utf8)
          text += json.bytes[entry.range]
          isFirst = false
        }
        text += Array("\n]".utf8)
      }
      text += Array("\n}\n".utf8)
      let written = folder.appendingPathComponent("\(share.name).json")
      try Data(text).write(to: written)
      try check(written, split: index, of: file)
    }
    try bringPictures(to: folder.appendingPathComponent("images", isDirectory: true), pictures)
  }

  /// The entries of a list with their splits; those of pictures that were left out are none.
  private func deal(
    _ list: String,
    by key: String,
    _ json: JSONRanges,
    _ members: [JSONRanges.Member],
    _ file: URL
  ) throws(DatasetError) -> [Dealt] {
    guard let value = members.first(where: { $0.name == list })?.value else { return [] }
    let splitOfImage = Dictionary(
      zip(dataset.samples.map(\.imageID), splits),
      uniquingKeysWith: { first, _ in first }
    )
    let leftOut = Set(dataset.leftOut.map(\.image.id))
    var dealt: [Dealt] = []
    for (index, entry) in json.entries(at: value.lowerBound).enumerated() {
      let found = json.value(of: key, at: entry.lowerBound)
      guard let id = found.flatMap(json.integer) else {
        throw DatasetError(
          .malformed,
          file: file.path,
          place: "\(list)[\(index)].\(key)",
          message: "expected a whole number, found "
            + (found.map { quoted(String(decoding: json.bytes[$0], as: UTF8.self)) } ?? "none")
        )
      }
      if let split = splitOfImage[id] {
        dealt.append((entry, split))
      } else if !leftOut.contains(id) {
        throw changed(file, "\(list)[\(index)].\(key)", "\(id) is the id of no picture")
      }
    }
    return dealt
  }

  /// Holds a written file against the pictures and boxes that it should have.
  private func check(_ written: URL, split: Int, of file: URL) throws(DatasetError) {
    var options = COCOReadingOptions()
    options.fileNames = .any
    let truth: COCOGroundTruth
    do { truth = try COCOGroundTruth(contentsOf: written, options: options) } catch {
      throw changed(file, "", "\(shares[split].name).json: \(error.path): \(error.message)")
    }
    let images = Set(truth.images.map(\.id))
    let annotations = Set(truth.annotations.map(\.id))
    let samples = samples(of: split)
    for sample in samples {
      guard images.contains(sample.imageID) else {
        throw changed(file, "image id \(sample.imageID)", "the picture would be lost")
      }
      for annotation in sample.groundTruth where !annotations.contains(annotation.id) {
        throw changed(file, "annotation id \(annotation.id)", "the annotation would be lost")
      }
    }
    guard images.count == samples.count else {
      throw changed(file, "images", "\(images.count) pictures instead of \(samples.count)")
    }
  }

  private func changed(_ file: URL, _ place: String, _ what: String) -> DatasetError {
    DatasetError(
      .malformed,
      file: file.path,
      place: place,
      message: "\(what); the file is not as it was when it was read, split it again"
    )
  }
}
