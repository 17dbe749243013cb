/// What can be wrong with a box whose four numbers are finite.
enum COCOBoxFault {
  // Annotation tools round; COCO's own boxes reach a fraction of a pixel beyond their images.
  private static let slack = 1.0

  /// The first fault of a box.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - image: Its image; without a size nothing is outside of it.
  /// - Returns: The kind and a description, or `nil`.
  static func fault(
    of box: COCOBox,
    in image: COCOImage?
  ) -> (kind: COCOProblem.Kind, description: String)? {
    var numbers: String { "[\(box.x), \(box.y), \(box.width), \(box.height)]" }
    guard box.width > 0, box.height > 0 else {
      return (.emptyBox, "expected a positive width and height, found \(numbers)")
    }
    guard let image, image.hasSize else { return nil }
    let (width, height) = (Double(image.width), Double(image.height))
    var size: String { "the image of \(image.width) x \(image.height)" }
    let inside = box.clipped(imageWidth: width, imageHeight: height)
    guard inside.width > 0, inside.height > 0 else {
      return (.outsideImage, "expected a box inside \(size), found \(numbers) wholly outside")
    }
    guard
      box.x < -slack || box.y < -slack || box.x + box.width > width + slack
        || box.y + box.height > height + slack
    else { return nil }
    return (.reachesOutside, "expected a box inside \(size), found \(numbers) partly outside")
  }

  /// The problem of an annotation's box.
  ///
  /// - Parameters:
  ///   - box: The box.
  ///   - image: Its image.
  ///   - index: The annotation's place in the file.
  ///   - options: Whether a faulty box stays.
  /// - Returns: `nil` if there is none.
  static func problem(
    _ box: COCOBox,
    in image: COCOImage,
    _ index: Int,
    _ options: COCOReadingOptions
  ) -> COCOProblem? {
    guard let (kind, description) = fault(of: box, in: image) else { return nil }
    let isLeftOut = kind != .reachesOutside && options.faultyBoxes == .leftOut
    return COCOProblem(
      path: "annotations[\(index)].bbox",
      kind: kind,
      message: "\(description); \(isLeftOut ? "left out" : "kept as it is")",
      isLeftOut: isLeftOut
    )
  }
}
