import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct AugmentationConfigurationTests {
  @Test func `values survive the way through JSON`() throws {
    let data = try JSONEncoder().encode(AugmentationConfiguration.small)
    #expect(try JSONDecoder().decode(AugmentationConfiguration.self, from: data) == .small)
  }

  @Test func `what is missing has its default`() throws {
    let text = Data(#"{"scaleJitter": [0.5, 2], "hue": 0.1}"#.utf8)
    var expected = AugmentationConfiguration()
    expected.scaleJitter = 0.5...2
    expected.hue = 0.1
    #expect(try JSONDecoder().decode(AugmentationConfiguration.self, from: text) == expected)
  }

  @Test(arguments: [
    #"{"horizontalFlip": 1.5}"#, #"{"translation": 0.6}"#, #"{"scaleJitter": [0.01, 2]}"#,
    #"{"scaleJitter": [2, 0.5]}"#, #"{"hue": "much"}"#, #"{"brightness": -0.1}"#,
  ]) func `values out of range are refused`(text: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(AugmentationConfiguration.self, from: Data(text.utf8))
    }
  }

  @Test func `the presets are in range`() {
    for preset in [AugmentationConfiguration(), .off, .small] { #expect(preset.faults.isEmpty) }
  }
}
