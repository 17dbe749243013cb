import BoxGeometry

/// The objects of a dataset whose classes are rare: what copy-paste takes from other pictures.
///
/// A class is rare when it has fewer boxes than the mean of the classes that have any. A class is
/// drawn with a chance in inverse proportion to its number of boxes, then one of its boxes evenly.
struct RareObjects: Sendable {
  /// One object.
  struct Object: Hashable, Sendable {
    /// The picture's index in the dataset.
    var sample: Int
    /// The box's index in the picture.
    var box: Int
  }

  /// The objects of each rare class.
  private let objects: [[Object]]
  /// The chances of the classes, added up.
  private let chances: [Double]

  /// Looks through a dataset.
  init(_ samples: [DatasetSample]) {
    var byClass: [Int: [Object]] = [:]
    for (index, sample) in samples.enumerated() {
      for (number, labeled) in sample.boxes.enumerated() {
        byClass[labeled.label, default: []].append(Object(sample: index, box: number))
      }
    }
    let all = byClass.values.reduce(0) { $0 + $1.count }
    // count < all / classes, in whole numbers.
    let rare = byClass.filter { $0.value.count * byClass.count < all }.sorted { $0.key < $1.key }
    objects = rare.map(\.value)
    var sum = 0.0
    chances = objects.map { list in
      sum += 1 / Double(list.count)
      return sum
    }
  }

  /// Whether there is none: the classes are all alike in number.
  var isEmpty: Bool { objects.isEmpty }

  /// Draws an object; `nil` if there is none.
  func draw(using generator: inout SplitMix64) -> Object? {
    let (first, second) = (generator.uniform(), generator.next())
    guard let sum = chances.last else { return nil }
    let group = chances.firstIndex { first * sum < $0 } ?? chances.count - 1
    return objects[group][Int(second % UInt64(objects[group].count))]
  }
}
