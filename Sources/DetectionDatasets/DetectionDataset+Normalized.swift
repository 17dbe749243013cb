package import Raster

extension DetectionDataset {
  /// Writes the pixels of a sample as a network takes them: all of the picture, resized, normalised.
  ///
  /// The same as resizing ``image(of:fitting:)`` of all pixels, in less time: a JPEG is resampled
  /// while it is decoded.
  /// - Parameters:
  ///   - sample: A sample of this dataset.
  ///   - size: Width and height that the picture is brought to, at least 1.
  ///   - normalization: Mean and deviation.
  ///   - buffer: Receives row y from element `y * rowPixels * 3` on. Where an error is thrown, part
  ///     of the picture may have been written.
  ///   - rowPixels: Pixels from one row's start to the next.
  /// - Throws: ``DatasetError`` naming the picture, if it cannot be decoded or is not the one that
  ///   was there when the dataset was loaded.
  package func writeNormalized(
    _ sample: DatasetSample,
    size: (width: Int, height: Int),
    normalization: PixelNormalization,
    into buffer: UnsafeMutableBufferPointer<Float>,
    rowPixels: Int
  ) throws(DatasetError) {
    switch sample.source {
    case .synthetic(let scene, let index):
      scene.render(index: index).image.resized(width: size.width, height: size.height)
        .writeNormalized(
          mean: normalization.mean,
          standardDeviation: normalization.standardDeviation,
          into: buffer,
          rowPixels: rowPixels
        )
    case .file(let url):
      let picture = try Self.reading { () throws(RasterError) in
        try EncodedPicture(contentsOf: url)
      }
      guard picture.width == sample.width, picture.height == sample.height else {
        throw Self.otherPicture(picture.width, picture.height, insteadOf: sample, at: url)
      }
      try Self.reading { () throws(RasterError) in
        try picture.writeNormalized(
          width: size.width,
          height: size.height,
          normalization: normalization,
          into: buffer,
          rowPixels: rowPixels
        )
      }
    }
  }
}
