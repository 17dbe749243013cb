import Torch

/// One tensor in the header of a safetensors file.
struct SafetensorsEntry {
  var name: String
  var dtype: DType
  var shape: [Int]
  /// Bytes, counted from the end of the header.
  var range: Range<Int>
}

/// The header of a safetensors file: JSON of exactly two levels, read strictly.
///
/// Foundation's reader keeps the last of two equal keys and takes 1e3 for an integer; a file that is
/// read in two ways is a way to smuggle weights, so this reader refuses both.
struct SafetensorsHeader {
  var entries: [SafetensorsEntry] = []
  var metadata: [String: String] = [:]

  /// Faults without the name of the file.
  struct Fault: Error {
    var code: SafetensorsError.Code
    var entry = ""
    var message: String
  }

  /// Reads a header and checks that its entries cover the data exactly once.
  init(json: [UInt8], dataByteCount: Int) throws(Fault) {
    var reader = SafetensorsJSONReader(bytes: json)
    var names: Set<String> = []
    var sawMetadata = false
    try reader.object { (name, reader) throws(Fault) in
      if name == "__metadata__" {
        guard !sawMetadata else { throw duplicate(name) }
        sawMetadata = true
        metadata = try Self.metadata(&reader)
      } else {
        guard names.insert(name).inserted else { throw duplicate(name) }
        entries.append(try Self.entry(name, &reader))
      }
    }
    try reader.end()
    try checkCoverage(of: dataByteCount)
  }

  private static func metadata(
    _ reader: inout SafetensorsJSONReader
  ) throws(Fault) -> [String: String] {
    var values: [String: String] = [:]
    try reader.object { (key, reader) throws(Fault) in
      let value = try reader.string()
      guard values.updateValue(value, forKey: key) == nil else { throw duplicate(key) }
    }
    return values
  }

  private static func entry(
    _ name: String,
    _ reader: inout SafetensorsJSONReader
  ) throws(Fault) -> SafetensorsEntry {
    var dtypeName: String?
    var shape: [Int]?
    var offsets: [Int]?
    do throws(Fault) {
      try reader.object { (key, reader) throws(Fault) in
        switch key {
        case "dtype" where dtypeName == nil: dtypeName = try reader.string()
        case "shape" where shape == nil: shape = try reader.integers()
        case "data_offsets" where offsets == nil: offsets = try reader.integers()
        default:
          throw Fault(code: .malformedHeader, message: "the key '\(key)' is unknown or twice there")
        }
      }
    } catch {
      throw Fault(code: error.code, entry: name, message: error.message)
    }
    return try checked(name, dtypeName, shape, offsets)
  }

  private static func checked(
    _ name: String,
    _ dtypeName: String?,
    _ shape: [Int]?,
    _ offsets: [Int]?
  ) throws(Fault) -> SafetensorsEntry {
    func fault(_ code: SafetensorsError.Code, _ message: String) -> Fault {
      Fault(code: code, entry: name, message: message)
    }
    guard let dtypeName, let shape, let offsets else {
      throw fault(.malformedHeader, "it needs the keys dtype, shape and data_offsets")
    }
    guard let dtype = DType(safetensorsName: dtypeName) else {
      throw fault(.unsupportedDType, "the dtype '\(dtypeName)' is not supported")
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw fault(.sizeMismatch, "data_offsets are \(offsets), expected [begin, end]")
    }
    let range = offsets[0]..<offsets[1]
    guard shape.count <= 64, let byteCount = byteCount(of: shape, dtype) else {
      throw fault(.sizeMismatch, "a tensor of \(shape.count) dimensions of this size cannot be")
    }
    guard byteCount == range.count else {
      throw fault(
        .sizeMismatch,
        "\(dtypeName) of shape \(shape) has \(byteCount) bytes, the file says \(range.count)"
      )
    }
    return SafetensorsEntry(name: name, dtype: dtype, shape: shape, range: range)
  }

  /// The bytes of a tensor; `nil` where the sizes other than 0 exceed an `Int` together.
  private static func byteCount(of shape: [Int], _ dtype: DType) -> Int? {
    var count = dtype.byteCount
    for size in shape where size > 0 {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      count = product
    }
    return shape.contains(0) ? 0 : count
  }

  private func checkCoverage(of dataByteCount: Int) throws(Fault) {
    var end = 0
    var previous = ""
    let inOrder = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for entry in inOrder {
      guard entry.range.lowerBound >= end else {
        throw Fault(
          code: .overlap,
          entry: entry.name,
          message: "it begins at byte \(entry.range.lowerBound), inside '\(previous)'"
        )
      }
      guard entry.range.lowerBound == end else {
        throw Fault(
          code: .hole,
          entry: entry.name,
          message: "bytes \(end)..<\(entry.range.lowerBound) before it belong to no entry"
        )
      }
      end = entry.range.upperBound
      previous = entry.name
    }
    guard end <= dataByteCount else {
      throw Fault(
        code: .truncated,
        entry: previous,
        message: "the data should have \(end) bytes, the file has \(dataByteCount)"
      )
    }
    guard end == dataByteCount else {
      throw Fault(
        code: .hole,
        message: "\(dataByteCount - end) bytes after the last entry belong to no entry"
      )
    }
  }
}

private func duplicate(_ name: String) -> SafetensorsHeader.Fault {
  SafetensorsHeader.Fault(
    code: .duplicateName,
    entry: name,
    message: "the name is there twice"
  )
}

extension DType {
  private static let safetensorsNames: [(DType, String)] = [
    (.int64, "I64"), (.float64, "F64"), (.float32, "F32"), (.int32, "I32"), (.bfloat16, "BF16"),
    (.float16, "F16"), (.int16, "I16"), (.int8, "I8"), (.uint8, "U8"), (.bool, "BOOL"),
  ]

  init?(safetensorsName name: String) {
    guard let known = Self.safetensorsNames.first(where: { $0.1 == name }) else { return nil }
    self = known.0
  }

  /// The place in the order of the reference writer, widest first, which keeps entries aligned; and
  /// the name.
  var safetensors: (order: Int, name: String) {
    let order = Self.safetensorsNames.firstIndex { $0.0 == self } ?? 0
    return (order, Self.safetensorsNames[order].1)
  }
}
