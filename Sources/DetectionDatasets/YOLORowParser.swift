import Foundation

/// Takes the text of a label file apart, line by line.
struct YOLORowParser {
  let file: String
  let rules: YOLORowRules
  private var rows: [YOLORow] = []
  private var numbers: [Double] = []

  init(file: String, rules: YOLORowRules) {
    self.file = file
    self.rules = rules
  }

  /// All rows; lines end with a line feed, a carriage return, or both.
  mutating func rows(in bytes: UnsafeRawBufferPointer) throws(DatasetError) -> [YOLORow] {
    var line = 1
    var start = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        try add(bytes[start..<index], line: line)
        if byte == UInt8(ascii: "\r"), index + 1 < bytes.count,
          bytes[index + 1] == UInt8(ascii: "\n")
        {
          index += 1
        }
        line += 1
        start = index + 1
      }
      index += 1
    }
    try add(bytes[start..<bytes.count], line: line)
    return rows
  }

  private mutating func add(
    _ text: Slice<UnsafeRawBufferPointer>,
    line: Int
  ) throws(DatasetError) {
    numbers.removeAll(keepingCapacity: true)
    do throws(YOLORowFault) {
      for field in text.split(whereSeparator: {
        $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
      }) {
        guard let number = DecimalText.number(field) else { throw Self.fault(field, in: text) }
        numbers.append(number)
      }
      if !numbers.isEmpty {
        rows.append(try YOLOLabels.checked(numbers, line: line, rules: rules))
      }
    } catch {
      throw DatasetError(.malformed, file: file, place: "line \(line)", message: error.message)
    }
  }

  private static func fault(
    _ field: Slice<UnsafeRawBufferPointer>,
    in line: Slice<UnsafeRawBufferPointer>
  ) -> YOLORowFault {
    let expected = "expected class cx cy w h as numbers"
    // A shape of the line that is told before the numbers in it: tables of other programs.
    if field.contains(UInt8(ascii: ",")) {
      return YOLORowFault("holds commas; \(expected) with spaces between")
    }
    guard line.allSatisfy({ $0 == UInt8(ascii: "\t") || (0x20..<0x7F).contains($0) }) else {
      return YOLORowFault("holds bytes that are no text; \(expected)")
    }
    return YOLORowFault(
      "holds \(quoted(String(decoding: field, as: UTF8.self), limit: 40)); \(expected)"
    )
  }
}

/// Decimal numbers as the C locale writes them.
enum DecimalText {
  /// Every power of ten that is exact in a `Double`.
  private static let powers: [Double] = (0...22).map { exponent in
    (0..<exponent).reduce(1.0) { power, _ in power * 10 }
  }

  /// The nearest `Double`; `nil` for `nan`, `inf`, hexadecimal, numbers beyond the range, other text.
  /// - Parameter text: Digits with an optional sign, point and exponent.
  /// - Returns: A finite number.
  static func number(_ text: Slice<UnsafeRawBufferPointer>) -> Double? {
    var index = text.startIndex
    let end = text.endIndex
    let isNegative = index < end && text[index] == UInt8(ascii: "-")
    if isNegative || (index < end && text[index] == UInt8(ascii: "+")) { index += 1 }
    var mantissa: UInt64 = 0
    var (digits, significant, scale) = (0, 0, 0)
    var sawPoint = false
    while index < end {
      if text[index] == UInt8(ascii: "."), !sawPoint {
        sawPoint = true
      } else if let digit = digit(text[index]) {
        digits += 1
        if significant > 0 || digit > 0 { significant += 1 }
        if significant <= 19 { mantissa = mantissa * 10 + UInt64(digit) }
        if sawPoint { scale -= 1 }
      } else {
        break
      }
      index += 1
    }
    guard digits > 0 else { return nil }
    if index < end {
      guard text[index] & 0xDF == UInt8(ascii: "E"), let exponent = exponent(text[(index + 1)...])
      else { return nil }
      scale += exponent
    }
    // Mantissa and power are exact, so one rounding is all there is (Clinger 1990).
    if significant <= 19, mantissa < 1 << 53, (-22...22).contains(scale) {
      let value = Double(mantissa)
      let scaled = scale < 0 ? value / powers[-scale] : value * powers[scale]
      return isNegative ? -scaled : scaled
    }
    guard let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
      return nil
    }
    return value
  }

  private static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }

  /// A whole exponent; one of many digits is as good as 99999.
  private static func exponent(_ text: Slice<UnsafeRawBufferPointer>) -> Int? {
    var digits = text
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    guard !digits.isEmpty else { return nil }
    var value = 0
    for byte in digits {
      guard let digit = digit(byte) else { return nil }
      value = min(value * 10 + digit, 99_999)
    }
    return isNegative ? -value : value
  }
}
