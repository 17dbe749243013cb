import CommandConsole
import DatasetInspection
import DetectionDatasets
import Foundation

/// What anchors are fitted to, and what they are tried on.
struct AnchorsData {
  let fitted: [InspectedSplit]
  /// Each on its own; empty where there is nothing else.
  let tried: [InspectedSplit]

  /// Loads what the options name; headers of the pictures are read, pixels are not.
  ///
  /// - Throws: What is wrong with the data, or that it holds no object.
  init(_ options: AnchorsOptions) throws {
    var inspect = InspectOptions()
    inspect.images = options.images
    inspect.onBadData = options.onBadData
    inspect.noDecode = true
    inspect.data = [options.data]
    var parts = try InspectionInput.splits(inspect)
    if let val = options.val {
      inspect.data = [val]
      let own = [InspectedSplit(name: "fitted", dataset: Self.whole(parts))]
      var others = try InspectionInput.splits(inspect)
      others = [InspectedSplit(name: "val", dataset: Self.whole(others))]
      parts = (own + others).withCommonClasses
      (fitted, tried) = (Array(parts.prefix(1)), Array(parts.dropFirst()))
    } else if let train = parts.first(where: { $0.name == "train" }) {
      fitted = [train]
      tried = parts.filter { $0.name == "val" || $0.name == "test" }
    } else {
      (fitted, tried) = (parts, [])
    }
    guard fitted.contains(where: { $0.dataset.boxCount > 0 }) else {
      throw CommandFailure.failed("\(options.data): holds no box to fit anchors to")
    }
  }

  /// Parts of one dataset as one again.
  private static func whole(_ parts: [InspectedSplit]) -> DetectionDataset {
    var whole = parts[0].dataset
    whole.samples = parts.flatMap(\.dataset.samples)
    return whole
  }
}
