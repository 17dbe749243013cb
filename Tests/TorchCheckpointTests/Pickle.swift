/// Instructions of pickles, to write files by hand that no Python writes.
enum Pickle {
  static let none: [UInt8] = [0x4E]
  static let `true`: [UInt8] = [0x88]
  static let `false`: [UInt8] = [0x89]
  static let mark: [UInt8] = [0x28]
  static let emptyTuple: [UInt8] = [0x29]
  static let emptyList: [UInt8] = [0x5D]
  static let emptyDict: [UInt8] = [0x7D]
  static let append: [UInt8] = [0x61]
  static let appends: [UInt8] = [0x65]
  static let setItem: [UInt8] = [0x73]
  static let setItems: [UInt8] = [0x75]
  static let reduce: [UInt8] = [0x52]
  static let newObject: [UInt8] = [0x81]
  static let build: [UInt8] = [0x62]
  static let persistent: [UInt8] = [0x51]
  static let stop: [UInt8] = [0x2E]

  static func protocolVersion(_ version: UInt8 = 2) -> [UInt8] { [0x80, version] }

  static func text(_ text: String) -> [UInt8] {
    [0x58] + littleEndian(text.utf8.count, 4) + Array(text.utf8)
  }

  /// A string as Python 2 writes it.
  static func oldText(_ text: String) -> [UInt8] {
    [0x55, UInt8(text.utf8.count)] + Array(text.utf8)
  }

  static func integer(_ value: Int) -> [UInt8] {
    switch value {
    case 0...255: [0x4B, UInt8(value)]
    case Int(Int32.min)...Int(Int32.max): [0x4A] + littleEndian(value, 4)
    default: [0x8A, 8] + littleEndian(value, 8)
    }
  }

  static func global(_ module: String, _ name: String) -> [UInt8] {
    [0x63] + Array("\(module)\n\(name)\n".utf8)
  }

  static func put(_ index: UInt8) -> [UInt8] { [0x71, index] }
  static func get(_ index: UInt8) -> [UInt8] { [0x68, index] }

  static func tuple(_ items: [UInt8]...) -> [UInt8] { mark + items.joined() + [0x74] }
  static func integers(_ values: [Int]) -> [UInt8] { mark + values.flatMap(integer) + [0x74] }
  static func list(_ items: [UInt8]...) -> [UInt8] {
    emptyList + mark + items.joined() + appends
  }
  static func dict(_ entries: (String, [UInt8])...) -> [UInt8] {
    emptyDict + mark + entries.flatMap { text($0.0) + $0.1 } + setItems
  }

  static let orderedDict = global("collections", "OrderedDict") + emptyTuple + reduce

  static func storage(_ type: String, _ key: String, _ count: Int) -> [UInt8] {
    let type = type == "UntypedStorage" ? global("torch.storage", type) : global("torch", type)
    return tuple(text("storage"), type, text(key), text("cpu"), integer(count)) + persistent
  }

  /// A tensor of the storage "0" with so many floats.
  static func tensor(
    _ shape: [Int],
    strides: [Int],
    offset: Int = 0,
    of count: Int,
    key: String = "0"
  ) -> [UInt8] {
    global("torch._utils", "_rebuild_tensor_v2")
      + tuple(
        storage("FloatStorage", key, count),
        integer(offset),
        integers(shape),
        integers(strides),
        `false`,
        orderedDict
      ) + reduce
  }

  /// A whole pickle that leaves a value.
  static func complete(_ value: [UInt8]) -> [UInt8] { protocolVersion() + value + stop }
}

/// The lowest bytes of a number, the lowest first.
func littleEndian(_ value: Int, _ byteCount: Int) -> [UInt8] {
  (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// The bytes of floats.
func floatBytes(_ floats: [Float]) -> [UInt8] {
  floats.flatMap { littleEndian(Int($0.bitPattern), 4) }
}
