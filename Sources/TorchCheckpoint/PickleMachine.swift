/// Follows the instructions of one pickle; nothing that it names is looked up, called or executed.
///
/// Every instruction takes a bounded time and makes a bounded number of values, which are counted:
/// a pickle costs no more than its bytes and the limits allow.
struct PickleMachine {
  /// Where the next instruction lies; after the last one, the byte behind it.
  var cursor: ByteCursor
  var heap = PickleHeap()

  let limits: CheckpointLimits
  private var stack: [PickleItem] = []
  /// How high the stack was at each mark that is still open.
  private var marks: [Int] = []
  private var memo: [Int: PickleItem] = [:]
  private var valueCount = 0
  private var instruction = 0

  init(reading cursor: ByteCursor, limits: CheckpointLimits) {
    self.cursor = cursor
    self.limits = limits
  }

  /// Follows all instructions up to the stop; returns the one value that they leave.
  mutating func run() throws(TorchCheckpointError) -> PickleItem {
    while true {
      instruction = cursor.position
      let byte = try cursor.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else { throw unsupported(byte) }
      if opcode == .stop { break }
      try follow(opcode)
    }
    let value = try pop()
    guard stack.isEmpty, marks.isEmpty else {
      throw malformed("the pickle ends with \(stack.count) values too many")
    }
    return value
  }

  private mutating func follow(_ opcode: PickleOpcode) throws(TorchCheckpointError) {
    switch opcode {
    case .proto, .frame: try frame(opcode)
    case .stop: break
    case .mark:
      try charge(1)
      marks.append(stack.count)
    case .none: try push(.null)
    case .newTrue: try push(.boolean(true))
    case .newFalse: try push(.boolean(false))
    case .binInt, .binInt1, .binInt2, .long1, .binFloat: try pushNumber(opcode)
    case .binString, .shortBinString, .binUnicode, .shortBinUnicode, .binUnicode8:
      try pushString(opcode)
    case .binBytes: try push(.bytes(Array(try cursor.bytes(countedBy: 4))))
    case .shortBinBytes: try push(.bytes(Array(try cursor.bytes(countedBy: 1))))
    case .binBytes8: try push(.bytes(Array(try cursor.bytes(countedBy: 8))))
    case .emptyList: try push(heap.container(.list))
    case .emptyDict: try push(heap.container(.dictionary))
    case .emptyTuple: try push(heap.container(.tuple))
    case .tuple: try push(heap.container(.tuple, try popToMark()))
    case .tuple1: try pushTuple(1)
    case .tuple2: try pushTuple(2)
    case .tuple3: try pushTuple(3)
    case .append: try append([try pop()])
    case .appends: try append(try popToMark())
    case .setItem: try insert(try pop(2))
    case .setItems: try insert(try popToMark())
    case .binPut: try remember(at: Int(try cursor.number(byteCount: 1)))
    case .longBinPut: try remember(at: Int(try cursor.number(byteCount: 4)))
    case .memoize: try remember(at: memo.count)
    case .binGet: try recall(Int(try cursor.number(byteCount: 1)))
    case .longBinGet: try recall(Int(try cursor.number(byteCount: 4)))
    case .global: try pushGlobal()
    case .stackGlobal: try pushStackGlobal()
    case .reduce: try reduce()
    case .newObject: try makeObject()
    case .build: try build()
    case .binPersistentID: try push(try storage(try pop()))
    }
  }

  // MARK: The stack

  mutating func push(_ item: PickleItem) throws(TorchCheckpointError) {
    try charge(1)
    stack.append(item)
  }

  mutating func pop() throws(TorchCheckpointError) -> PickleItem {
    guard stack.count > marks.last ?? 0, let item = stack.popLast() else {
      throw malformed("an instruction takes a value and there is none")
    }
    return item
  }

