/// Where the annotations of one picture stand in their file, kept in one piece of memory.
package struct AnnotationPlaces: Hashable, Sendable {
  private var text = ""
  private(set) var count = 0

  /// No places.
  package init() {}

  /// Adds the place of the next annotation.
  /// - Parameter place: For instance `annotation id 12` or `line 3`; one line.
  mutating func append(_ place: String) {
    if count > 0 { text += "\n" }
    text += place
    count += 1
  }

  /// All places, in the order of the annotations.
  package var all: [String] {
    count == 0
      ? []
      : text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
