/// Annotations as columns: 65 bytes each and nothing besides.
///
/// A collection of ``COCOAnnotation``, in the order of the file.
public struct COCOAnnotationTable: Hashable, Sendable {
  /// The annotations' own ids.
  package private(set) var ids: [Int] = []
  /// The id of each annotation's image.
  package private(set) var imageIDs: [Int] = []
  /// The id of each annotation's category.
  package private(set) var categoryIDs: [Int] = []
  /// The boxes.
  package private(set) var boxes: [COCOBox] = []
  /// The areas in square pixels.
  package private(set) var areas: [Double] = []
  /// Which annotations are regions of many objects.
  package private(set) var crowds: [Bool] = []

  /// No annotations.
  public init() {}

  /// Annotations from values.
  ///
  /// - Parameter annotations: In the order that decides between equal overlaps.
  public init(_ annotations: some Sequence<COCOAnnotation>) {
    reserveCapacity(annotations.underestimatedCount)
    for annotation in annotations { append(annotation) }
  }

  /// Makes room.
  ///
  /// - Parameter capacity: For how many annotations.
  public mutating func reserveCapacity(_ capacity: Int) {
    ids.reserveCapacity(capacity)
    imageIDs.reserveCapacity(capacity)
    categoryIDs.reserveCapacity(capacity)
    boxes.reserveCapacity(capacity)
    areas.reserveCapacity(capacity)
    crowds.reserveCapacity(capacity)
  }

  /// Adds one annotation.
  ///
  /// - Parameter annotation: The annotation.
  public mutating func append(_ annotation: COCOAnnotation) {
    ids.append(annotation.id)
    imageIDs.append(annotation.imageID)
    categoryIDs.append(annotation.categoryID)
    boxes.append(annotation.box)
    areas.append(annotation.area)
    crowds.append(annotation.isCrowd)
  }
}

extension COCOAnnotationTable: RandomAccessCollection {
  /// Always 0.
  public var startIndex: Int { 0 }

  /// How many annotations there are.
  public var endIndex: Int { ids.count }

  /// One annotation.
  ///
  /// - Parameter position: Counted from 0.
  public subscript(position: Int) -> COCOAnnotation {
    COCOAnnotation(
      id: ids[position],
      imageID: imageIDs[position],
      categoryID: categoryIDs[position],
      box: boxes[position],
      area: areas[position],
      isCrowd: crowds[position]
    )
  }
}

extension COCOAnnotationTable: ExpressibleByArrayLiteral {
  /// Annotations from values.
  ///
  /// - Parameter elements: In the order that decides between equal overlaps.
  public init(arrayLiteral elements: COCOAnnotation...) { self.init(elements) }
}
