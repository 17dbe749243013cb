import Foundation
import Testing

@testable import DetectionDatasets

@Suite struct SharedPicturesTests {
  /// YOLO pictures train/1, train/2 and val/3, and a split `test` that is not there.
  private func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for name in ["train/1", "train/2", "val/3"] {
      try folder.writePicture("images/\(name).png")
      try folder.write("0 0.5 0.5 0.25 0.5\n", to: "labels/\(name).txt")
    }
    try folder.write("train: images/train\nval: images/val\nnames: [car]\n", to: "data.yaml")
    return folder
  }

  @Test func `pictures that are trained on and validated are counted`() throws {
    let folder = try folder()
    let whole = try DetectionDataset.load(folder.path)
    let training = try DetectionDataset.load("\(folder.path):train")
    let validation = try DetectionDataset.load("\(folder.path):val")
    #expect(whole.sharedPictures(with: whole) == 3)
    #expect(whole.sharedPictures(with: training) == 2)
    #expect(validation.warning(ofTrainingOn: training) == nil)
    #expect(
      validation.warning(ofTrainingOn: whole)
        == "\(folder.path):val: 1 of the 1 validation pictures are trained on; name the splits, as in "
        + "\(folder.path):train and \(folder.path):val"
    )
    let rendered = try DetectionDataset.load("synth:2:1")
    #expect(rendered.sharedPictures(with: rendered) == 0)
  }

  @Test func `a split that is not there costs no other where bad data is skipped`() throws {
    let folder = try folder()
    let yaml = "train: images/train\nval: images/val\ntest: gone\nnames: [car]\n"
    try folder.write(yaml, to: "data.yaml")
    func parts(_ policy: BadDataPolicy) throws -> [DatasetPart] {
      try DatasetPart.load([("all", folder.path)], images: nil, onBadData: policy)
    }
    let parts = try parts(.skip)
    #expect(parts.map(\.name) == ["train", "val"])
    let problems = parts.flatMap(\.dataset.problems)
    #expect(problems.map(\.place) == ["line 3: test"])
    #expect(throws: DatasetError.self) {
      try DatasetPart.load([("all", folder.path)], images: nil, onBadData: .stop)
    }
  }
}
