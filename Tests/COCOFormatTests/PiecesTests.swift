import BoxGeometry
import Foundation
import Testing

@testable import COCOFormat

/// The fast readers against the careful ones: equal results, or no result.
struct PiecesTests {
  private func options(_ pieceSize: Int, threads: Int = 2) -> COCOReadingOptions {
    var options = COCOReadingOptions(fileNames: .any, threads: threads)
    options.pieceSize = pieceSize
    return options
  }

  private func quick(_ text: String, _ options: COCOReadingOptions) -> COCODetections? {
    COCODetectionPieces.detections(
      in: ByteSource(Data(text.utf8)),
      DetectionCheck(nil, options),
      options,
      nil
    )
  }

  private func careful(_ text: String, _ options: COCOReadingOptions) -> COCODetections? {
    try? COCODetectionsReader.detections(
      in: Data(text.utf8),
      file: "",
      DetectionCheck(nil, options)
    )
  }

  private func quickTruth(_ text: String, _ options: COCOReadingOptions) -> COCOGroundTruth? {
    COCOGroundTruthPieces.groundTruth(in: ByteSource(Data(text.utf8)), options, nil)
  }

  private func carefulTruth(_ text: String, _ options: COCOReadingOptions) -> COCOGroundTruth? {
    try? COCOGroundTruthReader.groundTruth(in: Data(text.utf8), file: "", options: options)
  }

  /// Text with what a cut could stumble over: brackets, commas and quotes in strings, nested lists, odd spaces.
  private func detections(_ count: Int, using generator: inout SplitMix64) -> String {
    let extras = [
      "", #", "note": "}, {\"image_id\": [1], \\""#, #", "parts": [{"a": [1, {"b": "]"}]}, {}]"#,
      #", "é": "\\\\""#, ",\n\t\"empty\" : [ ]", #", "u": "\u007d\u002c""#,
    ]
    let entries = (0..<count).map { index in
      """
      {"image_id": \(generator.next() % 9), "category_id": \(generator.next() % 5), \
      "bbox": [\(index).5, 1e1, 3, \(generator.next() % 100)], "score": 0.\(generator.next() % 1000)\
      \(extras[Int(generator.next() % UInt64(extras.count))])}
      """
    }
    return " [ " + entries.joined(separator: generator.next() % 2 == 0 ? "," : " ,\n ") + " ]\n"
  }

  @Test(arguments: [1, 2, 7, 60, 64, 100, 1000, 1 << 18])
  func `pieces of any size and threads of any number give the careful reader's values`(
    pieceSize: Int
  ) throws {
    for seed in 0..<6 as Range<UInt64> {
      var generator = SplitMix64(state: seed)
      let text = detections(Int(generator.next() % 40), using: &generator)
      let wanted = try #require(careful(text, options(pieceSize)))
      for threads in [1, 2, 5] {
        #expect(quick(text, options(pieceSize, threads: threads)) == wanted)
      }
    }
  }

  @Test func `nothing at all, and no list, are left to the careful reader`() {
    for text in ["", " ", "{}", "7", "[", "]", "[] []", "[],", "[]x", "null", #"{"a": []}"#] {
      #expect(quick(text, options(64)) == nil, "\(text)")
    }
    for text in ["[]", " [ ] ", "\u{FEFF}[]"] {
      #expect(quick(text, options(64))?.detections.isEmpty == true, "\(text)")
    }
  }

  @Test(arguments: [1, 16, 200])
  func `commas with nothing between them are no list`(pieceSize: Int) {
    let entry = #"{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 1}"#
    let texts = [
      "[\(entry),]", "[,\(entry)]", "[\(entry),,\(entry)]", "[,]", "[\(entry) \(entry)]",
    ]
    for text in texts {
      #expect(quick(text, options(pieceSize)) == nil, "\(text)")
      #expect(careful(text, options(pieceSize)) == nil, "\(text)")
    }
  }

