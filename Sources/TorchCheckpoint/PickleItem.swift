/// A value while a pickle is read.
///
/// Containers, strings, tensors and storages are numbers of entries in a ``PickleHeap``: values
/// refer to each other without owning each other, so that no nesting and no cycle costs anything.
enum PickleItem {
  case null
  case boolean(Bool)
  case integer(Int)
  /// An integer of more than 64 bits: two's complement, the lowest byte first.
  case wideInteger([UInt8])
  case real(Double)
  case bytes([UInt8])
  case string(Int)
  case container(Int)
  case tensor(Int)
  case storage(Int)
  case global(PickleGlobal)
  case opaque(String)

  /// How messages call the kind of the value.
  func kind(in heap: PickleHeap) -> String {
    switch self {
    case .null: "None"
    case .boolean: "a truth value"
    case .integer, .wideInteger: "an integer"
    case .real: "a number"
    case .bytes: "bytes"
    case .string(let index): "the string \(quoted(heap.strings[index]))"
    case .container(let index): heap.containers[index].kind.rawValue
    case .tensor: "a tensor"
    case .storage: "a storage"
    case .global: "a class or function"
    case .opaque(let name): name
    }
  }
}

/// A list, a tuple or a dictionary while a pickle is read.
final class PickleContainer {
  enum Kind: String {
    case list = "a list"
    case tuple = "a tuple"
    case dictionary = "a dictionary"
  }

  /// A key by which Python tells two entries apart.
  enum Key: Hashable {
    case null
    case string(Int)
    case integer(Int)
    case wideInteger([UInt8])
    case real(Double)
  }

  let kind: Kind
  /// The elements; keys and values by turns in a dictionary.
  var items: [PickleItem]
  /// The keys of a dictionary.
  var keys: Set<Key> = []

  init(_ kind: Kind, _ items: [PickleItem] = []) {
    self.kind = kind
    self.items = items
  }
}

/// A storage as a pickle names it.
struct PickleStorage {
  let key: String
  /// The number of that string.
  let keyNumber: Int
  /// nil if its elements are bytes without a type.
  let dtype: CheckpointDType?
  let byteCount: Int
  /// Where the pickle speaks of it.
  let place: String
}

/// A part of a storage; of most storages the whole.
struct PickleStorageView {
  let storage: Int
  let byteOffset: Int
  let byteCount: Int
}

/// A tensor as a pickle describes it, checked against what the pickle says of its storage.
struct PickleTensor {
  let storage: Int
  let dtype: CheckpointDType
  let shape: [Int]
  let strides: [Int]
  /// Elements before its first, from the start of the storage.
  let offset: Int
}

/// What a pickle has made so far.
struct PickleHeap {
  var containers: [PickleContainer] = []
  var strings: [String] = []
  var tensors: [PickleTensor] = []
  var storages: [PickleStorage] = []
  var views: [PickleStorageView] = []

  /// Equal strings have one number, so that comparing keys costs nothing however long they are.
  private var stringNumbers: [[UInt8]: Int] = [:]
  private var storageNumbers: [Int: Int] = [:]

  mutating func container(
    _ kind: PickleContainer.Kind,
    _ items: [PickleItem] = []
  ) -> PickleItem {
    containers.append(PickleContainer(kind, items))
    return .container(containers.count - 1)
  }

  /// A string of bytes in UTF-8; nil if they are not.
  mutating func string(_ bytes: some Collection<UInt8>) -> PickleItem? {
    let bytes = Array(bytes)
    if let number = stringNumbers[bytes] { return .string(number) }
    let text = String(decoding: bytes, as: UTF8.self)
    guard text.utf8.elementsEqual(bytes) else { return nil }
    strings.append(text)
    stringNumbers[bytes] = strings.count - 1
    return .string(strings.count - 1)
  }

  /// The number of a storage; nil if one of its key is there that is another.
  mutating func number(of storage: PickleStorage) -> Int? {
    if let number = storageNumbers[storage.keyNumber] {
      let known = storages[number]
      return known.dtype == storage.dtype && known.byteCount == storage.byteCount ? number : nil
    }
    storages.append(storage)
    storageNumbers[storage.keyNumber] = storages.count - 1
    return storages.count - 1
  }

  /// The number of the storage with a key.
  func storage(withKey key: String) -> Int? {
    stringNumbers[Array(key.utf8)].flatMap { storageNumbers[$0] }
  }

  /// The string that a value is.
  func string(_ item: PickleItem) -> String? {
    if case .string(let index) = item { strings[index] } else { nil }
  }

  /// The elements of a value that is a tuple.
  func tuple(_ item: PickleItem) -> [PickleItem]? {
    guard case .container(let index) = item, containers[index].kind == .tuple else { return nil }
    return containers[index].items
  }
}
