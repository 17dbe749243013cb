import Foundation

extension DetectionDataset {
  /// How many pictures of this dataset are pictures of another, too.
  ///
  /// - Parameter other: The other dataset.
  /// - Returns: The pictures whose files, with links resolved, the other holds as well; rendered ones are
  ///   never counted.
  package func sharedPictures(with other: DetectionDataset) -> Int {
    let known = Set(other.samples.compactMap(\.file))
    return samples.count { $0.file.map(known.contains) ?? false }
  }

  /// What to say where pictures of this dataset, that of the validation, are trained on.
  ///
  /// - Parameter training: What is trained on.
  /// - Returns: One line; `nil` where the two have no picture in common.
  package func warning(ofTrainingOn training: DetectionDataset) -> String? {
    let shared = sharedPictures(with: training)
    guard shared > 0 else { return nil }
    let divided = [training.location, location].first { place in
      Set(((try? DatasetSplits.of(place)) ?? []).map(\.name)).isSuperset(of: ["train", "val"])
    }
    let remedy =
      divided.map { "name the splits, as in \($0):train and \($0):val" }
      ?? "name datasets without a common picture"
    return "\(location): \(shared) of the \(samples.count) validation pictures are trained on; "
      + remedy
  }
}

extension DatasetSample {
  /// The picture's file, with links resolved.
  fileprivate var file: String? {
    guard case .file(let url) = source else { return nil }
    return url.path
  }
}
