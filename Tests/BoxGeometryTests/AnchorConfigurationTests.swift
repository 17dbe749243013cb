import BoxGeometry
import Foundation
import Testing

@Suite struct AnchorConfigurationTests {
  @Test func `the default is the paper's nine anchors a cell on five levels`() {
    let configuration = AnchorConfiguration()
    #expect(configuration.anchorsPerCell == 9)
    #expect(configuration.levelCount == 5)
    #expect(configuration.sizes == [32, 64, 128, 256, 512])
    #expect(configuration.strides == [8, 16, 32, 64, 128])
    #expect(configuration.scales == [1, Float(pow(2, 1.0 / 3)), Float(pow(2, 2.0 / 3))])
    #expect(configuration.aspectRatios == [0.5, 1, 2])
    #expect(configuration.centerOffset == 0)
    #expect(configuration.rounding == .exact)
    #expect(configuration.spacing == .stride)
  }

  @Test func `a configuration survives JSON`() throws {
    let configuration = AnchorConfiguration(
      sizes: [16, 40],
      strides: [4, 8],
      scales: [1, 1.5],
      aspectRatios: [0.3],
      centerOffset: 0.5,
      rounding: .torchvision,
      spacing: .imageOverCells
    )
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(AnchorConfiguration.self, from: data) == configuration)
  }

  @Test func `a missing key takes its default`() throws {
    let decoded = try decode(#"{"centerOffset": 0.5}"#)
    #expect(decoded == AnchorConfiguration(centerOffset: 0.5))
    #expect(try decode("{}") == AnchorConfiguration())
  }

  @Test(arguments: [
    (#"{"sizes": []}"#, "sizes"),
    (#"{"sizes": [32, -64, 128, 256, 512]}"#, "sizes"),
    (#"{"sizes": [32]}"#, "strides"),
    (#"{"strides": [0, 16, 32, 64, 128]}"#, "strides"),
    (#"{"scales": []}"#, "scales"),
    (#"{"scales": [0]}"#, "scales"),
    (#"{"aspectRatios": [-1]}"#, "aspectRatios"),
    (#"{"centerOffset": 1.5}"#, "centerOffset"),
  ])
  func `values that cannot be used are refused by name`(text: String, key: String) throws {
    let error = #expect(throws: DecodingError.self) { try decode(text) }
    guard case .dataCorrupted(let context) = try #require(error) else {
      Issue.record("expected corrupted data, found \(String(describing: error))")
      return
    }
    #expect(context.codingPath.map(\.stringValue) == [key])
    #expect(context.debugDescription.contains("expected"))
  }

  private func decode(_ text: String) throws -> AnchorConfiguration {
    try JSONDecoder().decode(AnchorConfiguration.self, from: Data(text.utf8))
  }
}
