/// One category's results.
package struct ClassSummary: Hashable, Sendable {
  /// AP of one run in one category, 0...1; -1 where the category has no objects.
  package struct Score: Hashable, Sendable {
    package var ap, ap50: Double

    package init(ap: Double, ap50: Double) {
      self.ap = ap
      self.ap50 = ap50
    }
  }

  package var name: String
  /// Index of the category, 0..<K, which chooses its colour.
  package var index: Int
  /// Annotated objects in the held-out pictures.
  package var objects: Int
  /// One score a run, in the order of the report's runs.
  package var scores: [Score]

  package init(name: String, index: Int, objects: Int, scores: [Score]) {
    self.name = name
    self.index = index
    self.objects = objects
    self.scores = scores
  }
}
