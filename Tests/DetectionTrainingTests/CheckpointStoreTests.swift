import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import DetectionTraining

struct CheckpointStoreTests {
  /// A model with its optimizer and average, and a checkpoint of it for each of some steps.
  private final class Bench {
    let temporary: TemporaryFolder
    let model: RetinaNet
    let optimizer: SGD
    let average: ExponentialMovingAverage
    let store: CheckpointStore
    var folder: URL { temporary.url }

    init(steps: [Int], keep: Int = 5) throws {
      temporary = try TemporaryFolder()
      var generator = SplitMix64(state: 3)
      model = try RetinaNet(
        configuration: TinyRun.recipe.configuration(categories: ["a"], categoryIDs: [1]),
        using: &generator
      )
      optimizer = try SGD([ParameterGroup(model.parameters)])
      average = try ExponentialMovingAverage(of: model.state, decay: 0.9)
      store = CheckpointStore(folder: temporary.url, keep: keep)
      for step in steps {
        try fill(Double(step))
        try save(step)
      }
      try fill(-1)
    }

    /// Makes every number of the training state the same.
    func fill(_ value: Double) throws {
      try withoutGradient {
        for entry in model.state + optimizer.state + average.averages {
          try entry.tensor.fill_(value)
        }
      }
    }

    func save(_ step: Int) throws {
      var state = TrainingState()
      state.step = step
      state.epoch = 1
      state.batch = step
      state.bestAP = 0.125
      state.bestEpoch = 1
      let snapshot = try StateSnapshot(model: model, optimizer: optimizer, average: average)
      try snapshot.take()
      try store.save(state, snapshot)
    }

    func restore() throws -> TrainingState {
      try store.restore(model: model, optimizer: optimizer, average: average).state
    }

    /// The one value that all tensors hold; `nil` where they do not.
    func value() throws -> Double? {
      let values = try Set(
        (model.state + optimizer.state + average.averages).flatMap { entry in
          [try entry.tensor.min().item(), try entry.tensor.max().item()]
        }
      )
      return values.count == 1 ? values.first : nil
    }

    func file(_ step: Int, _ name: String) -> URL {
      folder.appendingPathComponent("step-000000000\(step)").appendingPathComponent(name)
    }
  }

  @Test func `the newest checkpoint comes back with all its tensors`() throws {
    let bench = try Bench(steps: [1, 2])
    let state = try bench.restore()
    #expect(state.step == 2 && state.batch == 2 && state.epoch == 1)
    #expect(state.bestAP == 0.125 && state.bestEpoch == 1)
    #expect(try bench.value() == 2)
  }

