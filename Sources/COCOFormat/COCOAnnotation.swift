/// One picture of a COCO dataset.
public struct COCOImage: Hashable, Sendable {
  /// Any 64-bit number, unique among the images; zero and negative ones are legal.
  public var id: Int
  /// The picture's name, relative to the image folder.
  public var fileName: String
  /// Pixels across; 0 if the file does not say.
  public var width: Int
  /// Pixels down; 0 if the file does not say.
  public var height: Int

  /// A picture.
  ///
  /// - Parameters:
  ///   - id: The image's id.
  ///   - fileName: The name relative to the image folder.
  ///   - width: Pixels across; 0 if unknown.
  ///   - height: Pixels down; 0 if unknown.
  public init(id: Int, fileName: String, width: Int, height: Int) {
    self.id = id
    self.fileName = fileName
    self.width = width
    self.height = height
  }

  /// Whether the file says how large the picture is.
  public var hasSize: Bool { width > 0 && height > 0 }
}

/// One kind of object of a COCO dataset.
public struct COCOCategory: Hashable, Sendable {
  /// Any 64-bit number, unique among the categories; ids may have gaps.
  public var id: Int
  /// The name shown to people.
  public var name: String

  /// A category.
  ///
  /// - Parameters:
  ///   - id: The category's id.
  ///   - name: The name shown to people.
  public init(id: Int, name: String) {
    self.id = id
    self.name = name
  }
}

/// One object, or one crowd of objects, in one picture.
public struct COCOAnnotation: Hashable, Sendable {
  /// Any 64-bit number, unique among the annotations.
  public var id: Int
  /// The id of the picture.
  public var imageID: Int
  /// The id of the category.
  public var categoryID: Int
  /// The box as annotated, not clipped to the picture.
  public var box: COCOBox
  /// The object's area in square pixels: of its mask where it has one, else width times height.
  public var area: Double
  /// Whether this is a region of many objects, which counts neither for nor against a detector.
  public var isCrowd: Bool

  /// An annotation.
  ///
  /// - Parameters:
  ///   - id: The annotation's id.
  ///   - imageID: The id of the picture.
  ///   - categoryID: The id of the category.
  ///   - box: The box in pixels.
  ///   - area: The area in square pixels; `nil` takes width times height.
  ///   - isCrowd: Whether this is a region of many objects.
  public init(
    id: Int,
    imageID: Int,
    categoryID: Int,
    box: COCOBox,
    area: Double? = nil,
    isCrowd: Bool = false
  ) {
    self.id = id
    self.imageID = imageID
    self.categoryID = categoryID
    self.box = box
    self.area = area ?? box.area
    self.isCrowd = isCrowd
  }
}
