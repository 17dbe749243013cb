import Foundation
import Testing

@testable import TorchCheckpoint

@Suite struct CheckpointTensorTests {
  private func tensor(_ type: String, _ bytes: [UInt8], count: Int) throws -> CheckpointTensor {
    let dtype = CheckpointDType(rawValue: type)
    let value =
      Pickle.global("torch._utils", "_rebuild_tensor_v3")
      + Pickle.tuple(
        Pickle.storage("UntypedStorage", "0", bytes.count),
        Pickle.integer(0),
        Pickle.integers([count]),
        Pickle.integers([1]),
        Pickle.false,
        Pickle.orderedDict,
        Pickle.global("torch", dtype?.rawValue ?? "")
      ) + Pickle.reduce
    let zip = ZipFile(pickle: Pickle.complete(Pickle.dict(("t", value))), storages: [bytes])
    return try TorchCheckpoint(bytes: zip.bytes, name: "file").stateDict()[0].tensor
  }

  @Test func `every number of 16 bits is the one that Swift knows`() throws {
    let bits = (0...UInt16.max).flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
    let halves = try tensor("float16", bits, count: 1 << 16).floats()
    for (bits, half) in halves.enumerated() {
      // By hand: sign, exponent, fraction.
      let sign: Double = bits >> 15 == 0 ? 1 : -1
      let (exponent, fraction) = (bits >> 10 & 31, Double(bits & 1023))
      let expected =
        switch exponent {
        case 0: sign * fraction * 0x1p-24
        case 31: fraction == 0 ? sign * Double.infinity : .nan
        default: sign * (1024 + fraction) * pow(2, Double(exponent - 25))
        }
      guard
        Double(half) == expected && half.sign == (sign < 0 ? .minus : .plus)
          || half.isNaN && expected.isNaN
      else {
        Issue.record("\(String(bits, radix: 16)) is \(expected), not \(half)")
        return
      }
    }
    let brains = try tensor("bfloat16", bits, count: 1 << 16).floats()
    #expect(brains.enumerated().allSatisfy { $1.bitPattern == UInt32($0) << 16 })
  }

  @Test func `integers are rounded once`() throws {
    // Rounded to a double first, it would lie in the middle of two floats and go to the lower one.
    let value = 1 << 60 | 1 << 36 | 1
    let tensor = try tensor("int64", littleEndian(value, 8), count: 1)
    #expect(try tensor.floats() == [0x1p60 + 0x1p37])
    #expect(try tensor.integers() == [value])
    #expect(try tensor.doubles() == [0x1p60 + 0x1p36])
  }

  @Test func `an integer beyond those with a sign is refused as one`() throws {
    let tensor = try tensor("uint64", littleEndian(-1, 8), count: 1)
    #expect(try tensor.doubles() == [0x1p64])
    let error = #expect(throws: TorchCheckpointError.self) { try tensor.integers() }
    #expect(error?.code == .invalidElement && error?.place == "storage '0'")
  }

  @Test func `floats are not integers`() throws {
    let tensor = try tensor("float32", floatBytes([1]), count: 1)
    let error = #expect(throws: TorchCheckpointError.self) { try tensor.integers() }
    #expect(error?.code == .invalidElement && error?.message.contains("float32") == true)
  }

  @Test func `truth values that are neither are refused`() throws {
    #expect(try tensor("bool", [0, 1], count: 2).integers() == [0, 1])
    let tensor = try tensor("bool", [0, 2], count: 2)
    let error = #expect(throws: TorchCheckpointError.self) { try tensor.floats() }
    #expect(error?.code == .invalidElement)
    #expect(error?.message.contains("value 1 is the byte 2") == true)
  }

  @Test func `elements go where the caller wants them`() throws {
    let tensor = try tensor("int16", [1, 0, 0xFE, 0xFF], count: 2)
    var values: [Int16] = [9, 9, 9]
    try values.withUnsafeMutableBytes { buffer in
      try tensor.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[2..<6]))
    }
    #expect(values == [9, 1, -2])
    #expect(try tensor.bytes() == [1, 0, 0xFE, 0xFF])
  }

  @Test func `a file cut short while open is an error`() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pth")
    defer { try? FileManager.default.removeItem(at: url) }
    try FileManager.default.copyItem(at: GoldenFiles.url("views.pth"), to: url)
    let tensors = try TorchCheckpoint(contentsOf: url).stateDict()
    let handle = try FileHandle(forUpdating: url)
    try handle.truncate(atOffset: 100)
    try handle.close()
    for tensor in tensors where tensor.tensor.count > 0 {
      let error = #expect(throws: TorchCheckpointError.self) { try tensor.tensor.floats() }
      #expect(error?.code == .truncated && error?.place.hasPrefix("storage '") == true)
    }
  }

  /// Any view of any storage, against the definition of strides.
  @Test(arguments: 0..<100 as Range<UInt64>)
  func `element i, j, … lies at offset + i·s + j·t + …`(seed: UInt64) throws {
    var generator = FileDamage.Generator(state: seed)
    let shape = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
      Int.random(in: 1...4, using: &generator)
    }
    let strides = shape.map { _ in Int.random(in: 0...9, using: &generator) }
    let offset = Int.random(in: 0...5, using: &generator)
    var places = [offset]
    for (size, stride) in zip(shape, strides) {
      places = places.flatMap { place in (0..<size).map { place + $0 * stride } }
    }
    let floats = (0...(places.max() ?? 0)).map { Float($0) }
    let value = Pickle.tensor(shape, strides: strides, offset: offset, of: floats.count)
    let file = LegacyFile.bytes(Pickle.dict(("t", value)), storages: [("0", floats)])
    let tensor = try TorchCheckpoint(bytes: file, name: "file").stateDict()[0].tensor
    #expect(try tensor.floats() == places.map { Float($0) })
  }
}
