extension CheckpointTensor {
  /// All elements as single-precision numbers, row by row.
  ///
  /// Elements of 16 bits and integers of up to 24 are exact; others are rounded to the nearest, and
  /// beyond the greatest float to infinity. Truth values are 0 and 1.
  /// - Returns: ``count`` numbers.
  /// - Throws: As ``read(into:)``.
  package func floats() throws(TorchCheckpointError) -> [Float] {
    guard dtype == .float32 else { return try numbers(Float.self) }
    var floats = [Float](repeating: 0, count: count)
    try floats.withUnsafeMutableBytes { buffer in
      Result { () throws(TorchCheckpointError) in try read(into: buffer) }
    }.get()
    return floats
  }

  /// All elements as double-precision numbers, row by row.
  ///
  /// All but integers beyond 53 bits are exact; those are rounded to the nearest.
  /// - Returns: ``count`` numbers.
  /// - Throws: As ``read(into:)``.
  package func doubles() throws(TorchCheckpointError) -> [Double] { try numbers(Double.self) }

  /// All elements of a tensor of integers or truth values, row by row.
  ///
  /// - Returns: ``count`` integers.
  /// - Throws: As ``read(into:)``; also if elements are not integers or one is 2⁶³ or more.
  package func integers() throws(TorchCheckpointError) -> [Int] {
    let bytes = try bytes()
    switch dtype {
    case .int64: return map(bytes) { (bits: UInt64) in Int(Int64(bitPattern: bits)) }
    case .int32: return map(bytes) { (bits: UInt32) in Int(Int32(bitPattern: bits)) }
    case .int16: return map(bytes) { (bits: UInt16) in Int(Int16(bitPattern: bits)) }
    case .int8: return map(bytes) { (bits: UInt8) in Int(Int8(bitPattern: bits)) }
    case .uint32: return map(bytes) { (bits: UInt32) in Int(bits) }
    case .uint16: return map(bytes) { (bits: UInt16) in Int(bits) }
    case .uint8, .bool: return map(bytes) { (bits: UInt8) in Int(bits) }
    case .uint64:
      let values = map(bytes) { (bits: UInt64) in Int(exactly: bits) }
      let fitting = values.compactMap(\.self)
      guard fitting.count == values.count else {
        throw storage.file.fault(
          .invalidElement,
          storage.place,
          "an integer of uint64 is 2^63 or more, which no signed integer is"
        )
      }
      return fitting
    case .float64, .float32, .float16, .bfloat16:
      throw storage.file.fault(
        .invalidElement,
        storage.place,
        "integers are expected, the elements are of the type \(dtype.rawValue)"
      )
    }
  }

  private func numbers<Number: BinaryFloatingPoint>(
    _ type: Number.Type
  ) throws(TorchCheckpointError) -> [Number] {
    let bytes = try bytes()
    return switch dtype {
    case .float64: map(bytes) { (bits: UInt64) in Number(Double(bitPattern: bits)) }
    case .float32: map(bytes) { (bits: UInt32) in Number(Float(bitPattern: bits)) }
    case .float16: map(bytes) { (bits: UInt16) in Number(half(bits)) }
    case .bfloat16: map(bytes) { (bits: UInt16) in Number(Float(bitPattern: UInt32(bits) << 16)) }
    case .int64: map(bytes) { (bits: UInt64) in Number(Int64(bitPattern: bits)) }
    case .int32: map(bytes) { (bits: UInt32) in Number(Int32(bitPattern: bits)) }
    case .int16: map(bytes) { (bits: UInt16) in Number(Int16(bitPattern: bits)) }
    case .int8: map(bytes) { (bits: UInt8) in Number(Int8(bitPattern: bits)) }
    case .uint64: map(bytes) { (bits: UInt64) in Number(bits) }
    case .uint32: map(bytes) { (bits: UInt32) in Number(bits) }
    case .uint16: map(bytes) { (bits: UInt16) in Number(bits) }
    case .uint8, .bool: map(bytes) { (bits: UInt8) in Number(bits) }
    }
  }

  private func map<Bits: FixedWidthInteger & BitwiseCopyable, Value>(
    _ bytes: [UInt8],
    _ transform: (Bits) -> Value
  ) -> [Value] {
    let width = MemoryLayout<Bits>.size
    return bytes.withUnsafeBytes { buffer in
      (0..<(buffer.count / width)).map { index in
        transform(buffer.loadUnaligned(fromByteOffset: index * width, as: Bits.self))
      }
    }
  }
}

/// A number of 16 bits: one of sign, five of exponent, ten of fraction.
///
/// Not every Mac has Float16.
private func half(_ bits: UInt16) -> Float {
  let sign: Float = bits & 0x8000 == 0 ? 1 : -1
  let exponent = Int(bits >> 10 & 0x1F)
  let fraction = Float(bits & 0x3FF)
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default:
    let significand = 1 + fraction * 0x1p-10
    return sign * Float(sign: .plus, exponent: exponent - 15, significand: significand)
  }
}
