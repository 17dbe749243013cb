import Testing

@testable import TorchCheckpoint

@Suite struct LegacyFormTests {
  private let value = Pickle.dict(("w", Pickle.tensor([2], strides: [1], of: 2)))

  private func fault(_ bytes: [UInt8]) -> TorchCheckpointError? {
    #expect(throws: TorchCheckpointError.self) { try TorchCheckpoint(bytes: bytes, name: "file") }
  }

  @Test func `storages follow in the order of their keys`() throws {
    let two = Pickle.dict(
      ("a", Pickle.tensor([2], strides: [1], of: 2, key: "x")),
      ("b", Pickle.tensor([1], strides: [1], of: 1, key: "w"))
    )
    let bytes = LegacyFile.bytes(two, storages: [("w", [7]), ("x", [8, 9])])
    let tensors = try TorchCheckpoint(bytes: bytes, name: "file").stateDict()
    #expect(try tensors.map { try $0.tensor.floats() } == [[8, 9], [7]])
  }

  @Test func `pickles that torch.save did not write are refused`() {
    let cases: [([UInt8], TorchCheckpointError.Code)] = [
      (Pickle.complete(Pickle.dict(("model", Pickle.list()))), .notACheckpoint),
      (Pickle.complete(Pickle.integer(1001)), .notACheckpoint),
      (LegacyFile.magic + Pickle.complete(Pickle.integer(1002)), .unsupportedForm),
      (LegacyFile.magic + Pickle.complete(Pickle.none), .unsupportedForm),
      (Pickle.complete(Pickle.global("numpy.core.multiarray", "_reconstruct")), .forbiddenGlobal),
    ]
    for (bytes, code) in cases { #expect(fault(bytes)?.code == code) }
  }

  @Test func `counts and keys have to agree`() {
    let tooMany = LegacyFile.bytes(value, storages: [("0", [1, 2, 3])])
    #expect(fault(tooMany)?.code == .sizeMismatch)
    let tooFew = LegacyFile.bytes(value, storages: [("0", [1])])
    #expect(fault(tooFew)?.code == .sizeMismatch)
    let other = LegacyFile.bytes(value, storages: [("1", [1, 2])])
    #expect(fault(other)?.code == .malformedPickle)
    let more = LegacyFile.bytes(value, storages: [("0", [1, 2]), ("1", [1, 2])])
    #expect(fault(more)?.code == .malformedPickle)
    let twice = LegacyFile.bytes(value, storages: [("0", [1, 2]), ("0", [1, 2])])
    #expect(fault(twice)?.code == .duplicateName)
    let absent = LegacyFile.bytes(value)
    #expect(fault(absent)?.code == .missingStorage)
    let trailing = LegacyFile.bytes(value, storages: [("0", [1, 2])]) + [0]
    #expect(fault(trailing)?.code == .sizeMismatch)
  }

  @Test func `counts that no file holds are refused`() {
    for count in [1 << 40, 1 << 61, -1, Int.max] {
      let value = Pickle.tensor([0], strides: [1], of: count)
      let bytes = LegacyFile.bytes(value, storages: [("0", [1, 2])])
      #expect(fault(bytes)?.code == .sizeMismatch)
    }
    let value = Pickle.tensor([0], strides: [1], of: 1 << 40)
    let bytes =
      LegacyFile.head + Pickle.complete(value) + Pickle.complete(Pickle.list(Pickle.text("0")))
      + littleEndian(1 << 40, 8)
    #expect(fault(bytes)?.code == .truncated)
  }

  @Test func `keys that are not a list of strings are refused`() {
    let start = LegacyFile.head + Pickle.complete(value)
    for keys in [Pickle.none, Pickle.dict(), Pickle.list(Pickle.integer(0)), Pickle.text("0")] {
      #expect(fault(start + Pickle.complete(keys))?.code == .malformedPickle)
    }
  }
}
