import DetectionModels
import Foundation
import Torch
import TorchNN

/// State dicts in the form that torch.save wrote before 1.6: pickles in a row, then elements.
enum LegacyStateDict {
  /// - Parameters:
  ///   - tensors: Names and tensors, single precision.
  ///   - keys: The dictionaries around them, the outermost first.
  ///   - isRepeated: Whether each tensor is its first element over and over, of which the file has one alone.
  ///   - integers: Names of tensors of one 64-bit integer each, as PyTorch's counters are.
  /// - Returns: The bytes of the file.
  /// - Throws: What keeps a tensor from being read.
  static func bytes(
    _ tensors: [NamedTensor],
    inside keys: [String] = [],
    isRepeated: Bool = false,
    integers: [String] = []
  ) throws -> [UInt8] {
    var dictionary: [UInt8] = [0x7D, 0x28]
    var storages: [[UInt8]] = []
    for entry in tensors {
      let count = isRepeated ? 1 : entry.tensor.count
      let shape = entry.tensor.shape
      dictionary += text(entry.name)
      dictionary += tensor("FloatStorage", "\(storages.count)", shape, count, isRepeated)
      storages.append(number(count, 8) + (try entry.tensor.bytes()).prefix(4 * count))
    }
    for name in integers {
      dictionary += text(name) + tensor("LongStorage", "\(storages.count)", [], 1)
      storages.append(number(1, 8) + number(7, 8))
    }
    dictionary += [0x75]
    for key in keys.reversed() { dictionary = [0x7D] + text(key) + dictionary + [0x73] }
    let names = (0..<storages.count).map { text("\($0)") }
    return [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
      + pickle([0x4D, 0xE9, 3])
      + pickle([0x7D] + text("little_endian") + [0x88, 0x73])
      + pickle(dictionary)
      + pickle([0x5D, 0x28] + names.joined() + [0x65])
      + storages.joined()
  }

  private static func pickle(_ value: [UInt8]) -> [UInt8] { [0x80, 2] + value + [0x2E] }

  private static func text(_ text: String) -> [UInt8] {
    [0x58] + number(text.utf8.count, 4) + Array(text.utf8)
  }

  private static func global(_ module: String, _ name: String) -> [UInt8] {
    [0x63] + Array("\(module)\n\(name)\n".utf8)
  }

  private static func integer(_ value: Int) -> [UInt8] { [0x4A] + number(value, 4) }

  private static func tensor(
    _ type: String,
    _ key: String,
    _ shape: [Int],
    _ count: Int,
    _ isRepeated: Bool = false
  ) -> [UInt8] {
    let strides = shape.indices.map { isRepeated ? 0 : shape[($0 + 1)...].reduce(1, *) }
    var value = global("torch._utils", "_rebuild_tensor_v2")
    value += [0x28, 0x28] + text("storage") + global("torch", type) + text(key) + text("cpu")
    value += integer(count) + [0x4E, 0x74, 0x51] + integer(0)
    value += [0x28] + shape.flatMap(integer) + [0x74] + [0x28] + strides.flatMap(integer) + [0x74]
    return value + [0x89] + global("collections", "OrderedDict") + [0x29, 0x52, 0x74, 0x52]
  }

  private static func number(_ value: Int, _ byteCount: Int) -> [UInt8] {
    (0..<byteCount).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
