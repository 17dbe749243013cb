import Foundation
import Testing

@testable import TorchCheckpoint

/// Broken and hostile files end in a typed error or in numbers, never in a crash.
///
/// `TORCH_CHECKPOINT_FUZZ=100000 swift test --filter DamagedCheckpointTests` damages each golden
/// file so many times instead of a few hundred, and cuts each off at every byte;
/// `TORCH_CHECKPOINT_FUZZ_SEED` begins elsewhere.
@Suite struct DamagedCheckpointTests {
  private static let names = (GoldenFiles.expected.keys + TorchCheckpointTests.refused.map(\.0))
    .sorted()

  private static let environment = ProcessInfo.processInfo.environment
  private static let count = environment["TORCH_CHECKPOINT_FUZZ"].flatMap(Int.init) ?? 250
  private static let firstSeed =
    environment["TORCH_CHECKPOINT_FUZZ_SEED"].flatMap(UInt64.init) ?? 0

  /// Opens a file and reads all that is in it; nil if nothing was wrong.
  private func fault(_ bytes: [UInt8]) throws -> TorchCheckpointError? {
    var limits = CheckpointLimits()
    limits.maximumExpandedByteCount = 1 << 16
    limits.maximumValueCount = 1 << 16
    do {
      let checkpoint = try TorchCheckpoint(bytes: bytes, name: "damaged", limits: limits)
      try walk(checkpoint.value)
      for path in checkpoint.stateDictPaths() { _ = try checkpoint.stateDict(path: path) }
      return nil
    } catch let error as TorchCheckpointError {
      return error
    }
  }

  private func walk(_ value: PickledValue) throws {
    switch value {
    case .list(let items), .tuple(let items): try items.forEach(walk)
    case .dictionary(let dictionary): try dictionary.entries.forEach { try walk($0.value) }
    case .tensor(let tensor): _ = try tensor.doubles()
    default: break
    }
  }

  @Test(arguments: names) func `a file cut off anywhere is refused`(name: String) throws {
    let bytes = try GoldenFiles.bytes(name)
    let everywhere = ["empty.pth", "legacy.pth", "state_dict.pth"].contains(name)
    let step = everywhere || Self.environment["TORCH_CHECKPOINT_FUZZ"] != nil ? 1 : 17
    for count in stride(from: 0, to: bytes.count, by: step) {
      let error = try fault(Array(bytes[..<count]))
      if error == nil { Issue.record("\(count) of \(bytes.count) bytes passed for the whole") }
      #expect(error?.description.contains("\n") != true)
    }
  }

  @Test(arguments: names) func `damaged files never crash`(name: String) throws {
    let bytes = try GoldenFiles.bytes(name)
    let others = try Self.names.map(GoldenFiles.bytes)
    var outcomes: [TorchCheckpointError.Code?: Int] = [:]
    for index in 0..<Self.count {
      var damage = FileDamage(seed: (Self.firstSeed + UInt64(index)) &* 64 &+ UInt64(bytes.count))
      let error = try fault(damage.applied(to: bytes, from: others[index % others.count]))
      outcomes[error?.code, default: 0] += 1
      if let error {
        #expect(error.file == "damaged" && !error.message.isEmpty && error.message.count < 1000)
      }
    }
    #expect(outcomes.count > 2, "\(outcomes)")
  }

  /// Pickles of instructions drawn by chance, whose head and directory are right.
  @Test(arguments: 0..<8 as Range<UInt64>) func `pickles by chance never crash`(seed: UInt64) throws
  {
    var generator = FileDamage.Generator(state: Self.firstSeed &+ seed)
    for _ in 0..<Self.count {
      var pickle = Pickle.protocolVersion()
      for _ in 0..<Int.random(in: 1...40, using: &generator) {
        pickle += Self.phrases.randomElement(using: &generator) ?? []
      }
      let zip = ZipFile(pickle: pickle + Pickle.stop, storages: [floatBytes([1, 2, 3, 4, 5, 6])])
      _ = try fault(zip.bytes)
      _ = try fault(LegacyFile.bytes(pickle, storages: [("0", [1, 2, 3, 4, 5, 6])]))
    }
  }

  /// Instructions with what belongs to them, so that many of the pickles make sense for a while.
  private static let phrases: [[UInt8]] =
    [
      Pickle.none, Pickle.mark, Pickle.emptyTuple, Pickle.emptyList, Pickle.emptyDict,
      Pickle.append, Pickle.appends, Pickle.setItem, Pickle.setItems, Pickle.reduce,
      Pickle.newObject, Pickle.build, Pickle.persistent, [0x74], [0x85], [0x86], [0x87], [0x94],
      [0x93], Pickle.put(0), Pickle.put(1), Pickle.get(0), Pickle.get(1), Pickle.orderedDict,
      Pickle.text("a"), Pickle.text("b"), Pickle.text("storage"), Pickle.integer(0),
      Pickle.integer(1), Pickle.integer(6), Pickle.integer(-1), Pickle.integer(.max),
      Pickle.integers([2, 3]), Pickle.integers([3, 1]), Pickle.storage("FloatStorage", "0", 6),
      Pickle.tensor([2, 3], strides: [3, 1], of: 6), Pickle.tensor([6], strides: [1], of: 6),
      Pickle.list(Pickle.none), Pickle.dict(("a", Pickle.none)), Pickle.tuple(Pickle.none),
      Pickle.global("collections", "OrderedDict"), Pickle.global("collections", "Counter"),
      Pickle.global("torch._utils", "_rebuild_tensor_v2"), Pickle.global("torch", "float32"),
      Pickle.global("torch._utils", "_rebuild_parameter"), Pickle.global("torch", "Size"),
      Pickle.global("argparse", "Namespace"),
    ]
}
