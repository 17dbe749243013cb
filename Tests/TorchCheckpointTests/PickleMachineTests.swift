import Testing

@testable import TorchCheckpoint

@Suite struct PickleMachineTests {
  @Test func `integers of every width`() throws {
    let cases: [([UInt8], Int)] = [
      ([0x4B, 200], 200), ([0x4D, 0x34, 0x12], 0x1234), ([0x4A, 0xFE, 0xFF, 0xFF, 0xFF], -2),
      ([0x8A, 0], 0), ([0x8A, 1, 0x80], -128), ([0x8A, 2, 0xFF, 0], 255),
      ([0x8A, 8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], Int.max),
      ([0x8A, 8, 0, 0, 0, 0, 0, 0, 0, 0x80], Int.min),
      ([0x8A, 10, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], 1),
      ([0x8A, 9, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], -2),
    ]
    for (instruction, expected) in cases {
      guard case .integer(expected) = try CraftedCheckpoint.value(Pickle.complete(instruction))
      else {
        Issue.record("\(instruction) is not \(expected)")
        continue
      }
    }
    let wide: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0x80, 0]
    guard case .wideInteger(wide) = try CraftedCheckpoint.value(Pickle.complete([0x8A, 9] + wide))
    else {
      Issue.record("2^63 does not fit an Int")
      return
    }
  }

  @Test func `strings of every spelling are one`() throws {
    let spellings: [[UInt8]] = [
      Pickle.text("é"), Pickle.oldText("é"), [0x54, 2, 0, 0, 0, 0xC3, 0xA9],
      [0x8C, 2, 0xC3, 0xA9], [0x8D, 2, 0, 0, 0, 0, 0, 0, 0, 0xC3, 0xA9],
    ]
    for spelling in spellings {
      guard case .string("é") = try CraftedCheckpoint.value(Pickle.complete(spelling)) else {
        Issue.record("\(spelling)")
        continue
      }
    }
    let binary: [[UInt8]] = [
      [0x43, 2, 0, 255], [0x42, 2, 0, 0, 0, 0, 255], [0x8E, 2, 0, 0, 0, 0, 0, 0, 0, 0, 255],
    ]
    for spelling in binary {
      guard case .bytes([0, 255]) = try CraftedCheckpoint.value(Pickle.complete(spelling)) else {
        Issue.record("\(spelling)")
        continue
      }
    }
  }

  /// As PyTorch 0.1 to 0.3 wrote under Python 2: pairs for a dictionary, old strings, tensors of
  /// four arguments, parameters with a state, sizes that are long integers.
  @Test func `a state dict of the first PyTorch and Python 2`() throws {
    let storage =
      Pickle.tuple(
        Pickle.oldText("storage"),
        Pickle.global("torch", "FloatStorage"),
        Pickle.oldText("140"),
        Pickle.oldText("cuda:0"),
        Pickle.integer(6),
        Pickle.tuple(Pickle.oldText("141"), Pickle.integer(2), Pickle.integer(4))
      ) + Pickle.persistent
    let tensor =
      Pickle.global("torch._utils", "_rebuild_tensor")
      + Pickle.tuple(
        storage,
        Pickle.integer(1),
        Pickle.mark + [0x8A, 1, 3, 0x74],
        Pickle.integers([1])
      ) + Pickle.reduce
    let parameter =
      Pickle.global("torch.nn.parameter", "Parameter") + tensor + [0x85] + Pickle.reduce
      + Pickle.tuple(Pickle.true, Pickle.false, Pickle.orderedDict) + Pickle.build
    let pair = Pickle.list(Pickle.oldText("weight"), parameter)
    let value =
      Pickle.global("collections", "OrderedDict") + Pickle.list(pair) + [0x85] + Pickle.reduce
    let bytes = LegacyFile.bytes(value, storages: [("140", [1, 2, 3, 4, 5, 6])])
    let tensors = try TorchCheckpoint(bytes: bytes, name: "file").stateDict()
    #expect(tensors.map(\.name) == ["weight"])
    // The part begins at element 2 of the storage, the tensor at element 1 of the part.
    #expect(try tensors[0].tensor.floats() == [4, 5, 6] && tensors[0].tensor.offset == 3)
  }

  static let forbidden = [
    "os system", "posix system", "nt system", "subprocess Popen", "builtins eval", "builtins exec",
    "builtins getattr", "__builtin__ eval", "builtins set", "torch load", "torch.jit _load",
    "torch.serialization load", "torch _utils", "torch.jit load", "collections defaultdict",
    "collections namedtuple", "functools partial", "numpy.core.multiarray _reconstruct",
    "copyreg _reconstructor", "torch FloatTensor", "torch XStorage",
    "torch.storage _load_from_bytes", " ", "torch ",
    "collections OrderedDict.fromkeys", "torch._utils _rebuild_tensor_v4", "argparse Namespace2",
  ]

  @Test(arguments: forbidden) func `names that are not needed are refused`(name: String) {
    let parts = name.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    let byLines = CraftedCheckpoint.fault(Pickle.complete(Pickle.global(parts[0], parts[1])))
    let byStack = CraftedCheckpoint.fault(
      Pickle.complete(Pickle.text(parts[0]) + Pickle.text(parts[1]) + [0x93])
    )
    for (error, byte) in [(byLines, 2), (byStack, 12 + parts[0].utf8.count + parts[1].utf8.count)] {
      #expect(error?.code == .forbiddenGlobal)
      #expect(error?.place == "record data.pkl, byte \(byte)")
      #expect(error?.message.contains("'\(parts[0]).\(parts[1])'") == true)
    }
  }

  @Test func `names of the file do not break a message`() {
    let name = "a\u{1B}[2J\u{202E}\r" + String(repeating: "x", count: 500)
    let error = CraftedCheckpoint.fault(Pickle.complete(Pickle.global("os", name)))
    let words = error?.message ?? ""
    #expect(words.contains("'os.a\\u{1b}[2J\\u{202e}\\u{d}xx") && words.count < 400)
    #expect(words.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    let long = CraftedCheckpoint.fault(
      Pickle.complete(Pickle.global("os", String(repeating: "x", count: 1025)))
    )
    #expect(long?.code == .malformedPickle)
  }

  /// Instructions that make classes, extensions, buffers or copies; and what is none.
  @Test func `all other instructions are refused`() {
    let known: [UInt8] = [
      0x80, 0x95, 0x2E, 0x28, 0x4E, 0x88, 0x89, 0x4A, 0x4B, 0x4D, 0x8A, 0x47, 0x54, 0x55, 0x58,
      0x8C, 0x8D, 0x42, 0x43, 0x8E, 0x5D, 0x61, 0x65, 0x7D, 0x73, 0x75, 0x29, 0x74, 0x85, 0x86,
      0x87, 0x71, 0x72, 0x94, 0x68, 0x6A, 0x63, 0x93, 0x52, 0x81, 0x62, 0x51,
    ]
    for byte in UInt8.min...UInt8.max where !known.contains(byte) {
      let error = CraftedCheckpoint.fault([0x80, 2, 0x4E, byte, 0x2E])
      #expect(error?.code == .unsupportedOpcode && error?.place == "record data.pkl, byte 3")
      #expect(error?.message.contains("0x\(String(byte, radix: 16))") == true)
    }
  }

  static let malformed: [(String, [UInt8])] = [
    ("nothing before the stop", []),
    ("two values at the stop", [0x4E, 0x4E]),
    ("an open mark", [0x28, 0x4E]),
    ("a tuple without a mark", [0x4E, 0x74]),
    ("a tuple of too few", [0x4E, 0x86]),
    ("a tuple across a mark", [0x4E, 0x4E, 0x28, 0x4E, 0x86, 0x74, 0x87]),
    ("appending across a mark", [0x5D, 0x28, 0x4E, 0x61, 0x74, 0x61]),
    ("keeping nothing", [0x71, 0]),
    ("keeping what is before a mark", [0x4E, 0x28, 0x71, 0, 0x74, 0x86]),
    ("using what was never kept", [0x68, 0]),
    ("using what was never kept, far", [0x6A, 255, 255, 255, 255]),
    ("appending to nothing", [0x4E, 0x61]),
    ("appending to a tuple", [0x29, 0x4E, 0x61]),
    ("appending to a dictionary", [0x7D, 0x28, 0x4E, 0x65]),
    ("an entry of a list", [0x5D, 0x4E, 0x4E, 0x73]),
    ("a key without a value", [0x7D, 0x28, 0x4E, 0x75]),
    ("a list as a key", [0x7D, 0x5D, 0x4E, 0x73]),
    ("a tuple as a key", [0x7D, 0x29, 0x4E, 0x73]),
    ("text that is none", [0x58, 1, 0, 0, 0, 0xFF]),
    ("text with half a surrogate pair", [0x58, 3, 0, 0, 0, 0xED, 0xA0, 0x80]),
    ("a name of numbers", [0x4B, 1, 0x4B, 2, 0x93]),
    ("calling a number", [0x4B, 1, 0x29, 0x52]),
    ("calling without a tuple", Pickle.global("collections", "OrderedDict") + [0x5D, 0x52]),
    ("calling a storage", Pickle.global("torch", "FloatStorage") + [0x29, 0x52]),
    ("calling a dtype", Pickle.global("torch", "float32") + [0x29, 0x52]),
    ("a size of two", Pickle.global("torch", "Size") + [0x29, 0x29, 0x86, 0x52]),
    ("a size of a list", Pickle.global("torch", "Size") + [0x5D, 0x85, 0x52]),
    ("an object of a function", Pickle.global("torch._utils", "_rebuild_tensor") + [0x29, 0x81]),
    ("an object of a number", [0x4B, 1, 0x29, 0x81]),
    ("attributes of a number", [0x4B, 1, 0x7D, 0x62]),
    ("attributes of a list", [0x5D, 0x7D, 0x62]),
    ("attributes of a tensor", Pickle.tensor([6], strides: [1], of: 6) + [0x7D, 0x62]),
    ("attributes of a class", Pickle.global("collections", "OrderedDict") + [0x7D, 0x62]),
    ("a dictionary of a number", Pickle.global("collections", "Counter") + [0x4E, 0x85, 0x52]),
    (
      "a dictionary of things that are no pairs",
      Pickle.global("collections", "Counter") + Pickle.list([0x4E]) + [0x85, 0x52]
    ),
    (
      "a dictionary of two",
      Pickle.global("collections", "Counter") + [0x7D, 0x7D, 0x86, 0x52]
    ),
    ("a parameter of nothing", Pickle.global("torch._utils", "_rebuild_parameter") + [0x29, 0x52]),
    (
      "a parameter of a number",
      Pickle.global("torch._utils", "_rebuild_parameter") + [0x4E, 0x85, 0x52]
    ),
    ("something outside that is a number", [0x4B, 1, 0x51]),
    ("something outside that is a string", Pickle.text("storage") + [0x51]),
    ("something outside that is no storage", Pickle.tuple(Pickle.text("module")) + [0x51]),
    (
      "a storage whose class is a dtype",
      Pickle.tuple(
        Pickle.text("storage"),
        Pickle.global("torch", "float32"),
        Pickle.text("0"),
        Pickle.text("cpu"),
        Pickle.integer(6)
      ) + [0x51]
    ),
  ]

  @Test(arguments: malformed.indices) func `what Python never writes is refused`(index: Int) {
    let (name, instructions) = Self.malformed[index]
    let error = CraftedCheckpoint.fault(Pickle.complete(instructions))
    #expect(error?.code == .malformedPickle, "\(name): \(String(describing: error))")
    #expect(error?.place.hasPrefix("record data.pkl, byte ") == true)
  }

  @Test func `instructions behind the stop are refused`() {
    #expect(
      CraftedCheckpoint.fault(Pickle.complete(Pickle.none) + [0x2E])?.code == .malformedPickle
    )
  }

  @Test func `a later protocol is refused`() {
    #expect(CraftedCheckpoint.fault([0x80, 6, 0x4E, 0x2E])?.code == .unsupportedForm)
  }

  @Test func `no key is there twice, by the rules of Python`() throws {
    let one = Pickle.text("a") + Pickle.none
    let pairs: [[UInt8]] = [
      one + one, one + Pickle.oldText("a") + Pickle.none,
      [0x4B, 1, 0x4E] + [0x88, 0x4E], [0x4B, 1, 0x4E] + [0x8A, 1, 1, 0x4E],
      [0x89, 0x4E] + [0x47, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x4E], [0x4E, 0x4E] + [0x4E, 0x4E],
    ]
    for pair in pairs {
      #expect(
        CraftedCheckpoint.fault(Pickle.complete([0x7D, 0x28] + pair + [0x75]))?.code
          == .duplicateName
      )
    }
    let apart =
      one + Pickle.text("A") + Pickle.none + [0x4B, 1, 0x4E, 0x4B, 0, 0x4E, 0x4E, 0x4E]
      + [0x47, 0x3F, 0xE0, 0, 0, 0, 0, 0, 0, 0x4E]
    let pickle = Pickle.complete([0x7D, 0x28] + apart + [0x75])
    guard case .dictionary(let dictionary) = try CraftedCheckpoint.value(pickle) else {
      Issue.record("not a dictionary")
      return
    }
    #expect(dictionary.entries.count == 6)
  }

  @Test func `containers that contain themselves are refused`() {
    let cycles: [[UInt8]] = [
      [0x5D, 0x71, 0, 0x68, 0, 0x61],
      [0x7D, 0x71, 0] + Pickle.text("a") + [0x68, 0, 0x73],
      [0x5D, 0x71, 0, 0x29, 0x68, 0, 0x85, 0x86, 0x61],
    ]
    for cycle in cycles { #expect(CraftedCheckpoint.fault(Pickle.complete(cycle))?.code == .cycle) }
  }

  @Test func `what only something opaque refers to is not looked into`() throws {
    let namespace =
      Pickle.global("argparse", "Namespace") + [0x29, 0x81, 0x7D]
      + Pickle.text("self") + [0x5D, 0x71, 0, 0x68, 0, 0x61, 0x73, 0x62]
    guard
      case .opaque("argparse.Namespace") = try CraftedCheckpoint.value(Pickle.complete(namespace))
    else {
      Issue.record("not opaque")
      return
    }
  }
}
