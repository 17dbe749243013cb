import BoxGeometry
package import Raster

/// How often a class occurs.
package struct CategoryCount: Hashable, Sendable, Codable {
  /// The number that annotation and results files use.
  package var id: Int
  /// The name.
  package var name: String
  /// Boxes of this class.
  package var boxes: Int
  /// Pictures with at least one of them.
  package var images: Int
}

extension DetectionDataset {
  /// Boxes to find, all pictures together; crowds are not among them.
  package var boxCount: Int { samples.reduce(0) { $0 + $1.boxes.count } }

  /// How often each class occurs, in the order of the categories.
  package var categoryCounts: [CategoryCount] {
    var counts = categories.map { CategoryCount(id: $0.id, name: $0.name, boxes: 0, images: 0) }
    for sample in samples {
      for box in sample.boxes { counts[box.label].boxes += 1 }
      for label in Set(sample.boxes.map(\.label)) { counts[label].images += 1 }
    }
    return counts
  }

  /// Decodes every picture and lists those that cannot be used.
  /// - Parameters:
  ///   - workers: Threads that decode, >= 1.
  ///   - progress: Told the number of pictures decoded so far.
  /// - Returns: A problem for each picture that fails, in the dataset's order.
  /// - Throws: What `progress` throws.
  package func decodingProblems(
    workers: Int = 2,
    progress: (Int) throws -> Void = { _ in }
  ) throws -> [DatasetProblem] {
    var problems: [DatasetProblem] = []
    try decodePictures(workers: workers) { _ in
    } receive: { index, result in
      if case .failure(let error) = result { problems.append(error.problem) }
      try progress(index + 1)
    }
    return problems
  }

  /// Decodes every picture on threads of its own and hands over, in the dataset's order, what is
  /// made of it.
  ///
  /// All pictures are read to their end; few are in memory at once.
  /// - Parameters:
  ///   - workers: Threads that decode, >= 1.
  ///   - target: The size that is enough: a JPEG at least twice as large is decoded at 1/2, 1/4
  ///     or 1/8; `nil` decodes all pixels.
  ///   - make: Makes something of a picture, on any thread.
  ///   - receive: Takes the sample's place and what was made, or why the picture cannot be used.
  /// - Throws: What `receive` throws; nothing more is decoded then.
  package func decodePictures<Output: Sendable>(
    workers: Int = 2,
    fitting target: (width: Int, height: Int)? = nil,
    _ make: @escaping @Sendable (RasterImage) -> Output,
    receive: (Int, Result<Output, DatasetError>) throws -> Void
  ) throws {
    let workers = max(workers, 1)
    let decoder = OrderedPrefetcher<Result<Output, DatasetError>>(
      range: 0..<samples.count,
      workers: workers,
      depth: 4 * workers,
      name: "focal decoder"
    ) { index in
      Result { () throws(DatasetError) in make(try image(of: samples[index], fitting: target)) }
    }
    var index = 0
    while let result = try decoder.next() {
      try receive(index, result)
      index += 1
    }
  }
}
