package import DetectionDatasets

/// What comes of reading every picture to its end.
package enum PictureScan {
  /// Pictures are decoded at 1/2, 1/4 or 1/8 as long as both sides keep so many pixels.
  private static let enough = (width: 128, height: 128)

  /// Decodes all pictures and takes those that fail out of the dataset.
  ///
  /// - Parameters:
  ///   - dataset: The dataset; afterwards without the samples that cannot be used, which are told
  ///     of in its problems.
  ///   - onBadData: Whether the first failure ends it.
  ///   - workers: Threads that decode, >= 1.
  ///   - progress: Told after every picture.
  /// - Returns: A thumbnail of each sample that is left.
  /// - Throws: ``DetectionDatasets/DatasetError`` of the first picture that fails under `stop`, and
  ///   what `progress` throws.
  package static func scan(
    _ dataset: inout DetectionDataset,
    onBadData: BadDataPolicy,
    workers: Int,
    progress: () throws -> Void = {}
  ) throws -> [PictureThumbnail] {
    var thumbnails: [PictureThumbnail] = []
    thumbnails.reserveCapacity(dataset.samples.count)
    var isUsable = [Bool](repeating: true, count: dataset.samples.count)
    var problems: [DatasetProblem] = []
    try dataset.decodePictures(workers: workers, fitting: enough) {
      PictureThumbnail($0)
    } receive: { index, result in
      switch result {
      case .success(let thumbnail): thumbnails.append(thumbnail)
      case .failure(let error):
        guard onBadData == .skip else { throw error }
        isUsable[index] = false
        problems.append(error.problem)
      }
      try progress()
    }
    if !problems.isEmpty {
      dataset.samples = zip(dataset.samples, isUsable).filter(\.1).map(\.0)
      dataset.problems += problems
    }
    return thumbnails
  }
}