  /// The last so many values, the oldest first.
  mutating func pop(_ count: Int) throws(TorchCheckpointError) -> [PickleItem] {
    guard stack.count - (marks.last ?? 0) >= count else {
      throw malformed("an instruction takes \(count) values and there are fewer")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(TorchCheckpointError) -> [PickleItem] {
    guard let mark = marks.popLast() else {
      throw malformed("an instruction takes all values up to a mark and there is no mark")
    }
    defer { stack.removeLast(stack.count - mark) }
    return Array(stack[mark...])
  }

  /// Counts values that are made or used again.
  mutating func charge(_ count: Int) throws(TorchCheckpointError) {
    valueCount += count
    guard valueCount <= limits.maximumValueCount else {
      throw fault(
        .limitExceeded,
        "the pickle makes more than the \(limits.maximumValueCount) values that are allowed"
      )
    }
  }

  // MARK: Simple values

  private mutating func frame(_ opcode: PickleOpcode) throws(TorchCheckpointError) {
    guard opcode == .proto else {
      _ = try cursor.number(byteCount: 8)
      return
    }
    let version = try cursor.byte()
    guard version <= 5 else {
      throw fault(
        .unsupportedForm,
        "the pickle is of protocol \(version), 0 to 5 are read; save it with an older one"
      )
    }
  }

  private mutating func pushNumber(_ opcode: PickleOpcode) throws(TorchCheckpointError) {
    switch opcode {
    case .binInt:
      let bits = UInt32(truncatingIfNeeded: try cursor.number(byteCount: 4))
      try push(.integer(Int(Int32(bitPattern: bits))))
    case .binInt1: try push(.integer(Int(try cursor.number(byteCount: 1))))
    case .binInt2: try push(.integer(Int(try cursor.number(byteCount: 2))))
    case .long1: try push(integer(Array(try cursor.bytes(countedBy: 1))))
    default:
      // The one number whose highest byte comes first.
      let bits = try cursor.bytes(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      try push(.real(Double(bitPattern: bits)))
    }
  }

  /// An integer in two's complement, the lowest byte first; no byte is zero.
  private func integer(_ bytes: [UInt8]) -> PickleItem {
    let sign: UInt8 = (bytes.last ?? 0) >= 0x80 ? 0xFF : 0
    var digits = bytes
    // Python 2 wrote more bytes than it takes.
    while digits.count > 8, digits.last == sign, digits[digits.count - 2] & 0x80 == sign & 0x80 {
      digits.removeLast()
    }
    guard digits.count <= 8 else { return .wideInteger(digits) }
    let padding = [UInt8](repeating: sign, count: 8 - digits.count)
    let bits = (digits + padding).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return .integer(Int(Int64(bitPattern: bits)))
  }

  private mutating func pushString(_ opcode: PickleOpcode) throws(TorchCheckpointError) {
    let width =
      switch opcode {
      case .shortBinString, .shortBinUnicode: 1
      case .binUnicode8: 8
      default: 4
      }
    guard let string = heap.string(try cursor.bytes(countedBy: width)) else {
      throw malformed("a string is not text in UTF-8")
    }
    try push(string)
  }

  // MARK: Containers

  private mutating func pushTuple(_ count: Int) throws(TorchCheckpointError) {
    try push(heap.container(.tuple, try pop(count)))
  }

  /// Appends to the list on top of the stack.
  private mutating func append(_ items: [PickleItem]) throws(TorchCheckpointError) {
    let target = try pop()
    guard case .container(let index) = target, heap.containers[index].kind == .list else {
      throw malformed("elements are appended to \(target.kind(in: heap)), only lists take them")
    }
    heap.containers[index].items += items
    stack.append(target)
  }

  /// Puts keys and values by turns into the dictionary on top of the stack.
  private mutating func insert(_ items: [PickleItem]) throws(TorchCheckpointError) {
    let target = try pop()
    try insert(items, into: target)
    stack.append(target)
  }

  mutating func insert(
    _ items: [PickleItem],
    into target: PickleItem
  ) throws(TorchCheckpointError) {
    guard case .container(let index) = target, heap.containers[index].kind == .dictionary else {
      throw malformed("entries are put into \(target.kind(in: heap)), only dictionaries take them")
    }
    guard items.count.isMultiple(of: 2) else { throw malformed("a key is without a value") }
    let dictionary = heap.containers[index]
    for place in stride(from: 0, to: items.count, by: 2) {
      guard dictionary.keys.insert(try key(items[place])).inserted else {
        throw fault(
          .duplicateName,
          "a dictionary has \(items[place].kind(in: heap)) twice as a key, which Python never "
            + "writes; do not trust this file"
        )
      }
    }
    dictionary.items += items
  }

  /// What Python compares when it looks for a key; True is 1 there, and 1.0 as well.
  private func key(_ item: PickleItem) throws(TorchCheckpointError) -> PickleContainer.Key {
    switch item {
    case .null: return .null
    case .boolean(let value): return .integer(value ? 1 : 0)
    case .integer(let value): return .integer(value)
    case .wideInteger(let value): return .wideInteger(value)
    case .real(let value): return Int(exactly: value).map { .integer($0) } ?? .real(value)
    case .string(let index): return .string(index)
    default:
      throw fault(
        .malformedPickle,
        "a dictionary has \(item.kind(in: heap)) as a key, strings and numbers are read"
      )
    }
  }

  // MARK: The memo

  private mutating func remember(at index: Int) throws(TorchCheckpointError) {
    guard stack.count > marks.last ?? 0, let item = stack.last else {
      throw malformed("an instruction keeps a value and there is none")
    }
    try charge(1)
    memo[index] = item
  }

  private mutating func recall(_ index: Int) throws(TorchCheckpointError) {
    guard let item = memo[index] else {
      throw malformed("value \(index) is used again and was never kept")
    }
    try push(item)
  }

  // MARK: Faults

  func fault(_ code: TorchCheckpointError.Code, _ message: String) -> TorchCheckpointError {
    cursor.file.fault(code, cursor.place(instruction), message)
  }

  func malformed(_ message: String) -> TorchCheckpointError {
    fault(.malformedPickle, "\(message); this is not a pickle as Python writes it")
  }

  /// Where the instruction lies that is followed.
  var place: String { cursor.place(instruction) }

  private func unsupported(_ byte: UInt8) -> TorchCheckpointError {
    fault(
      .unsupportedOpcode,
      "the pickle has the instruction 0x\(String(byte, radix: 16)), which no checkpoint of tensors "
        + "needs; save model.state_dict() with torch.save and its default protocol"
    )
  }
}
