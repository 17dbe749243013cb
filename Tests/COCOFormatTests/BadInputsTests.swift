import COCOFormat
import Foundation
import Testing

/// One line of the manifest of broken, odd and hostile files.
struct BadInput: Decodable, Sendable, CustomTestStringConvertible {
  enum Verdict: String, Decodable {
    case accept, skip, refuse, either
  }
  var path: String
  var expect: Verdict
  var why: String
  var boxes: Int?
  var clipped: [String: [Double]]?
  var dt: Int?
  var testDescription: String { "\(path): \(why)" }

  // Only the lines of these two folders have these fields in this form.
  enum CodingKeys: String, CodingKey {
    case path, expect, why, boxes, clipped, dt
  }
  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    path = try container.decode(String.self, forKey: .path)
    expect = try container.decode(Verdict.self, forKey: .expect)
    why = try container.decode(String.self, forKey: .why)
    boxes = try? container.decode(Int.self, forKey: .boxes)
    clipped = try? container.decode([String: [Double]].self, forKey: .clipped)
    dt = try? container.decode(Int.self, forKey: .dt)
  }

  static let folder = packageRoot.appending(path: "../shared/data/bad_inputs").standardizedFileURL
  static let isThere = FileManager.default.fileExists(atPath: folder.path)
  static let all: [BadInput] = {
    guard let bytes = try? Data(contentsOf: folder.appending(path: "manifest.json")) else {
      return []
    }
    return (try? JSONDecoder().decode([BadInput].self, from: bytes)) ?? []
  }()

  static func lines(in folder: String) -> [BadInput] { all.filter { $0.path.hasPrefix(folder) } }
  var url: URL { Self.folder.appending(path: path) }
}

@Suite(.enabled(if: BadInput.isThere, "../shared/data/bad_inputs is not there"))
struct BadInputsTests {
  /// Refused only when the pictures are read, which is not the format's business.
  static let refusedByPicture: Set = [
    "coco/image_missing_on_disk.json", "coco/image_is_truncated.json",
  ]

  @Test func `the manifest lists all the files`() {
    #expect(BadInput.lines(in: "coco/").count == 56)
    #expect(BadInput.lines(in: "results/").count == 10)
  }

  @Test(arguments: BadInput.lines(in: "coco/"))
  func `an annotation file gets its verdict`(input: BadInput) throws {
    let result: Result<COCOGroundTruth, COCOFormatError>
    do throws(COCOFormatError) {
      result = .success(try COCOGroundTruth(contentsOf: input.url))
    } catch {
      result = .failure(error)
    }
    switch (input.expect, result) {
    case (.refuse, .success(let truth)):
      #expect(Self.refusedByPicture.contains(input.path), "loaded: \(truth)")
    case (.refuse, .failure(let error)), (.either, .failure(let error)):
      #expect(error.description.hasPrefix(input.url.path + ": "))
      #expect(!error.description.contains("\n"))
      #expect(error.message.contains("expected"), "\(error)")
    case (.accept, .success(let truth)):
      #expect(truth.annotations.count { !$0.isCrowd } == input.boxes)
      #expect(truth.problems.isEmpty)
    case (.skip, .success(let truth)):
      #expect(truth.annotations.count == input.boxes)
      #expect(!truth.problems.isEmpty)
      expectClipped(truth, input)
    case (.either, .success(let truth)):
      if let boxes = input.boxes { #expect(truth.annotations.count == boxes) }
      expectFinite(truth)
    case (.accept, .failure(let error)), (.skip, .failure(let error)):
      Issue.record("refused: \(error)")
    }
  }

  private func expectClipped(_ truth: COCOGroundTruth, _ input: BadInput) {
    for (id, numbers) in input.clipped ?? [:] {
      let annotation = truth.annotations.first { "\($0.id)" == id }
      let box = annotation?.box.clipped(imageWidth: 96, imageHeight: 64)
      #expect(box.map { [$0.x, $0.y, $0.width, $0.height] } == numbers)
    }
  }

  private func expectFinite(_ truth: COCOGroundTruth) {
    for annotation in truth.annotations {
      let box = annotation.box
      let numbers = [box.x, box.y, box.width, box.height, annotation.area]
      #expect(numbers.allSatisfy { $0.isFinite })
    }
  }

  @Test(arguments: BadInput.lines(in: "results/"))
  func `a results file gets its verdict`(input: BadInput) throws {
    let truth = try COCOGroundTruth(contentsOf: BadInput.folder.appending(path: "coco/ok.json"))
    let result: Result<COCODetections, COCOFormatError>
    do throws(COCOFormatError) {
      result = .success(try COCODetections(contentsOf: input.url, for: truth))
    } catch {
      result = .failure(error)
    }
    switch (input.expect, result) {
    case (.refuse, .success(let found)): Issue.record("loaded: \(found)")
    case (.refuse, .failure(let error)), (.either, .failure(let error)):
      #expect(error.description.hasPrefix(input.url.path + ": "))
      #expect(error.message.contains("expected"), "\(error)")
    case (.accept, .success(let found)):
      #expect(found.detections.count == input.dt)
      #expect(found.problems.isEmpty)
    case (.skip, .success(let found)):
      #expect(found.detections.count == 1 && found.problems.count { $0.isLeftOut } == 1)
    case (.either, .success(let found)):
      #expect(!found.problems.isEmpty)
    case (.accept, .failure(let error)), (.skip, .failure(let error)):
      Issue.record("refused: \(error)")
    }
  }
}
