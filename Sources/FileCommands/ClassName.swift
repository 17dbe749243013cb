/// What a page calls a class.
enum ClassName {
  /// The class's name; its id where the name is empty.
  static func text(_ name: String, id: Int) -> String {
    name.allSatisfy(\.isWhitespace) ? "class \(id)" : name
  }
}
