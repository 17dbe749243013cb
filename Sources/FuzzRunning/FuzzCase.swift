/// A damaged input, made from a seed, that can be put through a program.
package protocol FuzzCase {
  /// How far an input may come, in words: "decoded", "refused".
  static var outcomes: [String] { get }

  /// The input of a seed; equal seeds give equal ones.
  init(seed: UInt64)

  /// Puts the input through.
  ///
  /// - Returns: The index of what came of it in ``outcomes``.
  /// - Throws: An error that tells of a broken promise.
  func outcome() throws -> Int

  /// The input as files: the end of each name, and its bytes.
  var files: [(name: String, bytes: [UInt8])] { get }
}
