import CSimdJSON

/// The text of one piece, in brackets and with the room behind it that the parser asks for.
///
/// Each thread has one of its own and uses it over and over.
final class PieceBuffer {
  /// What ends a run of entries.
  enum Boundary { case none, comma, end }

  private var bytes: UnsafeMutableRawBufferPointer
  /// How many bytes of the source there are, behind the opening bracket.
  private(set) var count = 0
  private var document: OpaquePointer?
  private var documentCapacity = 0

  // A list in an object in a file: one level less than the parser of whole files allows.
  private static let maximumDepth = 127

  /// A buffer for pieces of a size; it grows where they are longer.
  init(capacity: Int) {
    bytes = .allocate(byteCount: capacity + 2 + sj_padding(), alignment: 64)
  }

  deinit {
    bytes.deallocate()
    sj_document_free(document)
  }

  /// Begins a piece with bytes that were read before.
  func start(with ahead: [UInt8]) {
    reserve(ahead.count)
    bytes[0] = UInt8(ascii: "[")
    count = ahead.count
    ahead.withUnsafeBytes { ahead in
      UnsafeMutableRawBufferPointer(rebasing: bytes[1..<1 + count]).copyMemory(from: ahead)
    }
  }

  /// Reads on until the piece has so many bytes or the source ends.
  ///
  /// - Parameters:
  ///   - source: What is read.
  ///   - goal: The wanted count.
  /// - Returns: How many bytes were read; `nil` if the source cannot be read.
  func fill(from source: ByteSource, upTo goal: Int) -> Int? {
    reserve(goal)
    guard goal > count else { return 0 }
    let room = UnsafeMutableRawBufferPointer(rebasing: bytes[1 + count..<1 + goal])
    guard let read = source.read(into: room) else { return nil }
    count += read
    return read
  }

  /// The first end of an entry from a position on.
  func boundary(from start: Int) -> (Boundary, Int) {
    var position = 0
    let boundary = sj_find_boundary(text + 1, count, max(0, min(start, count)), &position)
    switch boundary {
    case SJ_COMMA: return (.comma, position)
    case SJ_END: return (.end, position)
    default: return (.none, 0)
    }
  }

  /// A byte of the piece.
  func byte(at position: Int) -> UInt8 { bytes[1 + position] }

  /// Ends the piece before a byte, which gives way to the closing bracket.
  ///
  /// - Parameter end: The position of that byte.
  /// - Returns: What follows it.
  func finish(at end: Int) -> [UInt8] {
    let rest = Array(bytes[2 + end..<1 + count])
    bytes[1 + end] = UInt8(ascii: "]")
    count = end
    return rest
  }

  /// Parses the piece.
  ///
  /// - Returns: The list; valid until the next piece is parsed. `nil` if the text is not JSON.
  func parse() -> sj_element? {
    let size = count + 2
    if document == nil || documentCapacity < size {
      sj_document_free(document)
      documentCapacity = max(size, bytes.count)
      document = sj_document_create(documentCapacity, Self.maximumDepth)
    }
    guard let document else { return nil }
    var root = sj_element()
    guard sj_document_reparse(document, text, size, &root) == SJ_OK else { return nil }
    return root
  }

  private var text: UnsafePointer<CChar> {
    // Never empty: there is room for the brackets.
    UnsafePointer(bytes.assumingMemoryBound(to: CChar.self).baseAddress.unsafelyUnwrapped)
  }

  private func reserve(_ capacity: Int) {
    let needed = capacity + 2 + sj_padding()
    guard needed > bytes.count else { return }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: needed + needed / 4,
      alignment: 64
    )
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[0..<1 + count]))
    bytes.deallocate()
    bytes = larger
  }
}
