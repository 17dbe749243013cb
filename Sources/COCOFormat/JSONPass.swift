package import Foundation

/// The least that a reader of a text has to do: what reading is held against.
package enum JSONPass {
  /// Parses a text in the pieces in which files are read, and looks at nothing in it.
  ///
  /// - Parameters:
  ///   - bytes: UTF-8 JSON text.
  ///   - threads: How many threads take part.
  /// - Returns: Whether all of it is JSON of the usual form.
  package static func parse(_ bytes: Data, threads: Int) -> Bool {
    let work = PieceWork<Int>(
      ByteSource(bytes),
      pieceSize: COCOReadingOptions.evaluation.pieceSize,
      progress: { _ in },
      parse: { _, _, _ in 0 },
      take: { _, _ in true }
    )
    return work.run(threads: threads)
  }
}
