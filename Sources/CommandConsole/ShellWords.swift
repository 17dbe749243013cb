/// A command line as it would have to be typed.
package enum ShellWords {
  /// The words, those that a shell would take apart in quotation marks.
  ///
  /// - Parameter arguments: The program, of which the name alone is given, and what follows it.
  /// - Returns: One line.
  package static func line(_ arguments: [String]) -> String {
    var words = arguments
    if let program = words.first {
      words[0] = program.split(separator: "/").last.map(String.init) ?? program
    }
    return words.map(quoted).joined(separator: " ")
  }

  /// One word, in quotation marks where a shell would take it apart.
  ///
  /// - Parameter word: The word.
  /// - Returns: What has to be typed.
  package static func quoted(_ word: String) -> String {
    let plain = word.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0)
        || "-_=./,:+@%".unicodeScalars.contains($0)
    }
    return plain && !word.isEmpty
      ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }
}
