import BoxGeometry
import COCOFuzzing

/// Damages a text, knowing what its format is made of.
///
/// Numbers, brackets and strings suffer as in JSON, which has them too; besides, pieces of the format
/// that make trouble are put in, repeated beyond reason, or the text is cut, doubled and encoded anew.
struct TextDamage {
  /// Pieces of the format that make trouble.
  let fragments: [String]
  private var generator: SplitMix64

  init(fragments: [String], generator: SplitMix64) {
    self.fragments = fragments
    self.generator = generator
  }

  /// Damages a text one to four times.
  mutating func mutated(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8)
    if below(3) == 0 {
      var mutator = JSONMutator(generator: SplitMix64(mixing: generator.next(), 0))
      bytes = below(2) == 0 ? mutator.mutated(bytes) : mutator.mutatedGently(bytes)
    }
    for _ in 0..<below(4) { damage(&bytes) }
    if below(12) == 0 { encode(&bytes) }
    return bytes
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    switch below(12) {
    case 0, 1, 2: bytes.insert(contentsOf: Array(pick(fragments).utf8), at: below(bytes.count + 1))
    case 3:
      // More of one piece than any parser should follow.
      let piece = Array(pick(fragments).utf8)
      let times = min(pick([2, 30, 300, 5000]), 60_000 / max(piece.count, 1))
      let all = Array(repeatElement(piece, count: times).joined())
      bytes.insert(contentsOf: all, at: below(bytes.count + 1))
    case 4, 5: replaceNumber(&bytes)
    case 6: bytes.removeSubrange(range(in: bytes, longest: 60))
    case 7:
      let piece = Array(bytes[range(in: bytes, longest: 400)])
      bytes.insert(contentsOf: piece, at: below(bytes.count + 1))
    case 8: bytes.removeLast(below(bytes.count + 1))
    case 9: if !bytes.isEmpty { bytes[below(bytes.count)] = UInt8(below(256)) }
    case 10: moveLine(&bytes)
    default: swapRanges(&bytes)
    }
  }

  private mutating func replaceNumber(_ bytes: inout [UInt8]) {
    let starts = bytes.indices.filter { index in
      isDigit(bytes[index]) && (index == 0 || !isDigit(bytes[index - 1]))
    }
    guard !starts.isEmpty else { return }
    let start = pick(starts)
    let end = bytes[start...].firstIndex { !isDigit($0) && $0 != UInt8(ascii: ".") } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array(pick(HostileValues.numbers).utf8))
  }

  private mutating func moveLine(_ bytes: inout [UInt8]) {
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = lines.remove(at: below(lines.count))
    lines.insert(line, at: below(lines.count + 1))
    bytes = Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }

  private mutating func swapRanges(_ bytes: inout [UInt8]) {
    let (first, second) = (range(in: bytes, longest: 20), range(in: bytes, longest: 20))
    guard first.upperBound <= second.lowerBound else { return }
    let piece = Array(bytes[second])
    bytes.replaceSubrange(second, with: Array(bytes[first]))
    bytes.replaceSubrange(first, with: piece)
  }

  /// Other encodings, with and without their byte order marks.
  private mutating func encode(_ bytes: inout [UInt8]) {
    let text = String(decoding: bytes, as: UTF8.self)
    switch below(5) {
    case 0: bytes = [0xEF, 0xBB, 0xBF] + bytes
    case 1: bytes = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case 2: bytes = [0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    case 3: bytes = text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    default: bytes = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private mutating func range(in bytes: [UInt8], longest: Int) -> Range<Int> {
    let start = below(bytes.count + 1)
    return start..<min(bytes.count, start + below(longest + 1))
  }

  private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  private mutating func pick<T>(_ values: [T]) -> T { values[below(values.count)] }
}
