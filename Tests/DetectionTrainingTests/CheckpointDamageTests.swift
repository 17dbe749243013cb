import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import DetectionTraining

/// A checkpoint with any byte altered or cut anywhere is refused by name, and the one before it used.
struct CheckpointDamageTests {
  /// What may happen to a file.
  private enum Damage: CaseIterable {
    case flippedBit, otherByte, otherRun, cut, grown, removed, exchanged
  }

  @Test func `a thousand random damages are refused by name`() throws {
    let temporary = try TemporaryFolder()
    var generator = SplitMix64(state: 3)
    var recipe = TinyRun.recipe
    recipe.model.headDepth = 0
    recipe.model.pyramidChannels = 8
    let model = try RetinaNet(
      configuration: recipe.configuration(categories: ["a"], categoryIDs: [1]),
      using: &generator
    )
    let optimizer = try SGD([ParameterGroup(model.parameters)])
    let average = try ExponentialMovingAverage(of: model.state, decay: 0.9)
    let store = CheckpointStore(folder: temporary.url, keep: 5)
    let snapshot = try StateSnapshot(model: model, optimizer: optimizer, average: average)
    for step in [1, 2] {
      var state = TrainingState()
      state.step = step
      try snapshot.take()
      try store.save(state, snapshot)
    }
    let newest = temporary.url.appendingPathComponent("step-0000000002")
    let names = try FileManager.default.contentsOfDirectory(atPath: newest.path).sorted()
    #expect(names.count == 5)
    let whole = Dictionary(
      uniqueKeysWithValues: try names.map {
        ($0, try Data(contentsOf: newest.appendingPathComponent($0)))
      }
    )
    func restore() throws -> (state: TrainingState, refused: [String]) {
      try store.restore(model: model, optimizer: optimizer, average: average)
    }
    #expect(try restore().refused.isEmpty)
    for trial in 0..<1000 {
      let name = names[Int(generator.next() % UInt64(names.count))]
      let url = newest.appendingPathComponent(name)
      let bytes = whole[name] ?? Data()
      guard let damaged = Self.damage(bytes, &generator) else {
        try FileManager.default.removeItem(at: url)
        try expectRefused(name, trial, restore())
        try bytes.write(to: url)
        continue
      }
      // A damage that changes nothing is none.
      guard damaged != bytes else { continue }
      try damaged.write(to: url)
      try expectRefused(name, trial, restore())
      try bytes.write(to: url)
    }
    #expect(try restore().state.step == 2)
  }

  private func expectRefused(
    _ file: String,
    _ trial: Int,
    _ found: (state: TrainingState, refused: [String])
  ) throws {
    #expect(found.state.step == 1, "trial \(trial), \(file)")
    #expect(found.refused.count == 1, "trial \(trial), \(file)")
    let refusal = found.refused.first ?? ""
    #expect(refusal.hasPrefix("step-0000000002: "), "trial \(trial), \(file): \(refusal)")
  }

  /// `nil` where the file is removed.
  private static func damage(_ bytes: Data, _ generator: inout SplitMix64) -> Data? {
    var result = bytes
    let place = Int(generator.next() % UInt64(bytes.count))
    switch Damage.allCases[Int(generator.next() % UInt64(Damage.allCases.count))] {
    case .flippedBit: result[place] ^= 1 << UInt8(generator.next() % 8)
    case .otherByte: result[place] = UInt8(truncatingIfNeeded: generator.next())
    case .otherRun:
      for index in place..<min(bytes.count, place + 64) {
        result[index] = UInt8(truncatingIfNeeded: generator.next())
      }
    case .cut: result = bytes.prefix(place)
    case .grown: result += Data([UInt8(truncatingIfNeeded: generator.next())])
    case .removed: return nil
    case .exchanged:
      let other = Int(generator.next() % UInt64(bytes.count))
      result.swapAt(place, other)
    }
    return result
  }
}
