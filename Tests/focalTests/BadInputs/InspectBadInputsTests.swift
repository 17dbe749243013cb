import Foundation
import TestSupport
import Testing

/// Every file of the collection of bad inputs through `focal inspect`.
@Suite(.requiresSharedData("bad_inputs")) struct InspectBadInputsTests {
  /// More than that no file of a hundred kilobytes is worth.
  private static let memoryMiB = 1024

  private static func inspect(_ arguments: [String]) throws -> FocalProcess {
    try FocalProcess(["inspect"] + arguments, memoryMiB: memoryMiB)
  }

  @Test func `the collection is whole`() {
    #expect(BadInput.all.count == 183)
  }

  @Test(arguments: BadInput.all) func `the rest is used`(input: BadInput) throws {
    let data = try BadInputDataset(input)
    let run = try Self.inspect(data.arguments + ["--json", "--on-bad-data", "skip"])
    let comment = Comment(rawValue: "\(input.why): \(run.status)\n\(run.output)\n\(run.error)")
    #expect(!(run.output + run.error).contains("SECRET-THAT-MUST-NOT-BE-READ"), comment)
    guard run.status == 0 else {
      // Nothing is left to be used, or the file itself breaks its format.
      #expect(run.status == 1, comment)
      #expect(run.errorLines.count == 1, comment)
      #expect(run.error.contains(input.subject), comment)
      #expect(input.expect == .refuse || input.expect == .either, comment)
      #expect(data.soundPictures == 0, comment)
      return
    }
    let figures = try run.json()
    let problems = try #require(figures["problems"] as? [[String: Any]])
    let isNamed = problems.contains { "\($0)".contains(input.subject) }
    switch input.expect {
    case .accept:
      if input.folder != "results" {
        #expect(figures["images"] as? Int != data.soundPictures, comment)
      }
      if let boxes = input.boxes {
        #expect(figures["boxes"] as? Int == boxes + data.soundBoxes, comment)
      }
    case .skip:
      #expect(isNamed, comment)
      if let boxes = input.boxes {
        #expect(figures["boxes"] as? Int == boxes + data.soundBoxes, comment)
      }
    case .refuse:
      #expect(isNamed, comment)
      #expect(figures["boxes"] as? Int == data.soundBoxes || input.folder == "coco", comment)
    case .either:
      break
    }
  }

  @Test(arguments: BadInput.all) func `the first one stops`(input: BadInput) throws {
    let data = try BadInputDataset(input)
    let run = try Self.inspect(data.arguments + ["--json", "--on-bad-data", "stop"])
    let comment = Comment(rawValue: "\(input.why): \(run.status)\n\(run.output)\n\(run.error)")
    switch (input.expect, run.status) {
    case (.accept, 0), (.skip, 0), (.either, 0):
      _ = try run.json()
    case (.refuse, 1), (.either, 1):
      #expect(run.output.isEmpty, comment)
      #expect(run.errorLines.count == 1, comment)
      #expect(run.error.contains(input.subject), comment)
    default:
      Issue.record(comment)
    }
  }
}

extension BadInput {
  /// The name that an error has to give.
  var subject: String {
    switch path {
    case "outside.jpg": "path_traversal.json"
    case "outside.txt": "entity_external.xml"
    case "coco/image_is_truncated.json": "truncated_60_percent.jpg"
    default: name
    }
  }
}
