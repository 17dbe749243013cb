import Foundation

/// The characters of an XML file, decoded here so that no encoding can hide a DOCTYPE.
enum VOCText {
  /// The XML of a file as UTF-8, without its declaration and known to hold no DOCTYPE.
  /// - Parameters:
  ///   - bytes: The file.
  ///   - file: Its name, for messages.
  /// - Returns: UTF-8 bytes for the parser, lines as in the file.
  /// - Throws: ``DatasetError`` if the encoding is unknown or broken, or a DOCTYPE is there.
  static func decode(_ bytes: Data, file: String) throws(DatasetError) -> Data {
    guard !bytes.isEmpty else {
      throw DatasetError(.malformed, file: file, message: "the file is empty; expected an XML file")
    }
    guard var text = characters(of: bytes) else {
      throw DatasetError(
        .malformed,
        file: file,
        message: "the characters cannot be decoded; expected UTF-8, UTF-16 with a byte order mark, "
          + "ISO-8859-1 or windows-1252, as its XML declaration says"
      )
    }
    if let end = declarationEnd(of: text) {
      // Line ends stay, so that line numbers in messages are those of the file.
      text = text[..<end].filter(\.isNewline) + text[end...]
    }
    guard !opensWithDoctype(text) else {
      throw DatasetError(
        .malformed,
        file: file,
        message: "holds a DOCTYPE, which a VOC annotation has no use for; remove it"
      )
    }
    return Data(withoutInstructions(Array(text.utf8)))
  }

  /// The text without processing instructions, lines as they were.
  ///
  /// No annotation has a use for them, and one without data (`<?x?>`) ends the process inside
  /// swift-corelibs-foundation's parser, which makes a string of its missing text.
  private static func withoutInstructions(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(UInt8(ascii: "?")) else { return bytes }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "<") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      // What looks like an instruction inside a comment or a character section is text.
      let sections: [(StaticString, StaticString)] = [("<!--", "-->"), ("<![CDATA[", "]]>")]
      let kept = sections.first { begins(bytes, index, $0.0) }
      if let kept {
        let start = index + kept.0.utf8CodeUnitCount
        let end = end(of: kept.1, in: bytes, from: start) ?? bytes.count
        result += bytes[index..<end]
        index = end
      } else if begins(bytes, index, "<?") {
        guard let end = end(of: "?>", in: bytes, from: index + 2) else {
          // Cut off: something that no parser takes.
          result += Array("</>".utf8)
          break
        }
        result += bytes[index..<end].filter { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
        index = end
      } else {
        result.append(bytes[index])
        index += 1
      }
    }
    return result
  }

  private static func begins(_ bytes: [UInt8], _ index: Int, _ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard index + count <= bytes.count else { return false }
    return text.withUTF8Buffer { bytes[index..<index + count].elementsEqual($0) }
  }

  /// Where a mark ends; `nil` if it does not stand there.
  private static func end(of mark: StaticString, in bytes: [UInt8], from start: Int) -> Int? {
    var index = start
    while index < bytes.count {
      if begins(bytes, index, mark) { return index + mark.utf8CodeUnitCount }
      index += 1
    }
    return nil
  }

  private static func characters(of bytes: Data) -> String? {
    let bytes = [UInt8](bytes)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return utf8(bytes.dropFirst(3)) }
    if bytes.starts(with: [0xFF, 0xFE]) {
      return String(bytes: bytes.dropFirst(2), encoding: .utf16LittleEndian)
    }
    if bytes.starts(with: [0xFE, 0xFF]) {
      return String(bytes: bytes.dropFirst(2), encoding: .utf16BigEndian)
    }
    switch declaredEncoding(of: bytes) {
    case nil, "utf-8", "utf8", "us-ascii", "ascii": return utf8(bytes[...])
    case "iso-8859-1", "latin1", "latin-1", "iso_8859-1":
      return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    case "windows-1252", "cp1252": return String(bytes: bytes, encoding: .windowsCP1252)
    default: return nil
    }
  }

  private static func utf8(_ bytes: ArraySlice<UInt8>) -> String? {
    String(bytes: bytes, encoding: .utf8)
  }

  /// The value of `encoding=` in the XML declaration, in small letters.
  private static func declaredEncoding(of bytes: [UInt8]) -> String? {
    let head = String(decoding: bytes.prefix(256), as: UTF8.self)
    guard let end = declarationEnd(of: head), let name = head[..<end].range(of: "encoding") else {
      return nil
    }
    let value = head[name.upperBound..<end].drop { $0.isWhitespace || $0 == "=" }
    guard let mark = value.first, mark == "\"" || mark == "'" else { return "" }
    return value.dropFirst().prefix { $0 != mark }.lowercased()
  }

  private static func declarationEnd(of text: String) -> String.Index? {
    guard text.hasPrefix("<?xml"), let next = text.dropFirst(5).first, next.isWhitespace else {
      return nil
    }
    return text.range(of: "?>")?.upperBound
  }

  /// A DOCTYPE is legal only before the root element, after space, comments and instructions.
  private static func opensWithDoctype(_ text: String) -> Bool {
    var rest = text[...]
    while true {
      rest = rest.drop(while: \.isWhitespace)
      let terminator: String
      if rest.hasPrefix("<!--") {
        terminator = "-->"
      } else if rest.hasPrefix("<?") {
        terminator = "?>"
      } else {
        return rest.hasPrefix("<!")
      }
      guard let end = rest.range(of: terminator) else { return false }
      rest = rest[end.upperBound...]
    }
  }
}