  @Test func `no more are kept than asked for, the newest ones`() throws {
    let bench = try Bench(steps: [1, 2, 3, 4], keep: 2)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.folder.path).sorted()
        == ["step-0000000003", "step-0000000004"]
    )
  }

  @Test func `a step that is saved again takes the place of the first`() throws {
    let bench = try Bench(steps: [1])
    try bench.fill(7)
    try bench.save(1)
    try bench.fill(0)
    #expect(try bench.restore().step == 1)
    #expect(try bench.value() == 7)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) == ["step-0000000001"]
    )
  }

  /// A process that died between the two renames of a second save leaves the first one aside.
  @Test func `a checkpoint put aside for its successor is found`() throws {
    let bench = try Bench(steps: [1])
    let place = bench.file(1, "")
    try FileManager.default.moveItem(
      at: place,
      to: bench.folder.appendingPathComponent("step-0000000001.replaced")
    )
    #expect(try bench.restore().step == 1)
    #expect(try bench.value() == 1)
    // The next save leaves nothing of it.
    try bench.save(1)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: bench.folder.path) == ["step-0000000001"]
    )
  }

  @Test func `half a checkpoint of a process that died is passed over`() throws {
    let bench = try Bench(steps: [1])
    let partial = bench.folder.appendingPathComponent("step-0000000002.partial")
    try FileManager.default.copyItem(at: bench.file(1, ""), to: partial)
    #expect(try bench.restore().step == 1)
    try bench.save(2)
    #expect(!FileManager.default.fileExists(atPath: partial.path))
  }

  static let files = ["model.safetensors", "optimizer.safetensors", "average.safetensors"]

  @Test(arguments: files)
  func `a changed byte anywhere in the newest sends back to the one before`(name: String) throws {
    let bench = try Bench(steps: [1, 2])
    let url = bench.file(2, name)
    let whole = try Data(contentsOf: url)
    for position in [0, 9, whole.count / 2, whole.count - 1] {
      var altered = whole
      altered[position] ^= 1
      try altered.write(to: url)
      #expect(try bench.restore().step == 1, "byte \(position)")
      #expect(try bench.value() == 1)
    }
    for length in [0, 8, whole.count - 1] {
      try whole.prefix(length).write(to: url)
      #expect(try bench.restore().step == 1, "\(length) bytes")
    }
    try FileManager.default.removeItem(at: url)
    #expect(try bench.restore().step == 1)
  }

  /// A digit of the step or the best AP is as dear as a weight.
  @Test func `a changed byte in the state is never taken for another state`() throws {
    let bench = try Bench(steps: [1, 2])
    let whole = try bench.restore()
    for name in ["state.json", "checksums.json"] {
      let url = bench.file(2, name)
      let bytes = try Data(contentsOf: url)
      for position in stride(from: 0, to: bytes.count, by: max(1, bytes.count / 8)) {
        var altered = bytes
        altered[position] ^= 1
        try altered.write(to: url)
        let state = try bench.restore()
        #expect(state.step == 1, "\(name), byte \(position)")
        #expect(try bench.value() == Double(state.step))
      }
      try bytes.prefix(bytes.count - 2).write(to: url)
      #expect(try bench.restore().step == 1)
      try FileManager.default.removeItem(at: url)
      #expect(try bench.restore().step == 1)
      try bytes.write(to: url)
      #expect(try bench.restore() == whole)
    }
  }

  @Test func `the step, the best AP and the places in the epoch are guarded`() throws {
    let bench = try Bench(steps: [1, 2])
    let url = bench.file(2, "state.json")
    let text = try String(contentsOf: url, encoding: .utf8)
    for (old, new) in [
      ("\"step\" : 2", "\"step\" : 3"), ("0.125", "0.625"), ("\"batch\" : 2", "\"batch\" : 0"),
    ] {
      #expect(text.contains(old))
      try Data(text.replacingOccurrences(of: old, with: new).utf8).write(to: url)
      #expect(try bench.restore().step == 1)
    }
  }

  @Test func `where none is whole, the error says what is wrong with each`() throws {
    let bench = try Bench(steps: [1, 2])
    try Data().write(to: bench.file(1, "state.json"))
    try FileManager.default.removeItem(at: bench.file(2, "model.safetensors"))
    let error = #expect(throws: TrainingError.self) { try bench.restore() }
    #expect(error?.code == .unreadableCheckpoint)
    let message = error?.message ?? ""
    #expect(message.hasPrefix("\(bench.folder.path): no checkpoint is whole: "), "\(message)")
    #expect(message.contains("step-0000000001: state.json"), "\(message)")
    #expect(message.contains("step-0000000002: model.safetensors"), "\(message)")
    #expect(!message.contains("\n"))
    // Nothing was put into the model on the way.
    #expect(try bench.value() == -1)
  }

  @Test func `another network's checkpoint is refused with the difference`() throws {
    let bench = try Bench(steps: [1])
    var recipe = TinyRun.recipe
    recipe.model.pyramidChannels = 24
    var generator = SplitMix64(state: 3)
    let other = try RetinaNet(
      configuration: recipe.configuration(categories: ["a"], categoryIDs: [1]),
      using: &generator
    )
    let error = #expect(throws: TrainingError.self) {
      try bench.store.restore(
        model: other,
        optimizer: SGD([ParameterGroup(other.parameters)]),
        average: nil
      )
    }
    #expect(error?.message.contains("expected [24") == true, "\(error?.message ?? "")")
  }
}
