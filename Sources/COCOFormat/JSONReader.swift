import CSimdJSON

/// Typed access to JSON values; every fault names the file and the place.
struct JSONReader {
  /// The name for errors.
  let file: String

  typealias Path = () -> String

  func error(
    _ code: COCOFormatError.Code,
    _ path: String,
    _ message: String
  ) -> COCOFormatError {
    COCOFormatError(code: code, file: file, path: path, message: message)
  }

  func wrongType(_ expected: String, _ found: sj_element, _ path: String) -> COCOFormatError {
    error(.wrongType, path, "expected \(expected), found \(found.summary)")
  }

  func missing(_ name: String, _ path: String, _ advice: String) -> COCOFormatError {
    error(.missingField, path, "expected a member \"\(name)\", found none; \(advice)")
  }

  /// A 64-bit number; 7.0 passes for 7, as some tools write every number with a point.
  func integer(
    _ value: sj_element,
    _ path: @autoclosure Path
  ) throws(COCOFormatError) -> Int {
    var integer: Int64 = 0
    if sj_element_int64(value, &integer) == SJ_OK { return Int(integer) }
    var number = 0.0
    if sj_element_type(value) == SJ_DOUBLE, sj_element_double(value, &number) == SJ_OK,
      number.magnitude <= 0x1p53, let whole = Int(exactly: number)
    {
      return whole
    }
    throw wrongType("a whole number of 64 bits", value, path())
  }

  func number(
    _ value: sj_element,
    _ path: @autoclosure Path
  ) throws(COCOFormatError) -> Double {
    var number = 0.0
    guard sj_element_double(value, &number) == SJ_OK, number.isFinite else {
      throw wrongType("a number", value, path())
    }
    return number
  }

  func string(
    _ value: sj_element,
    _ path: @autoclosure Path
  ) throws(COCOFormatError) -> String {
    var text = sj_text()
    guard sj_element_text(value, &text) == SJ_OK else {
      throw wrongType("a string", value, path())
    }
    return text.string
  }

  /// True or false, written as such or as 1 or 0.
  func flag(
    _ value: sj_element,
    _ path: @autoclosure Path
  ) throws(COCOFormatError) -> Bool {
    var flag = false
    if sj_element_bool(value, &flag) == SJ_OK { return flag }
    if let integer = try? integer(value, ""), integer == 0 || integer == 1 { return integer == 1 }
    throw wrongType("0 or 1", value, path())
  }

  func box(
    _ value: sj_element,
    _ path: @autoclosure Path
  ) throws(COCOFormatError) -> COCOBox {
    var elements = try list(value, path())
    var numbers = SIMD4<Double>()
    var count = 0
    var element = sj_element()
    while sj_array_next(&elements, &element) {
      if count < 4 { numbers[count] = try number(element, "\(path())[\(count)]") }
      count += 1
    }
    guard count == 4 else {
      let found = count == 1 ? "1 number" : "\(count) numbers"
      throw error(
        .invalidValue,
        path(),
        "expected the four numbers x, y, width, height, found \(found); complete the box"
      )
    }
    return COCOBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
  }

  func list(_ value: sj_element, _ path: @autoclosure Path) throws(COCOFormatError) -> sj_cursor {
    var cursor = sj_cursor()
    guard sj_array_cursor(value, &cursor) == SJ_OK else {
      throw wrongType("a list", value, path())
    }
    return cursor
  }

  func members(
    _ value: sj_element,
    _ path: @autoclosure Path
  ) throws(COCOFormatError) -> sj_cursor {
    var cursor = sj_cursor()
    guard sj_object_cursor(value, &cursor) == SJ_OK else {
      throw wrongType("an object", value, path())
    }
    return cursor
  }
}
