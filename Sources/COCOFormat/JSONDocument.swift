import CSimdJSON
import Foundation

/// A parsed JSON text.
///
/// Elements point into it: hold on to it while reading them.
final class JSONDocument {
  private let handle: OpaquePointer
  /// The outermost value.
  let root: sj_element

  // COCO files nest five deep; the rest is for keys that nobody knows.
  private static let maximumDepth = 128

  /// Parses UTF-8 text; a byte order mark is passed over.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - file: The name for errors.
  /// - Throws: ``COCOFormatError`` if the text is not JSON.
  init(parsing bytes: Data, file: String) throws(COCOFormatError) {
    var handle: OpaquePointer?
    var root = sj_element()
    let status = Self.withText(of: bytes) { text in
      sj_document_parse(
        text.baseAddress?.assumingMemoryBound(to: CChar.self),
        text.count,
        Self.maximumDepth,
        &handle,
        &root
      )
    }
    guard status == SJ_OK, let handle else {
      throw Self.fault(status, in: bytes, file: file)
    }
    self.handle = handle
    self.root = root
  }

  deinit { sj_document_free(handle) }

  /// The text without a byte order mark.
  private static func withText<Result>(
    of bytes: Data,
    _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    bytes.withUnsafeBytes { raw in
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      return body(raw.starts(with: mark) ? UnsafeRawBufferPointer(rebasing: raw.dropFirst(3)) : raw)
    }
  }

  /// The parser's verdict, with the place where there is one.
  private static func fault(
    _ status: sj_status,
    in bytes: Data,
    file: String
  ) -> COCOFormatError {
    let verdict = String(cString: sj_status_message(status))
    let place = withText(of: bytes) { JSONFault.first(in: $0, maximumDepth: maximumDepth) }
    guard !bytes.isEmpty, let place else {
      let message = "expected JSON text, but \(verdict)"
      return COCOFormatError(code: .notJSON, file: file, path: "", message: message)
    }
    return COCOFormatError(
      code: .notJSON,
      file: file,
      path: "line \(place.line), column \(place.column)",
      message: "not JSON: \(place.message)"
    )
  }
}

extension sj_text {
  /// The text as a string.
  var string: String {
    String(
      decoding: UnsafeRawBufferPointer(start: bytes, count: count),
      as: UTF8.self
    )
  }

  /// Compares without making a string.
  static func == (text: sj_text, name: StaticString) -> Bool {
    guard text.count == name.utf8CodeUnitCount, let bytes = text.bytes else { return false }
    return memcmp(bytes, name.utf8Start, text.count) == 0
  }
}

extension sj_element {
  /// What a person would call this value, cut to a readable length.
  var summary: String {
    var text = sj_text()
    var (number, integer, flag) = (0.0, Int64(0), false)
    if sj_element_text(self, &text) == SJ_OK { return Self.quoted(text.string) }
    if sj_element_int64(self, &integer) == SJ_OK { return "the number \(integer)" }
    if sj_element_double(self, &number) == SJ_OK { return "the number \(number)" }
    if sj_element_bool(self, &flag) == SJ_OK { return "\(flag)" }
    switch sj_element_type(self) {
    case SJ_ARRAY: return "a list"
    case SJ_OBJECT: return "an object"
    default: return "null"
    }
  }

  /// A string in quotes, without control characters, at most 40 characters of it.
  static func quoted(_ text: String) -> String {
    let shown = text.prefix(40).map { character in
      character.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 }
        ? character : "\u{FFFD}"
    }
    return "the string \"\(String(shown))\(text.count > 40 ? "…" : "")\""
  }
}
