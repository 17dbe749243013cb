import CommandConsole
import DetectionDatasets
import Foundation

/// The demo's pictures: three sets of one kind of scene, none in two of them.
struct DemoData {
  let training: DetectionDataset
  let validation: DetectionDataset
  /// Seen by neither training nor the choice of the best weights.
  let heldOut: DetectionDataset

  /// How many pictures each set holds.
  struct Counts {
    static let standardTraining = 1200
    /// Eight pictures without a single object are one set in twenty million.
    static let fewest = 8

    let training: Int
    let validation: Int
    let heldOut: Int

    /// 60 and 100 beside 1200 pictures to train on, and in proportion beside others.
    init(training: Int) {
      self.training = training
      validation = max(Self.fewest, training / 20)
      heldOut = max(Self.fewest, training / 12)
    }
  }

  /// Renders the pictures to a folder each, and reads them back as any dataset is read.
  static func render(
    _ counts: Counts,
    to folder: URL,
    seed: UInt64,
    isQuiet: Bool
  ) throws -> DemoData {
    let total = counts.training + counts.validation + counts.heldOut
    var progress = ProgressLine("rendering", total: total, unit: "pictures", isQuiet: isQuiet)
    var before = 0
    func set(_ name: String, _ count: Int, _ place: UInt64) throws -> DetectionDataset {
      // Seeds apart by more than anyone counts by hand: the sets of neighbouring demos share no picture.
      let rendered = try DetectionDataset.load("synth:\(count):\(seed &* 1000 &+ place)")
      let target = folder.appendingPathComponent(name)
      try rendered.write(to: target) {
        try Interruption.check()
        progress.update(before + $0)
      }
      before += count
      return try DetectionDataset.load(target.appendingPathComponent("annotations.json").path)
    }
    let data = DemoData(
      training: try set("train", counts.training, 1),
      validation: try set("validation", counts.validation, 2),
      heldOut: try set("held-out", counts.heldOut, 3)
    )
    progress.clear()
    return data
  }
}
