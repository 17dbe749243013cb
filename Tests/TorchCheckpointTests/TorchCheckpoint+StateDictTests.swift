import Testing

@testable import TorchCheckpoint

@Suite struct TorchCheckpointStateDictTests {
  private func checkpoint(_ value: [UInt8]) throws -> TorchCheckpoint {
    try TorchCheckpoint(bytes: LegacyFile.bytes(value, storages: [("0", [1, 2])]), name: "file")
  }

  private let tensor = Pickle.tensor([2], strides: [1], of: 2)

  @Test func `a state dict is found by its path`() throws {
    let inner = Pickle.dict(("weight", tensor))
    let checkpoint = try checkpoint(
      Pickle.dict(("model", inner), ("ema", Pickle.dict(("module", inner))), ("epoch", [0x4B, 3]))
    )
    #expect(checkpoint.stateDictPaths() == [["model"], ["ema", "module"]])
    #expect(try checkpoint.stateDict(path: ["model"]).map(\.name) == ["weight"])
    #expect(try checkpoint.stateDict(path: ["ema", "module"])[0].tensor.floats() == [1, 2])
  }

  @Test func `what is not a state dict is refused with a list of those that are`() throws {
    let checkpoint = try checkpoint(
      Pickle.dict(("model", Pickle.dict(("weight", tensor))), ("epoch", [0x4B, 3]))
    )
    let cases: [([String], String, String)] = [
      ([], "'model'", "it is a dictionary, not a tensor"),
      (["weights"], "'weights'", "there is no such entry"),
      (["epoch"], "'epoch'", "it is an integer, not a dictionary"),
      (["model", "weight"], "'model' > 'weight'", "it is a tensor, not a dictionary"),
      (["model", "weight", "x"], "'model' > 'weight' > 'x'", "there is no such entry"),
    ]
    for (path, place, words) in cases {
      let error = #expect(throws: TorchCheckpointError.self) {
        try checkpoint.stateDict(path: path)
      }
      #expect(error?.code == .missingEntry && error?.place == place)
      #expect(error?.message == "\(words); dictionaries of tensors: 'model'")
    }
  }

  @Test func `a checkpoint without tensors says so`() throws {
    let error = #expect(throws: TorchCheckpointError.self) {
      try TorchCheckpoint(bytes: LegacyFile.bytes(Pickle.list()), name: "file").stateDict()
    }
    #expect(error?.place == "the checkpoint itself")
    #expect(error?.message.hasPrefix("it is a list, not a dictionary; ") == true)
    #expect(error?.message.hasSuffix("the file has no dictionary of tensors") == true)
  }

  @Test func `keys that are not names are refused`() throws {
    let checkpoint = try checkpoint(Pickle.emptyDict + Pickle.integer(3) + tensor + Pickle.setItem)
    let error = #expect(throws: TorchCheckpointError.self) { try checkpoint.stateDict() }
    #expect(error?.code == .missingEntry && error?.message.contains("an integer as a key") == true)
  }

  @Test func `names that are equal to Swift alone are refused`() throws {
    let checkpoint = try checkpoint(Pickle.dict(("\u{E9}", tensor), ("e\u{301}", tensor)))
    let error = #expect(throws: TorchCheckpointError.self) { try checkpoint.stateDict() }
    #expect(error?.code == .duplicateName)
  }

  /// Dictionaries of ten entries inside each other, each made once and used ten times.
  private func nested(_ levels: UInt8) -> [UInt8] {
    guard levels > 0 else { return Pickle.dict(("weight", tensor)) + Pickle.put(0) }
    let uses = (1..<10).flatMap { Pickle.text("\($0)") + Pickle.get(levels - 1) }
    return Pickle.emptyDict + Pickle.mark + Pickle.text("0") + nested(levels - 1) + uses
      + Pickle.setItems + Pickle.put(levels)
  }

  @Test func `the search for state dicts ends`() throws {
    let paths = try checkpoint(nested(3)).stateDictPaths()
    #expect(paths.count == 100 && paths[0] == ["0", "0", "0"] && paths[99] == ["0", "9", "9"])
    #expect(try checkpoint(nested(5)).stateDictPaths().isEmpty)
  }
}
