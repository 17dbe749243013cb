/// Where bytes go, one after the other.
package protocol ByteSink {
  /// Takes bytes.
  ///
  /// - Parameter bytes: The next ones.
  /// - Throws: Why they cannot be written.
  func write(_ bytes: [UInt8]) throws

  /// Takes the end.
  ///
  /// - Throws: Why what was written cannot stay.
  func finish() throws
}

extension ByteSink {
  /// Takes a text as UTF-8.
  ///
  /// - Parameter text: The next part.
  /// - Throws: Why it cannot be written.
  package func write(_ text: String) throws { try write(Array(text.utf8)) }
}
