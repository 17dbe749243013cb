import DetectionDatasets

/// How often each class occurs, and how uneven that is.
package struct ClassBalance: Hashable, Sendable, Codable {
  /// A class.
  package struct Class: Hashable, Sendable, Codable {
    /// The number that annotation and results files use.
    package var id: Int
    /// The name.
    package var name: String
    /// Boxes of this class.
    package var boxes: Int
    /// Pictures with at least one of them.
    package var images: Int
    /// Its part of all boxes, 0...1; 0 where there are none.
    package var share: Double
    /// The weight that inverse frequency gives its boxes: all boxes / (classes with boxes · boxes of
    /// this class), 1 for a class of mean frequency; `nil` where it has none.
    package var inverseFrequency: Double?
  }

  /// The classes, in the dataset's order.
  package var classes: [Class]
  /// Boxes of all classes.
  package var boxes: Int

  /// Counts.
  /// - Parameter splits: Parts with common classes.
  package init(_ splits: [InspectedSplit]) {
    let categories = splits.first?.dataset.categories ?? []
    var counts = [(boxes: Int, images: Int)](repeating: (0, 0), count: categories.count)
    for split in splits {
      for (label, count) in split.dataset.categoryCounts.enumerated() {
        counts[label].boxes += count.boxes
        counts[label].images += count.images
      }
    }
    let all = counts.reduce(0) { $0 + $1.boxes }
    boxes = all
    let present = counts.count { $0.boxes > 0 }
    classes = zip(categories, counts).map { category, count in
      Class(
        id: category.id,
        name: category.name,
        boxes: count.boxes,
        images: count.images,
        share: all > 0 ? Double(count.boxes) / Double(all) : 0,
        inverseFrequency: count.boxes > 0
          ? Double(all) / (Double(present) * Double(count.boxes)) : nil
      )
    }
  }

  /// The most frequent class; of equal ones the first.
  package var most: Class? { classes.max { $0.boxes < $1.boxes } }

  /// The rarest class that has boxes; of equal ones the first.
  package var least: Class? { classes.filter { $0.boxes > 0 }.min { $0.boxes < $1.boxes } }

  /// Boxes of the most frequent class for each of the rarest; `nil` without boxes.
  package var ratio: Double? {
    guard let most, let least, least.boxes > 0 else { return nil }
    return Double(most.boxes) / Double(least.boxes)
  }
}
