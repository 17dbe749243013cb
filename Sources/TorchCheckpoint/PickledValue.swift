/// A value in a checkpoint.
///
/// Parts that Python shares are equal here and share their memory. Depth and size, with every
/// shared part counted again, are within ``CheckpointLimits``, so that a value may be walked
/// through freely.
package enum PickledValue: Sendable {
  /// Python's None.
  case null
  /// True or False.
  case boolean(Bool)
  /// An integer of up to 64 bits.
  case integer(Int)
  /// An integer of more bits: two's complement, the lowest byte first.
  case wideInteger([UInt8])
  /// A float.
  case real(Double)
  /// A str.
  case string(String)
  /// Bytes.
  case bytes([UInt8])
  /// A list.
  case list([PickledValue])
  /// A tuple, or a `torch.Size`.
  case tuple([PickledValue])
  /// A dict, an `OrderedDict` or a `Counter`, in order.
  case dictionary(PickledDictionary)
  /// A tensor or a parameter.
  indirect case tensor(CheckpointTensor)
  /// Something else, known by its name alone: the arguments of a script, a device, a dtype.
  case opaque(String)

  /// How messages call the kind of the value.
  package var kind: String {
    switch self {
    case .null: "None"
    case .boolean: "a truth value"
    case .integer, .wideInteger: "an integer"
    case .real: "a number"
    case .string: "a string"
    case .bytes: "bytes"
    case .list: "a list"
    case .tuple: "a tuple"
    case .dictionary: "a dictionary"
    case .tensor: "a tensor"
    case .opaque(let name): name
    }
  }
}

/// A dictionary of Python: keys and values in order, no key twice.
package struct PickledDictionary: Sendable {
  /// One key and its value.
  package struct Entry: Sendable {
    /// The key: a string, a number, a truth value or None.
    package let key: PickledValue
    /// The value.
    package let value: PickledValue
  }

  /// All entries, in the order in which they were inserted.
  package let entries: [Entry]

  /// The value of a key that is a string.
  ///
  /// - Parameter key: The key.
  /// - Returns: The value, or nil if there is none.
  package subscript(key: String) -> PickledValue? {
    entries.first { if case .string(key) = $0.key { true } else { false } }?.value
  }
}
