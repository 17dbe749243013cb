import BoxGeometry
import COCOFormat
package import DetectionDatasets

/// Boxes that reach past the border of their picture by less than a pixel.
///
/// Loading clips them without a word, as it may be rounding; those that reach further are listed
/// there.
package enum BorderOverhang {
  /// Rounding to six digits of a picture of 8,000 pixels.
  private static let rounding = 0.01
  /// From here on the loader speaks.
  private static let listed = 1.0

  /// The boxes of all parts.
  /// - Parameter splits: The parts.
  /// - Returns: A problem for each that no part lists already, in their order.
  package static func problems(_ splits: [InspectedSplit]) -> [DatasetProblem] {
    // Some loaders list them all.
    let known = Set(
      splits.flatMap(\.dataset.problems).filter { $0.kind == .boxClipped }
        .map { $0.file + $0.place }
    )
    return splits.flatMap(\.dataset.samples).flatMap { sample in
      let places = BoxPlaces(sample)
      return sample.boxes.indices.compactMap { index in
        // Few boxes reach so far, and the names of all are long.
        let found = places.annotation(index).flatMap { problem($0.box, sample, places, index) }
        return found.flatMap { known.contains($0.file + $0.place) ? nil : $0 }
      }
    }
  }

  private static func problem(
    _ box: COCOBox,
    _ sample: DatasetSample,
    _ places: BoxPlaces,
    _ index: Int
  ) -> DatasetProblem? {
    let overhangs = [
      ("left", -box.x), ("upper", -box.y),
      ("right", box.x + box.width - Double(sample.width)),
      ("lower", box.y + box.height - Double(sample.height)),
    ]
    guard let worst = overhangs.max(by: { $0.1 < $1.1 }), worst.1 > rounding, worst.1 <= listed
    else { return nil }
    let pixels = (worst.1 * 100).rounded() / 100
    return DatasetProblem(
      file: places.file,
      place: places[index],
      kind: .boxClipped,
      message: "the box reaches \(pixels) pixels past the \(worst.0) border of "
        + "\(sample.name) (\(sample.width)x\(sample.height)); clipped"
    )
  }
}
