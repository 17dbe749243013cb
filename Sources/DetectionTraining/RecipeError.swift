/// What is wrong with a recipe.
package struct RecipeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file or the option.
  package let place: String
  /// What was found, what was expected; of several faults, how many they are.
  package let message: String
  /// Several faults, one line each; empty where the message says it all.
  package let faults: [String]

  package init(place: String, message: String, faults: [String] = []) {
    self.place = place
    self.message = message
    self.faults = faults
  }

  /// The first line of what to tell people, before the faults.
  package var head: String { "\(place): \(message)" }

  /// One line.
  package var description: String {
    faults.isEmpty ? head : "\(head): \(faults.joined(separator: "; "))"
  }
}
