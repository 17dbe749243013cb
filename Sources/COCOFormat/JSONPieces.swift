import CSimdJSON

/// Cuts a large JSON text into pieces that fit a processor's cache: some entries of a list each.
///
/// A file of detections is one list, an annotation file an object of lists. The text is read once, from front to
/// back, and no more of it is held than one piece. Pieces are cut by counting brackets; whether they are JSON the
/// parser says, piece by piece, and only text whose pieces all are is JSON itself. Whatever is unusual (escapes in
/// the names of members, a member twice, a fault of syntax) ends in ``Obstacle``: then the whole text is parsed at once,
/// slower, and that parser's verdict is the one that counts.
struct JSONPieces {
  /// This way is not for that text; nothing is said about what is wrong with it.
  struct Obstacle: Error {}

  /// Where the entries of a piece belong.
  struct Place: Hashable {
    /// The member of the outermost object; `nil` in a list that is outermost itself.
    var member: String?
    /// Whether the member is a list; if not, the piece is the one value of it.
    var isList: Bool
    /// Whether the piece stands where at least one entry has to be.
    var needsEntry: Bool
  }

  private enum Position: Hashable {
    case start
    case list(Place)
    case member
    case afterMember
    case end
  }

  private let source: ByteSource
  /// How many bytes a piece has, where entries end soon enough.
  private let pieceSize: Int
  private var position = Position.start
  /// Bytes that were read and belong to no piece yet.
  private var ahead: [UInt8] = []
  private var isAtEnd = false
  private var members: Set<String> = []
  /// How many bytes were read.
  private(set) var bytesRead = 0

  /// The pieces of a text.
  ///
  /// - Parameters:
  ///   - source: The text.
  ///   - pieceSize: The wanted size of a piece in bytes; at least 1.
  init(of source: ByteSource, pieceSize: Int) {
    self.source = source
    self.pieceSize = pieceSize
  }

  /// Fetches the next piece as a JSON list of its own.
  ///
  /// - Parameter buffer: Takes the text of the piece.
  /// - Returns: Where its entries belong; `nil` at the end of the text.
  /// - Throws: ``Obstacle`` if the text is not of the usual form.
  mutating func next(into buffer: PieceBuffer) throws(Obstacle) -> Place? {
    while true {
      switch position {
      case .start: try open()
      case .member: try openMember()
      case .list(let place):
        try cut(place, into: buffer)
        return place
      case .afterMember: try closeMember()
      case .end:
        guard try firstByte() == nil else { throw Obstacle() }
        return nil
      }
    }
  }

  // MARK: Between the lists

  private mutating func open() throws(Obstacle) {
    while ahead.count < 3, try readAhead() {}
    if ahead.starts(with: [0xEF, 0xBB, 0xBF]) { ahead.removeFirst(3) }
    switch try firstByte() {
    case UInt8(ascii: "["):
      ahead.removeFirst()
      position = .list(Place(member: nil, isList: true, needsEntry: false))
    case UInt8(ascii: "{"):
      ahead.removeFirst()
      if try firstByte() == UInt8(ascii: "}") {
        ahead.removeFirst()
        position = .end
      } else {
        position = .member
      }
    default: throw Obstacle()
    }
  }

  private mutating func openMember() throws(Obstacle) {
    guard try firstByte() == UInt8(ascii: "\"") else { throw Obstacle() }
    var quote = ahead.dropFirst().firstIndex(of: UInt8(ascii: "\""))
    while quote == nil, ahead.count < 1 << 16, try readAhead() {
      quote = ahead.dropFirst().firstIndex(of: UInt8(ascii: "\""))
    }
    guard let quote else { throw Obstacle() }
    let bytes = ahead[1..<quote]
    // Names with escapes, control characters or other than ASCII are left to the parser.
    guard bytes.allSatisfy({ (32..<127).contains($0) && $0 != UInt8(ascii: "\\") }) else {
      throw Obstacle()
    }
    let name = String(decoding: bytes, as: UTF8.self)
    // Each member costs a piece of its own: of many, small ones are read faster all at once.
    guard members.insert(name).inserted, members.count <= 64 else { throw Obstacle() }
    ahead.removeFirst(quote + 1)
    guard try firstByte() == UInt8(ascii: ":") else { throw Obstacle() }
    ahead.removeFirst()
    let isList = try firstByte() == UInt8(ascii: "[")
    if isList { ahead.removeFirst() }
    position = .list(Place(member: name, isList: isList, needsEntry: !isList))
  }

  private mutating func closeMember() throws(Obstacle) {
    switch try firstByte() {
    case UInt8(ascii: ","):
      ahead.removeFirst()
      position = .member
    case UInt8(ascii: "}"):
      ahead.removeFirst()
      position = .end
    default: throw Obstacle()
    }
  }

  /// The next byte that is no space; it stays where it is.
  private mutating func firstByte() throws(Obstacle) -> UInt8? {
    while true {
      if let index = ahead.firstIndex(where: { $0 != 32 && $0 != 10 && $0 != 13 && $0 != 9 }) {
        if index > 0 { ahead.removeFirst(index) }
        return ahead[0]
      }
      ahead.removeAll(keepingCapacity: true)
      guard try readAhead() else { return nil }
    }
  }

  private mutating func readAhead() throws(Obstacle) -> Bool {
    guard !isAtEnd else { return false }
    let size = min(pieceSize, 4096)
    var count: Int?
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { room, used in
      count = source.read(into: UnsafeMutableRawBufferPointer(room))
      used = count ?? 0
    }
    guard let count else { throw Obstacle() }
    bytesRead += count
    isAtEnd = count < size
    ahead += bytes
    return count > 0
  }

  // MARK: In a list

  private mutating func cut(_ place: Place, into buffer: PieceBuffer) throws(Obstacle) {
    buffer.start(with: ahead)
    var goal = max(pieceSize, ahead.count)
    while true {
      if !isAtEnd {
        guard let count = buffer.fill(from: source, upTo: goal) else { throw Obstacle() }
        bytesRead += count
        isAtEnd = buffer.count < goal
      }
      // The last quarter is where the cut should be; an entry longer than that makes the piece longer.
      switch buffer.boundary(from: place.isList ? goal - goal / 4 : 0) {
      case (.comma, let end) where place.isList:
        ahead = buffer.finish(at: end)
        var next = place
        next.needsEntry = true
        position = .list(next)
        return
      case (.end, let end) where place.isList:
        guard buffer.byte(at: end) == UInt8(ascii: "]") else { throw Obstacle() }
        ahead = buffer.finish(at: end)
        position = place.member == nil ? .end : .afterMember
        return
      case (.comma, let end), (.end, let end):
        // The comma or bracket belongs to the outer object.
        let last = buffer.byte(at: end)
        ahead = [last] + buffer.finish(at: end)
        position = .afterMember
        return
      case (.none, _):
        if isAtEnd { throw Obstacle() }
        goal *= 2
      }
    }
  }
}
