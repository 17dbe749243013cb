import Foundation

/// One JSON object on standard output.
package enum JSONLine {
  /// Prints the value with sorted keys; doubles in their shortest form that reads back the same.
  package static func print(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    var data = try encoder.encode(value)
    data.append(UInt8(ascii: "\n"))
    try StandardOutput.write(Array(data))
  }
}