  @Test(arguments: 0..<40 as Range<UInt64>)
  func `damaged text is never taken for something else`(seed: UInt64) {
    var generator = SplitMix64(state: seed)
    let text = Array(detections(6, using: &generator).utf8)
    let odd = Array("{}[]\",:\\ \n0e-.tfn\u{0}ÿ".utf8)
    for _ in 0..<25 {
      var damaged = text
      for _ in 0...generator.next() % 3 {
        let place = Int(generator.next() % UInt64(damaged.count))
        switch generator.next() % 3 {
        case 0: damaged.remove(at: place)
        case 1: damaged[place] = odd[Int(generator.next() % UInt64(odd.count))]
        default: damaged.insert(odd[Int(generator.next() % UInt64(odd.count))], at: place)
        }
      }
      let bytes = Data(damaged)
      for pieceSize in [1, 50, 4096] {
        let options = options(pieceSize)
        let check = DetectionCheck(nil, options)
        let found = COCODetectionPieces.detections(in: ByteSource(bytes), check, options, nil)
        let wanted = try? COCODetectionsReader.detections(in: bytes, file: "", check)
        // Nothing found quickly is always allowed; something else than the careful reader finds never.
        if let found { #expect(found == wanted, "\(String(decoding: damaged, as: UTF8.self))") }
      }
    }
  }

  // MARK: Annotation files

  private let truth = #"""
    {"info": {"a": [1, "}"]}, "licenses": [], "annotations": [
      {"id": 3, "image_id": 2, "category_id": 7, "bbox": [1, 2, 3, 4], "segmentation": [[1, 2.5, 3]], "iscrowd": 0},
      {"id": 1, "image_id": 1, "category_id": 7, "bbox": [1, 2, 3, 4], "area": 5.5, "iscrowd": true,
       "segmentation": {"counts": [1, 2], "size": [3, 4]}},
      {"id": 9, "image_id": 1, "category_id": 7, "bbox": [1, 2, 0, 4], "area": null}],
     "count": 3, "images": [{"id": 1, "file_name": "a"}, {"id": 2, "file_name": "b", "width": 4, "height": 5}],
     "categories": [{"id": 7, "name": "}, {"}], "last": null}
    """#

  @Test(arguments: [1, 3, 64, 150, 1 << 18])
  func `lists in any order, with others between them, are read`(pieceSize: Int) throws {
    let wanted = try #require(carefulTruth(truth, options(pieceSize)))
    #expect(wanted.annotations.count == 2 && wanted.problems.count == 1)
    #expect(quickTruth(truth, options(pieceSize)) == wanted)
  }

  @Test func `what is unusual is left to the careful reader`() throws {
    let odd = [
      truth.replacingOccurrences(of: "\"images\"", with: "\"im\\u0061ges\""),
      truth.replacingOccurrences(of: "\"count\": 3", with: "\"images\": []"),
    ]
    for text in odd {
      #expect(quickTruth(text, options(64)) == nil)
      #expect(carefulTruth(text, options(64)) != nil)
    }
    let wrong = [
      truth.replacingOccurrences(of: "\"id\": 3", with: "\"id\": 1"),
      truth.replacingOccurrences(of: "\"image_id\": 2", with: "\"image_id\": 5"),
      truth.replacingOccurrences(of: "\"count\": 3", with: "\"count\": 3 4"),
      truth.replacingOccurrences(of: "\"count\": 3", with: "\"count\": "),
      truth.replacingOccurrences(of: "null}", with: "null"),
      truth + "}",
    ]
    for text in wrong {
      #expect(quickTruth(text, options(64)) == nil, "\(text)")
      #expect(carefulTruth(text, options(64)) == nil, "\(text)")
    }
  }

  @Test func `an entry longer than many pieces is read all the same`() {
    let entry = #"{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4], "score": 1, "x": "#
    let long = entry + "\"" + String(repeating: "]},{[", count: 30_000) + "\"}"
    #expect(quick("[\(long),\(long)]", options(64))?.detections.count == 2)
  }

  @Test func `a file of very many members is read at once, not member by member`() {
    let members = (0..<100).map { "\"m\($0)\": []" }.joined(separator: ", ")
    let text = "{\(members), \"images\": [], \"categories\": [], \"annotations\": []}"
    #expect(quickTruth(text, options(64)) == nil)
    #expect(carefulTruth(text, options(64)) != nil)
  }

  @Test func `a pipe is read as a file is`() throws {
    let pipe = Pipe()
    // Less than a pipe holds, so that nobody has to read meanwhile.
    pipe.fileHandleForWriting.write(Data(truth.utf8))
    try pipe.fileHandleForWriting.close()
    let url = URL(fileURLWithPath: "/dev/fd/\(pipe.fileHandleForReading.fileDescriptor)")
    let read = try COCOGroundTruth(contentsOf: url, options: options(64))
    #expect(read == carefulTruth(truth, options(64)))
  }

  @Test func `progress ends with the whole text read`() throws {
    let bytes = Data(truth.utf8)
    let url = FileManager.default.temporaryDirectory.appending(path: "progress-\(UUID()).json")
    defer { try? FileManager.default.removeItem(at: url) }
    try bytes.write(to: url)
    let last = Last()
    _ = try COCOGroundTruth(contentsOf: url, options: options(64)) { last.set($0, $1) }
    #expect(last.value.0 == bytes.count && last.value.1 == bytes.count)
  }

  private final class Last: @unchecked Sendable {
    // Sendable: the reader calls its observer from one thread at a time.
    private(set) var value = (0, 0)
    func set(_ read: Int, _ all: Int) { value = (read, all) }
  }
}
