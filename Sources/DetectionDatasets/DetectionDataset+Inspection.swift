import BoxGeometry
import Raster

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
    let decoder = OrderedPrefetcher<DatasetProblem?>(
      range: 0..<samples.count,
      workers: max(workers, 1),
      depth: 4 * max(workers, 1),
      name: "focal decoder"
    ) { index in
      do throws(DatasetError) {
        _ = try image(of: samples[index])
        return nil
      } catch {
        return error.problem
      }
    }
    var problems: [DatasetProblem] = []
    var count = 0
    while let problem = try decoder.next() {
      count += 1
      if let problem { problems.append(problem) }
      try progress(count)
    }
    return problems
  }
}
