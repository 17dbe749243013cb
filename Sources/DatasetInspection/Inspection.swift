package import DetectionDatasets

/// All that is found out about a dataset.
package struct Inspection: Sendable {
  /// The parts, with common classes and without pictures that cannot be read.
  package let splits: [InspectedSplit]
  /// What the anchors were held against.
  package let settings: AnchorSettings
  /// What was left out or changed, and boxes past the border.
  package let problems: [DatasetProblem]
  package let balance: ClassBalance
  package let boxes: BoxStatistics
  /// The first pairs of boxes that may be of one object.
  package let boxedTwice: [BoxedTwice]
  /// How many there are.
  package let boxedTwiceCount: BoxedTwice.Count
  /// `nil` where the pictures were not decoded.
  package let duplicates: DuplicatePictures?
  /// Pictures whose files hold more than the picture; empty where they were not decoded.
  package let notes: [PictureNote]
  /// `nil` without boxes.
  package let coverage: AnchorCoverage?

  /// Looks at everything.
  /// - Parameters:
  ///   - splits: Parts with common classes.
  ///   - thumbnails: One for each picture; `nil` where they were not decoded.
  ///   - settings: What the anchors are held against.
  /// - Throws: Nothing that can be foreseen.
  package init(
    _ splits: [InspectedSplit],
    thumbnails: [PictureThumbnail]?,
    settings: AnchorSettings
  ) throws {
    self.splits = splits
    self.settings = settings
    problems = splits.flatMap(\.dataset.problems) + BorderOverhang.problems(splits)
    balance = ClassBalance(splits)
    boxes = BoxStatistics(splits, settings: settings)
    let twice = BoxedTwice.all(in: splits)
    (boxedTwice, boxedTwiceCount) = (twice.told, twice.count)
    duplicates = thumbnails.map { DuplicatePictures(splits, thumbnails: $0) }
    notes = thumbnails == nil ? [] : try PictureNote.all(in: splits)
    coverage = balance.boxes > 0 ? try AnchorCoverage(splits, settings: settings) : nil
  }

  /// Pictures of all parts.
  package var images: Int { splits.reduce(0) { $0 + $1.dataset.samples.count } }

  /// Pictures that cannot be used.
  package var imagesLeftOut: Int { problems.count { $0.kind.isPictureLeftOut } }

  /// Pictures without a box.
  package var imagesWithoutBoxes: Int {
    splits.reduce(0) { sum, split in sum + split.dataset.samples.count { $0.boxes.isEmpty } }
  }

  /// Regions that are neither object nor background.
  package var crowds: Int {
    splits.reduce(0) { sum, split in
      split.dataset.samples.reduce(sum) { $0 + $1.ignoreRegions.count }
    }
  }
}
