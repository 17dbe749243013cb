import Testing

@testable import TorchCheckpoint

@Suite struct PickleMachineTensorsTests {
  private func tensor(
    _ value: [UInt8],
    storages: [[UInt8]] = [floatBytes([1, 2, 3, 4, 5, 6])],
    limits: CheckpointLimits = CheckpointLimits()
  ) throws -> CheckpointTensor? {
    let zip = ZipFile(pickle: Pickle.complete(value), storages: storages)
    let value = try TorchCheckpoint(bytes: zip.bytes, name: "file", limits: limits).value
    if case .tensor(let tensor) = value { return tensor }
    return nil
  }

  private func fault(
    _ value: [UInt8],
    storages: [[UInt8]] = [floatBytes([1, 2, 3, 4, 5, 6])],
    limits: CheckpointLimits = CheckpointLimits()
  ) -> TorchCheckpointError? {
    #expect(throws: TorchCheckpointError.self) {
      try tensor(value, storages: storages, limits: limits)
    }
  }

  static let fitting: [([Int], [Int], Int, [Float])] = [
    ([6], [1], 0, [1, 2, 3, 4, 5, 6]),
    ([2, 3], [3, 1], 0, [1, 2, 3, 4, 5, 6]),
    ([3, 2], [1, 3], 0, [1, 4, 2, 5, 3, 6]),
    ([], [], 5, [6]),
    ([1], [.max], 5, [6]),
    ([1, 2, 1], [.max, 5, .max], 0, [1, 6]),
    ([3], [0], 4, [5, 5, 5]),
    ([2, 2], [0, 1], 0, [1, 2, 1, 2]),
    ([2, 1, 3], [3, 7, 1], 0, [1, 2, 3, 4, 5, 6]),
    ([2, 3], [1, 2], 0, [1, 3, 5, 2, 4, 6]),
    ([4, 3], [1, 1], 0, [1, 2, 3, 2, 3, 4, 3, 4, 5, 4, 5, 6]),
    ([0], [1], 6, []),
    ([3, 0, 2], [.max, .max, .max], 0, []),
  ]

  @Test(arguments: fitting.indices) func `views of six elements`(index: Int) throws {
    let (shape, strides, offset, expected) = Self.fitting[index]
    let value = Pickle.tensor(shape, strides: strides, offset: offset, of: 6)
    let tensor = try #require(try tensor(value))
    #expect(tensor.shape == shape && tensor.strides == strides && tensor.offset == offset)
    #expect(try tensor.floats() == expected && tensor.count == expected.count)
  }

  static let misfitting: [([Int], [Int], Int)] = [
    ([7], [1], 0), ([6], [1], 1), ([], [], 6), ([], [], -1), ([0], [1], 7), ([0], [1], -1),
    ([2], [6], 0), ([2, 3], [3], 0), ([2], [3, 1], 0), ([-1], [1], 0), ([2], [-1], 5),
    ([2], [.max], 0), ([2], [.max], .max), ([.max], [.max], .max), ([.max, .max], [0, 0], 0),
    ([1 << 32, 1 << 32], [0, 0], 0), ([0, 1 << 32, 1 << 32], [1, 0, 0], 0),
    ([3, 3], [.max / 2, 1], 0),
    ([.max], [1], 0), ([1 << 62], [4], 0), ([2, 2], [.max, .max], 0), ([], [], .max),
  ]

  @Test(arguments: misfitting.indices) func `views beyond six elements are refused`(index: Int) {
    let (shape, strides, offset) = Self.misfitting[index]
    let error = fault(Pickle.tensor(shape, strides: strides, offset: offset, of: 6))
    #expect(error?.code == .sizeMismatch)
    #expect(error?.message.contains("shape \(shape), strides \(strides), offset \(offset)") == true)
  }

  @Test func `rank has a bound`() throws {
    let ones = [Int](repeating: 1, count: 65)
    let most = Array(ones.dropLast())
    #expect(try tensor(Pickle.tensor(most, strides: most, of: 6))?.floats() == [1])
    #expect(fault(Pickle.tensor(ones, strides: ones, of: 6))?.code == .malformedPickle)
  }

  @Test func `what repeats its storage has a bound`() throws {
    var limits = CheckpointLimits()
    limits.maximumExpandedByteCount = 40
    let ten = Pickle.tensor([10], strides: [0], of: 6)
    #expect(try tensor(ten, limits: limits)?.count == 10)
    let eleven = Pickle.tensor([11], strides: [0], of: 6)
    #expect(fault(eleven, limits: limits)?.code == .limitExceeded)
    // What does not repeat has no bound but its storage.
    limits.maximumExpandedByteCount = 0
    #expect(try tensor(Pickle.tensor([6], strides: [1], of: 6), limits: limits)?.count == 6)
    let petabyte = Pickle.tensor([1 << 48], strides: [0], of: 6)
    #expect(fault(petabyte)?.code == .limitExceeded)
  }

  @Test func `a storage has the bytes that its record has`() {
    for count in [0, 5, 7, 1 << 40, 1 << 61] {
      let value = Pickle.tensor([0], strides: [1], of: count)
      #expect(fault(value)?.code == .sizeMismatch, "\(count) elements")
    }
    for count in [-1, 1 << 62, Int.max, Int.min] {
      let error = fault(Pickle.tensor([0], strides: [1], of: count))
      #expect(error?.code == .sizeMismatch && error?.message.contains("\(count)") == true)
    }
    let error = fault(Pickle.tensor([1], strides: [1], of: 6, key: "1"))
    #expect(error?.code == .missingStorage && error?.message.contains("'1'") == true)
    let outside = Pickle.tensor([1], strides: [1], of: 6, key: "../data.pkl")
    #expect(fault(outside)?.code == .missingStorage)
  }

  @Test func `a storage of odd length holds whole elements`() throws {
    let value = Pickle.tensor([2], strides: [1], of: 2)
    let storage = floatBytes([1, 2]) + [9, 9, 9]
    #expect(try tensor(value, storages: [storage])?.floats() == [1, 2])
  }

  @Test func `one key is one storage`() {
    let float = Pickle.storage("FloatStorage", "0", 6)
    for other in [
      Pickle.storage("LongStorage", "0", 6), Pickle.storage("FloatStorage", "0", 5),
      Pickle.storage("UntypedStorage", "0", 24),
    ] {
      #expect(fault(Pickle.list(float, other))?.code == .sizeMismatch)
    }
  }

  private func third(
    _ dtype: String,
    _ shape: [Int],
    offset: Int,
    bytes: Int,
    storage: [UInt8]? = nil,
    more: [UInt8] = []
  ) -> [UInt8] {
    Pickle.global("torch._utils", "_rebuild_tensor_v3")
      + Pickle.tuple(
        storage ?? Pickle.storage("UntypedStorage", "0", bytes),
        Pickle.integer(offset),
        Pickle.integers(shape),
        Pickle.integers([1]),
        Pickle.false,
        Pickle.orderedDict,
        Pickle.global("torch", dtype),
        more
      ) + Pickle.reduce
  }

  @Test func `bytes without a type have that of the tensor`() throws {
    let tensor = try #require(try tensor(third("uint32", [2], offset: 4, bytes: 24)))
    #expect(tensor.dtype == .uint32)
    #expect(try tensor.integers() == [5, 6].map { Int(Float($0).bitPattern) })
    #expect(fault(third("uint32", [3], offset: 4, bytes: 24))?.code == .sizeMismatch)
    #expect(fault(third("uint64", [2], offset: 2, bytes: 24))?.code == .sizeMismatch)
    #expect(fault(third("float8_e5m2", [2], offset: 2, bytes: 24))?.code == .unsupportedDType)
    #expect(fault(third("FloatStorage", [2], offset: 2, bytes: 24))?.code == .malformedPickle)
  }

  @Test func `conjugate and negative bits are refused`() throws {
    #expect(try tensor(third("float32", [2], offset: 4, bytes: 24, more: [0x7D])) != nil)
    let bits = Pickle.dict(("neg", Pickle.true))
    let error = fault(third("float32", [2], offset: 4, bytes: 24, more: bits))
    #expect(error?.code == .unsupportedForm && error?.message.contains("resolve_neg") == true)
  }

  /// The elements from an offset on of the storage "0".
  private func storage(
    _ type: [UInt8],
    of whole: Int,
    from offset: Int,
    count: Int
  ) -> [UInt8] {
    Pickle.tuple(
      Pickle.text("storage"),
      type,
      Pickle.text("0"),
      Pickle.text("cpu"),
      Pickle.integer(whole),
      Pickle.tuple(Pickle.text("1"), Pickle.integer(offset), Pickle.integer(count))
    ) + Pickle.persistent
  }

  private func part(_ offset: Int, _ count: Int) -> [UInt8] {
    let type = Pickle.global("torch", "FloatStorage")
    let storage = storage(type, of: 6, from: offset, count: count)
    return Pickle.global("torch._utils", "_rebuild_tensor")
      + Pickle.tuple(storage, Pickle.integer(0), Pickle.integers([2]), Pickle.integers([1]))
      + Pickle.reduce
  }

  @Test func `a tensor begins with an element of its storage`() throws {
    let type = Pickle.global("torch.storage", "UntypedStorage")
    let whole = storage(type, of: 24, from: 8, count: 16)
    let value = third("float32", [2], offset: 1, bytes: 24, storage: whole)
    #expect(try tensor(value)?.floats() == [4, 5])
    let split = storage(type, of: 24, from: 6, count: 16)
    let error = fault(third("float32", [2], offset: 1, bytes: 24, storage: split))
    #expect(error?.code == .sizeMismatch && error?.message.contains("inside an element") == true)
  }

  @Test func `parts of a storage stay inside it`() throws {
    #expect(try tensor(part(4, 2))?.floats() == [5, 6])
    for (offset, count) in [(5, 2), (4, 3), (7, 0), (-1, 3), (4, -1), (.max, 2), (2, .max)] {
      #expect(fault(part(offset, count))?.code == .sizeMismatch)
    }
    // A tensor of two elements in a part of one.
    #expect(fault(part(2, 1))?.code == .sizeMismatch)
  }

  @Test func `arguments of another kind are refused`() {
    let parts: [[UInt8]] = [
      Pickle.storage("FloatStorage", "0", 6), Pickle.integer(0), Pickle.integers([2]),
      Pickle.integers([1]), Pickle.false, Pickle.orderedDict,
    ]
    let name = Pickle.global("torch._utils", "_rebuild_tensor_v2")
    for index in 0..<4 {
      for wrong in [Pickle.none, Pickle.text("x"), Pickle.list(Pickle.integer(1))] {
        var parts = parts
        parts[index] = wrong
        let call = name + Pickle.mark + parts.joined() + [0x74] + Pickle.reduce
        #expect(fault(call)?.code == .malformedPickle)
      }
    }
    for count in [0, 3, 5] {
      let call = name + Pickle.mark + parts.prefix(count).joined() + [0x74] + Pickle.reduce
      #expect(fault(call)?.code == .malformedPickle)
    }
    let real = Pickle.tuple([0x47, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0])
    var shaped = parts
    shaped[2] = real
    #expect(fault(name + Pickle.mark + shaped.joined() + [0x74, 0x52])?.code == .malformedPickle)
  }
}
