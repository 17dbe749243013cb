/// What a file may hold in the place of a sensible value.
package enum HostileValues {
  /// Numbers at the ends of their types, numbers that JSON does not allow, and things that are none.
  package static let numbers: [String] = [
    "0", "-0", "-0.0", "1", "-1", "0.5", "1e0", "1E+2", "7.0", "1e308", "-1e308",
    "1.7976931348623157e308", "1e309", "-1e309", "4.9e-324", "1e-400", "2147483648",
    "4294967296", "9007199254740992", "9007199254740993.0", "9223372036854775807",
    "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "1e19", "1e10", "1024", "9216",
    "1023.9999999999999", "32", "96", "1e5", "1e-7", "NaN", "-NaN", "Infinity", "-Infinity",
    "nan", "inf", "1e", "1e+", "1.", ".5", "-", "+1", "01", "00", "0x10", "1_000", "1,5", "1e1e1",
    "--1", "1-1", String(repeating: "9", count: 400),
    "0." + String(repeating: "0", count: 400)
      + "1", "1e" + String(repeating: "9", count: 40), "1e-" + String(repeating: "9", count: 40),
    "true", "false", "null", "\"5\"", "\"\"", "[]", "{}", "[1]", "[[1,2,3,4]]",
  ]

  /// Those of them that are numbers, and numbers on the bounds that the protocol knows.
  static let legalNumbers: [String] = [
    "0", "-0", "-0.0", "1", "-1", "2", "2.5", "1e0", "1E+2", "1e308", "-1e308", "1e300", "-1e-300",
    "1.7976931348623157e308", "4.9e-324", "1e-400", "9007199254740993", "9223372036854775807",
    "-9223372036854775808", "18446744073709551615", "1e10", "1e154", "1e155", "-1e154", "1024",
    "9216", "1023.9999999999999", "32", "96", "1e5", "1e-7", "27.5", "64", "48",
  ]

  /// Texts with broken UTF-8, broken escapes, control characters and other surprises.
  static let strings: [[UInt8]] = [
    Array("\"\"".utf8), Array("\"../../etc/passwd\"".utf8), Array("\"\\u0000\"".utf8),
    Array("\"\\ud800\"".utf8), Array("\"\\udc00\\ud800\"".utf8), Array("\"\\u12\"".utf8),
    Array("\"\\x41\"".utf8), Array("\"\\".utf8), Array("\"".utf8), Array("'single'".utf8),
    Array("\"a\u{0}b\"".utf8), Array("\"line\nbreak\"".utf8), Array("\"\u{202E}\u{FEFF}\"".utf8),
    Array("\"\u{1F600}\u{0301}\u{0301}\u{0301}\"".utf8),
    [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
    [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0x80, 0x22],
    Array("\"".utf8) + [UInt8](repeating: 0x41, count: 3000) + Array("\"".utf8),
    Array("null".utf8), Array("0".utf8), Array("[]".utf8), Array("{\"a\":1}".utf8),
  ]

  /// Every key that a reader looks for, and some that it does not.
  static let keys: [String] = [
    "id", "image_id", "category_id", "bbox", "area", "iscrowd", "score", "images",
    "annotations", "categories", "name", "file_name", "width", "height", "segmentation",
    "ignore", "difficult", "info", "", "i\\u0064", "bbox\\u0000", "Id", " id",
  ]

  /// What JSON takes for space.
  static let legalSpaces: [[UInt8]] = [
    [32], [10], [13, 10], [9], [UInt8](repeating: 32, count: 700),
    [UInt8](repeating: 10, count: 65),
  ]

  /// What may stand between two tokens: nothing that JSON takes for space but the first five.
  static let spaces: [[UInt8]] = [
    [32], [10], [13, 10], [9], [UInt8](repeating: 32, count: 700), [12], [0], [0xEF, 0xBB, 0xBF],
    [0xC2, 0xA0], Array("/* c */".utf8), Array("//\n".utf8), Array(",".utf8), Array("]".utf8),
    Array("}".utf8), Array(":".utf8), Array("\"".utf8),
  ]
}
