package import BoxGeometry

/// Damages a JSON text, knowing what JSON is made of.
package struct JSONMutator {
  private var generator: SplitMix64

  /// A mutator whose choices follow from a generator.
  ///
  /// - Parameter generator: Decides on every damage.
  package init(generator: SplitMix64) { self.generator = generator }

  /// Damages a text one to four times.
  ///
  /// - Parameter text: The text; any bytes.
  /// - Returns: Another text, now and then the same.
  package mutating func mutated(_ text: [UInt8]) -> [UInt8] {
    var tokens = JSONTokens(text)
    for _ in 0...below(4) where !tokens.tokens.isEmpty { damage(&tokens) }
    var bytes = tokens.bytes
    // A third of all texts suffer as bytes, too.
    if below(3) == 0 { damage(&bytes) }
    return bytes
  }

  /// Changes one or two numbers of a text to others that JSON allows, so that it may well be accepted.
  ///
  /// - Parameter text: The text; any bytes.
  /// - Returns: Another text, now and then the same.
  package mutating func mutatedGently(_ text: [UInt8]) -> [UInt8] {
    var tokens = JSONTokens(text)
    for _ in 0...below(2) {
      switch below(4) {
      case 0: swapTwo(.number, in: &tokens)
      case 1: insert(pick(HostileValues.legalSpaces), into: &tokens)
      default:
        replace(.number, in: &tokens) { [UInt8]($0.pick(HostileValues.legalNumbers).utf8) }
      }
    }
    return tokens.bytes
  }

  // MARK: Tokens

  private mutating func damage(_ text: inout JSONTokens) {
    switch below(16) {
    case 0, 1, 2: replace(.number, in: &text) { [UInt8]($0.pick(HostileValues.numbers).utf8) }
    case 3: replace(.string, in: &text) { $0.pick(HostileValues.strings) }
    case 4: replace(.key, in: &text) { Array("\"\($0.pick(HostileValues.keys))\"".utf8) }
    case 5: swapTwo(.number, in: &text)
    case 6: swapTwo(nil, in: &text)
    case 7: removeValue(from: &text, withKey: true)
    case 8: removeValue(from: &text, withKey: false)
    case 9: repeatEntry(in: &text)
    case 10: nest(in: &text)
    case 11: insert(pick(HostileValues.spaces), into: &text)
    case 12: copyValue(in: &text)
    case 13: text.tokens.remove(at: below(text.tokens.count))
    case 14: text.tokens.insert(text.tokens[below(text.tokens.count)], at: place(in: text))
    default: pad(&text)
    }
  }

  private mutating func replace(
    _ kind: JSONTokens.Kind,
    in text: inout JSONTokens,
    by make: (inout JSONMutator) -> [UInt8]
  ) {
    guard let index = choice(of: kind, in: text) else { return }
    text.tokens[index].bytes = make(&self)
  }

  private mutating func swapTwo(_ kind: JSONTokens.Kind?, in text: inout JSONTokens) {
    guard let first = choice(of: kind, in: text), let second = choice(of: kind, in: text) else {
      return
    }
    text.tokens.swapAt(first, second)
  }

  /// Takes a member or an entry away, mostly with the comma behind it.
  private mutating func removeValue(from text: inout JSONTokens, withKey: Bool) {
    guard let start = choice(of: withKey ? .key : nil, in: text) else { return }
    var end = text.value(at: start).upperBound
    if withKey,
      let value = text.tokens[end...].firstIndex(where: { $0.kind != .space && $0.kind != .mark })
    {
      end = text.value(at: value).upperBound
    }
    if end < text.tokens.count, text.tokens[end].kind == .mark, below(8) > 0 { end += 1 }
    text.tokens.removeSubrange(start..<end)
  }

  /// Writes an object, a list or a member twice.
  private mutating func repeatEntry(in text: inout JSONTokens) {
    guard let start = choice(of: below(2) == 0 ? .opening : .key, in: text) else { return }
    var end = text.value(at: start).upperBound
    if text.tokens[start].kind == .key {
      guard
        let value = text.tokens[end...].firstIndex(where: { $0.kind != .space && $0.kind != .mark })
      else { return }
      end = text.value(at: value).upperBound
    }
    let entry = Array(text.tokens[start..<end])
    // A text of damaged texts must not grow without bound.
    guard entry.count < 4000 else { return }
    let comma = JSONTokens.Token(kind: .mark, bytes: [UInt8(ascii: ",")])
    for _ in 0...below(3) { text.tokens.insert(contentsOf: entry + [comma], at: start) }
  }

  /// Puts brackets around a value: a few, or more than any parser should follow.
  private mutating func nest(in text: inout JSONTokens) {
    guard let start = choice(of: below(2) == 0 ? .number : .opening, in: text) else { return }
    let range = text.value(at: start)
    let depth = pick([1, 2, 30, 70, 200, 1100, 5000])
    let isList = below(4) > 0
    let (open, close) = isList ? ("[", "]") : ("{\"a\":", "}")
    let closing = below(8) == 0 ? below(depth) : depth
    func brackets(_ text: String, _ count: Int) -> JSONTokens.Token {
      JSONTokens.Token(kind: .mark, bytes: Array(String(repeating: text, count: count).utf8))
    }
    text.tokens.insert(brackets(close, closing), at: range.upperBound)
    text.tokens.insert(brackets(open, depth), at: range.lowerBound)
  }

  private mutating func insert(_ bytes: [UInt8], into text: inout JSONTokens) {
    text.tokens.insert(JSONTokens.Token(kind: .space, bytes: bytes), at: place(in: text))
  }

  /// Puts one value in the place of another.
  private mutating func copyValue(in text: inout JSONTokens) {
    let values = [JSONTokens.Kind.number, .string, .word, .opening]
    guard let source = choice(of: pick(values), in: text),
      let target = choice(of: pick(values), in: text)
    else { return }
    let value = Array(text.tokens[text.value(at: source)])
    guard value.count < 4000 else { return }
    text.tokens.replaceSubrange(text.value(at: target), with: value)
  }

  /// Moves everything behind a place, so that the edges of a reader's chunks fall elsewhere.
  private mutating func pad(_ text: inout JSONTokens) {
    insert([UInt8](repeating: pick([32, 10, 9]), count: 1 + below(300)), into: &text)
  }

  // MARK: Bytes

  private mutating func damage(_ bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    let index = below(bytes.count)
    switch below(7) {
    case 0: bytes[index] ^= 1 << UInt8(below(8))
    case 1: bytes[index] = UInt8(truncatingIfNeeded: generator.next())
    case 2: bytes.removeSubrange(index...)
    case 3: bytes.removeSubrange(index..<min(bytes.count, index + 1 + below(40)))
    case 4: bytes.insert(UInt8(truncatingIfNeeded: generator.next()), at: index)
    case 5: bytes.insert(contentsOf: [0xEF, 0xBB, 0xBF], at: 0)
    default: bytes.replaceSubrange(..<index, with: [])
    }
  }

  // MARK: Choices

  private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }

  private mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }

  private mutating func place(in text: JSONTokens) -> Int { below(text.tokens.count + 1) }

  /// Some piece of a kind, or of any but space.
  private mutating func choice(of kind: JSONTokens.Kind?, in text: JSONTokens) -> Int? {
    guard !text.tokens.isEmpty else { return nil }
    // The first of the kind behind a random place, from the start again at the end.
    let start = below(text.tokens.count)
    func isRight(_ index: Int) -> Bool {
      kind.map { text.tokens[index].kind == $0 } ?? (text.tokens[index].kind != .space)
    }
    return (start..<text.tokens.count).first(where: isRight) ?? (0..<start).first(where: isRight)
  }
}
