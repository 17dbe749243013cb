import BoxGeometry
import Testing

@testable import DetectionDatasets

/// A recipe written for an earlier release gives the batches that it gave then.
///
/// New variations draw from random streams of their own, so that none of them shifts the others.
@Suite struct RecipeStabilityTests {
  /// Everything that could vary before the variations of several pictures came.
  private static let everythingOfOld: BatchLoaderConfiguration = {
    var configuration = BatchLoaderConfiguration(
      batchSize: 3,
      resize: ResizeRule(shortSide: 48, longSideCap: 80, multiple: 32)
    )
    configuration.seed = 17
    configuration.augmentation.verticalFlip = 0.3
    configuration.augmentation.quarterTurn = 0.3
    configuration.augmentation.scaleJitter = 0.5...2
    configuration.augmentation.translation = 0.2
    configuration.augmentation.brightness = 0.2
    configuration.augmentation.contrast = 0.2
    configuration.augmentation.saturation = 0.2
    configuration.augmentation.hue = 0.1
    configuration.anchors.sizes = [16, 32]
    configuration.anchors.strides = [8, 16]
    return configuration
  }()

  private func digests(
    _ configuration: BatchLoaderConfiguration
  ) throws -> (pixels: [String], targets: [String]) {
    let dataset = try DetectionDataset.synthetic(count: 11, seed: 5, configuration: .tiny)
    let loader = BatchLoader(dataset: dataset, configuration: configuration, epoch: 2)
    var (pixels, targets): ([String], [String]) = ([], [])
    while let batch = try loader.next() {
      pixels.append(batch.pixelDigest.description)
      targets.append(batch.targetDigest.description)
    }
    return (pixels, targets)
  }

  @Test func `every variation of old gives the batches of old`() throws {
    let (pixels, targets) = try digests(Self.everythingOfOld)
    #expect(
      pixels == [
        "1d68c9eb32149603", "9042631c8859a14e", "872ee40bf0a39b36",
        "e697fc7546516771",
      ]
    )
    #expect(
      targets == [
        "1f74223ce4a5393a", "ae85aec33c138d22", "a85970a4d0351d5d",
        "4ff723bba28ed0a",
      ]
    )
  }

  @Test func `the preset small gives the batches of old`() throws {
    var configuration = Self.everythingOfOld
    configuration.augmentation = .small
    let (pixels, targets) = try digests(configuration)
    #expect(
      pixels == [
        "234f14b49f733dcb", "d4b6ca95e9b2e635", "d3ef8529b252d82c",
        "28eab9ea478bde56",
      ]
    )
    #expect(
      targets == [
        "ff083898f3ba41c8", "d55b6ccb224b440", "739ec3b89832478d",
        "5a9ed991071e3475",
      ]
    )
  }
}
