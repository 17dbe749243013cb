import DetectionModels
import Testing

@testable import ModelExport

struct ExportableConfigurationTests {
  @Test(arguments: RetinaNetDialect.allCases)
  func `every field of every dialect is known`(dialect: RetinaNetDialect) throws {
    let configuration = RetinaNetConfiguration(dialect, categories: ["cat"])
    try ExportableConfiguration.check(configuration)
    let names = try ExportableConfiguration.fieldNames(of: configuration)
    #expect(names.contains("input.resize.shortSide") && names.contains("matcher.lowQualityMatches"))
  }

  @Test func `a graph that finds nothing is refused by its field`() throws {
    var configuration = RetinaNetConfiguration(categories: ["cat"])
    configuration.detection.detectionsPerImage = 0
    let error = #expect(throws: ModelExportError.self) { try DetectionRules(configuration) }
    #expect(error?.place == "detection.detectionsPerImage")
    configuration.detection.detectionsPerImage = 1
    configuration.detection.candidatesPerLevel = 0
    let second = #expect(throws: ModelExportError.self) { try DetectionRules(configuration) }
    #expect(second?.place == "detection.candidatesPerLevel")
  }

  @Test(arguments: [DetectionConfiguration.Suppression.softLinear, .softGaussian])
  func `soft suppression is refused, not silently made hard`(
    suppression: DetectionConfiguration.Suppression
  ) {
    var configuration = RetinaNetConfiguration(categories: ["cat"])
    configuration.detection.suppression = suppression
    let error = #expect(throws: ModelExportError.self) { try DetectionRules(configuration) }
    #expect(error?.place == "detection.suppression")
    #expect(error?.message.hasPrefix("found \(suppression.rawValue), expected hard") == true)
  }
}
