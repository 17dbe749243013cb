import BoxGeometry
import DetectionDatasets
import DetectionTraining
import Foundation
import Testing

@testable import TrainingDoctor

@Suite struct DoctorTests {
  @Test func `nothing is found where nothing is wrong`() throws {
    let report = try Doctor.quick(Subjects.healthy, folder: Subjects.folder)
    #expect(report.findings.map(\.line) == [])
    let size = try #require(report.size)
    // 36 million weights: themselves, gradients, momentum; and 16 pictures of 480 x 640.
    #expect(size.memory > 2 << 30 && size.memory < 40 << 30)
    #expect(size.disk > 1 << 30 && size.disk < 4 << 30)
  }

  @Test func `the worst comes first, and a line has all of it`() throws {
    var subject = Subjects.healthy
    subject.recipe.optimizer.learningRatePer16Images = 1
    subject.training.categories[1].id = 90
    var full = Subjects.folder
    full.freeBytes = 1000
    let report = try Doctor.quick(subject, folder: full)
    #expect(report.findings.map(\.check) == [.disk, .learningRate, .classMap])
    #expect(report.findings.map(\.severity) == [.error, .warning, .note])
    #expect(report.findings.hasError)
    for finding in report.findings {
      #expect(!finding.found.isEmpty && !finding.why.isEmpty && !finding.remedy.isEmpty)
      #expect(!finding.line.contains("\n"))
      #expect(finding.line.contains(finding.found) && finding.line.contains(finding.remedy))
    }
  }

  @Test func `data without pictures or boxes are looked at, too`() throws {
    var subject = Subjects.healthy
    subject.training.samples = []
    _ = try Doctor.quick(subject, folder: nil)
    subject.training = Subjects.data(3, sides: [])
    subject.validation = nil
    let findings = try Doctor.quick(subject, folder: nil).findings
    #expect(findings.of(.pictureCounts).map(\.severity) == [.error])
  }

  @Test func `docs/doctor.md has a row for every check, and none for another`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(
      contentsOf: root.appendingPathComponent("docs/doctor.md"),
      encoding: .utf8
    )
    let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `") }
      .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
    #expect(rows == DoctorCheck.allCases.map(\.rawValue))
    // Twenty-five pains, each with what ends it.
    #expect(
      text.split(separator: "\n").count {
        $0.first == "|" && $0.dropFirst(2).first?.isNumber == true
      } == 25
    )
  }

  @Test func `a finding is one object of JSON`() throws {
    let finding = DoctorFinding(.boxRange, .error, "f", why: "w", remedy: "r", places: ["p"])
    let data = try JSONEncoder().encode(finding)
    #expect(try JSONDecoder().decode(DoctorFinding.self, from: data) == finding)
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    #expect(object?["check"] as? String == "box-range")
    #expect(object?["severity"] as? String == "error")
  }
}
