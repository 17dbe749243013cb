import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchCheckpoint
import TorchNN

@testable import WeightImport

struct WeightFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Few kilobytes that would become gigabytes.
  @Test func `tensors that repeat one element are refused before memory is taken for them`() throws
  {
    let network = try RetinaNet(.tiny())
    let bytes = try LegacyStateDict.bytes(network.state, isRepeated: true)
    #expect(bytes.count < 100_000)
    let url = try folder.file("w.pth", bytes)
    let error = #expect(throws: WeightImportError.self) { _ = try WeightFile(contentsOf: url) }
    #expect(error?.code == .unfit && error?.message.contains("repeat their elements") == true)
  }

  @Test func `a pipe is refused instead of waited for`() throws {
    let pipe = try folder.file("w.pth", [0])
    try FileManager.default.removeItem(at: pipe)
    try #require(mkfifo(pipe.path, 0o600) == 0)
    let error = #expect(throws: (any Error).self) { try WeightFile(contentsOf: pipe) }
    #expect("\(error as Any)".contains("not a regular file"))
  }

  /// The names of a network of billions of weights, of which the file has next to nothing.
  @Test func `a network larger than its file is refused before it is built`() throws {
    let small = try RetinaNet(.tiny())
    let tensors = small.state.map { entry in
      guard entry.name == "backbone.body.conv1.weight" else { return entry }
      return NamedTensor(
        name: entry.name,
        tensor: (try? Tensor.zeros(shape: [512, 3, 7, 7])) ?? entry.tensor
      )
    }
    let swollen = try tensors.map { entry in
      guard entry.name == "backbone.body.layer1.0.conv1.weight" else { return entry }
      return NamedTensor(name: entry.name, tensor: try Tensor.zeros(shape: [512, 1, 1, 1]))
    }
    let last = swollen.map { entry in
      entry.name == "backbone.fpn.extra_blocks.p6.weight"
        ? NamedTensor(
          name: entry.name,
          tensor: (try? Tensor.zeros(shape: [16, 16, 3, 3])) ?? entry.tensor
        )
        : entry
    }
    let file = try WeightFile(contentsOf: folder.file("w.safetensors", last))
    let error = #expect(throws: WeightImportError.self) {
      _ = try TorchvisionImport.model(file, options: ImportOptions())
    }
    #expect(error?.message.contains("expected many more") == true, "\(error as Any)")
  }

  /// The length may begin with the byte that a pickle or an ONNX file begins with.
  @Test func `a safetensors file is known whatever the length of its header`() throws {
    var firstBytes: Set<UInt8> = []
    for length in 0..<32 {
      let name = String(repeating: "a", count: 8 * length + 1)
      let tensor = NamedTensor(name: name, tensor: try Tensor.ones(shape: [1]))
      let url = try folder.file("w.safetensors", [tensor])
      firstBytes.insert(try #require(try Data(contentsOf: url).first))
      #expect(try WeightFile(contentsOf: url).tensors.keys.first == name)
    }
    #expect(firstBytes.count == 32 && firstBytes.contains(0x80) && firstBytes.contains(0x08))
  }

  @Test(arguments: [DType.float16, .bfloat16, .float64])
  func `weights of other precisions are taken`(dtype: DType) throws {
    let network = try RetinaNet(.tiny())
    let tensors = try network.state.map {
      NamedTensor(name: $0.name, tensor: try $0.tensor.to(dtype))
    }
    let file = try WeightFile(contentsOf: folder.file("w.safetensors", tensors))
    let (model, _) = try TorchvisionImport.model(file, options: ImportOptions())
    for (found, expected) in zip(model.state, tensors) {
      #expect(found.tensor.dtype == .float32)
      #expect(try found.tensor.floats() == expected.tensor.to(.float32).floats())
    }
  }

  @Test func `two tensors that are one today are refused`() throws {
    let name = "head.regression_head.conv"
    let tensors = try ["\(name).2.weight", "\(name).1.0.weight"].map {
      NamedTensor(name: $0, tensor: try Tensor.ones(shape: [1]))
    }
    let error = #expect(throws: WeightImportError.self) {
      _ = try WeightFile(contentsOf: folder.file("w.safetensors", tensors))
    }
    #expect(error?.place == "'\(name).1.0.weight'" && error?.message.contains("twice") == true)
  }

  @Test func `of several networks in a checkpoint an average is taken last`() throws {
    let tensor = NamedTensor(name: "conv1.weight", tensor: try Tensor.ones(shape: [1]))
    #expect(
      StateDictChoice.order([["model_ema"], ["optimizer", "x"], ["model"]]) == [
        ["optimizer", "x"], ["model"], ["model_ema"],
      ]
    )
    let bytes = try LegacyStateDict.bytes([tensor], inside: ["checkpoint", "ema", "network"])
    let file = try WeightFile(contentsOf: folder.file("w.pth", bytes))
    #expect(file.entry == "checkpoint.ema.network" && file.otherEntries.isEmpty)
  }

  @Test(arguments: 0..<60)
  func `a damaged checkpoint is read or refused`(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let tensors = try RetinaNet(.tiny()).state.filter { $0.tensor.count < 300 }
    var bytes = try LegacyStateDict.bytes(tensors, inside: ["model"])
    for _ in 0..<4 {
      let place = generator.integer(below: bytes.count)
      switch generator.integer(below: 3) {
      case 0: bytes[place] = UInt8(generator.integer(below: 256))
      case 1: bytes.removeSubrange(place..<min(bytes.count, place + generator.integer(below: 9)))
      default: bytes = Array(bytes.prefix(max(1, bytes.count - generator.integer(below: 64))))
      }
    }
    let url = try folder.file("w.pth", bytes)
    // Whatever it is, it lacks the larger tensors.
    let error = #expect(throws: (any Error).self) {
      _ = try TorchvisionImport.model(WeightFile(contentsOf: url), options: ImportOptions())
    }
    let text = error.map { "\($0)" } ?? ""
    #expect(text.hasPrefix(url.path) && !text.contains("\n"), "\(text)")
  }
}
