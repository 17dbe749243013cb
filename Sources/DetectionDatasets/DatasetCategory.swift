/// A kind of object that a dataset tells apart.
///
/// Its place in ``DetectionDataset/categories`` is the label of its boxes and of the network's
/// output; the id is what files call it.
package struct DatasetCategory: Hashable, Sendable, Codable {
  /// The number that annotation and results files use.
  package var id: Int
  /// The name, as written in the dataset; classes of two datasets are matched by it.
  package var name: String

  /// Creates a category.
  /// - Parameters:
  ///   - id: The number that annotation and results files use.
  ///   - name: The name, matched letter for letter.
  package init(id: Int, name: String) {
    self.id = id
    self.name = name
  }
}
