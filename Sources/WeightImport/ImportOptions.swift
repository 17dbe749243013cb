package import DetectionModels

/// What is told of torchvision's weights because their shapes do not tell it.
package struct ImportOptions: Sendable {
  /// The category names, in the order of the logits; COCO's where there are 91 logits, else numbered.
  package var categories: [Category]?
  /// Whose values everything has that shapes do not tell; by the heads' norms torchvision's first or second.
  package var dialect: RetinaNetDialect?
  /// Frozen where the file has no counters of batches, which a batch norm of PyTorch keeps.
  package var norm: BackboneNorm?
  /// 0 for the published COCO weights, whose norms were trained with none, else 1e-5.
  package var normEpsilon: Double?
  /// Short side and cap of the long side; the dialect's, 800 and 1333.
  package var inputSize: (shortSide: Int, longSideCap: Int)?
  /// What the heads are cut to.
  package var classes: [Category]?
  /// Whether these are other classes than the file's of equal names, as where only their number is told.
  package var classesAreNew = false
  /// Where fresh rows of the heads come from.
  package var seed: UInt64 = 0

  /// Tells nothing.
  package init() {}

  /// A category by name, with the id that results files use where it is known.
  package struct Category: Hashable, Sendable {
    package let name: String
    package let id: Int?

    package init(name: String, id: Int? = nil) {
      self.name = name
      self.id = id
    }
  }
}

extension [ImportOptions.Category] {
  /// Their ids: those given, or 1, 2, 3 … where one is not.
  var ids: [Int] {
    let given = compactMap(\.id)
    return given.count == count ? given : Array<Int>(1..<(count + 1))
  }
}
