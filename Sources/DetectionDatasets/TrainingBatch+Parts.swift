extension TrainingBatch {
  /// The batch cut into parts, each after the other, as even as can be.
  ///
  /// - Parameters:
  ///   - count: How many parts, >= 1; a batch of fewer pictures has a part for each.
  ///   - most: The most pictures that a worker has of this step; all have as many parts as that one, some of them empty.
  ///     `nil` where there are no others.
  /// - Returns: Ranges of pictures.
  package func parts(_ count: Int, ofAtMost most: Int? = nil) -> [Range<Int>] {
    precondition(count >= 1, "a batch has at least one part")
    let parts = min(count, most ?? self.count)
    return (0..<parts).map { $0 * self.count / parts..<($0 + 1) * self.count / parts }
  }

  /// Makes a picture's pixels no numbers, to rehearse what training does about such a picture.
  ///
  /// - Parameter imageID: The picture's number; a batch without it stays as it is.
  package mutating func breakPixels(of imageID: Int) {
    let size = width * height * 3
    for (place, id) in imageIDs.enumerated() where id == imageID {
      for index in place * size..<(place + 1) * size { pixels[index] = .nan }
    }
  }
}
