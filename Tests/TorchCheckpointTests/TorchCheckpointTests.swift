import Foundation
import Testing

@testable import TorchCheckpoint

@Suite struct TorchCheckpointTests {
  @Test func `a file worked by hand`() throws {
    let value = Pickle.dict(
      ("weight", Pickle.tensor([2, 3], strides: [3, 1], of: 6)),
      ("bias", Pickle.tensor([2], strides: [3], offset: 1, of: 6))
    )
    let floats: [Float] = [1, 2, 3, 4, 5, -0.5]
    let zip = ZipFile(pickle: Pickle.complete(value), storages: [floatBytes(floats)])
    let legacy = LegacyFile.bytes(value, storages: [("0", floats)])
    for (bytes, form) in [(zip.bytes, TorchCheckpoint.Form.zip), (legacy, .legacy)] {
      let checkpoint = try TorchCheckpoint(bytes: bytes, name: "by hand")
      #expect(checkpoint.form == form && checkpoint.path == "by hand")
      let tensors = try checkpoint.stateDict()
      #expect(tensors.map(\.name) == ["weight", "bias"])
      #expect(try tensors[0].tensor.floats() == floats && tensors[0].tensor.shape == [2, 3])
      #expect(try tensors[1].tensor.floats() == [2, 5] && tensors[1].tensor.strides == [3])
      #expect(tensors[1].tensor.offset == 1 && tensors[1].tensor.byteCount == 8)
      #expect(tensors.allSatisfy { $0.tensor.storage.key == "0" && $0.tensor.dtype == .float32 })
    }
  }

  @Test func `there are twelve golden files to read`() {
    #expect(GoldenFiles.expected.count == 12)
  }

  @Test(arguments: GoldenFiles.expected.keys.sorted())
  func `a file is read as PyTorch reads it`(name: String) throws {
    let expected = try #require(GoldenFiles.expected[name])
    let checkpoint = try TorchCheckpoint(contentsOf: GoldenFiles.url(name))
    #expect(checkpoint.form == (name.hasPrefix("legacy") ? .legacy : .zip))
    let tensors = try checkpoint.stateDict(path: expected.path)
    #expect(tensors.map(\.name) == expected.tensors.map(\.name))
    var storages: [Int: String] = [:]
    for (found, wanted) in zip(tensors, expected.tensors) {
      let (tensor, name) = (found.tensor, found.name)
      #expect(tensor.dtype.rawValue == wanted.dtype, "\(name)")
      #expect(tensor.shape == wanted.shape && tensor.strides == wanted.strides, "\(name)")
      #expect(tensor.offset == wanted.offset && tensor.count == wanted.values.count, "\(name)")
      // What shares a storage there shares it here.
      let known = storages.updateValue(tensor.storage.key, forKey: wanted.storage)
      #expect(known == nil || known == tensor.storage.key, "\(name)")
      let doubles = try tensor.doubles()
      #expect(zip(doubles, wanted.values).allSatisfy { same($0, $1.double) }, "\(name)")
      let floats = try tensor.floats()
      #expect(zip(floats, wanted.values).allSatisfy { same($0, Float($1.double)) }, "\(name)")
      guard !wanted.dtype.contains("float") else { continue }
      #expect(try tensor.integers() == wanted.values.map(\.integer), "\(name)")
    }
    #expect(Set(storages.values).count == storages.count)
  }

  /// Equal bits, or both not a number.
  private func same<Number: BinaryFloatingPoint>(_ a: Number, _ b: Number) -> Bool {
    a == b && a.sign == b.sign || a.isNaN && b.isNaN
  }

  @Test(
    arguments: ["checkpoint.pth", "protocol4.pth", "legacy_checkpoint.pth"]
  ) func `a checkpoint has values of every kind`(name: String) throws {
    let checkpoint = try TorchCheckpoint(contentsOf: GoldenFiles.url(name))
    guard case .dictionary(let dictionary) = checkpoint.value else {
      Issue.record("not a dictionary")
      return
    }
    let text = dictionary.entries.suffix(16).map { "\(written($0.key)): \(written($0.value))" }
    #expect(
      text == [
        "'args': <argparse.Namespace>", "'epoch': 25", "'best': -0.375", "'name': 'résumé 😀'",
        "'wide': wide [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]", "'below': \(Int.min)",
        "'flags': (true, false, none)", "'pair': (1, 300)", "'four': (1, -2, 70000, 1099511627776)",
        "'nothing': ()", "'list': []", "'nested': [[1.5], {'a': {}}]", "'dtype': <torch.float32>",
        "'size': (4, 5)", "'device': <torch.device>", "7: 'seven'",
      ]
    )
    guard case .dictionary(let schedule) = dictionary["lr_scheduler"] else {
      Issue.record("no schedule")
      return
    }
    #expect(schedule["milestones"].map(written) == "{16: 1, 22: 2}")
    #expect(schedule["absent"] == nil)
    #expect(checkpoint.stateDictPaths() == [["model"]])
  }

  private func written(_ value: PickledValue) -> String {
    switch value {
    case .null: "none"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .wideInteger(let bytes): "wide \(bytes)"
    case .real(let value): "\(value)"
    case .string(let text): "'\(text)'"
    case .bytes(let bytes): "\(bytes)"
    case .list(let items): "[\(items.map(written).joined(separator: ", "))]"
    case .tuple(let items): "(\(items.map(written).joined(separator: ", ")))"
    case .dictionary(let dictionary):
      "{"
        + dictionary.entries.map { "\(written($0.key)): \(written($0.value))" }
        .joined(separator: ", ") + "}"
    case .tensor(let tensor): "tensor \(tensor.shape)"
    case .opaque(let name): "<\(name)>"
    }
  }

  static let refused: [(String, TorchCheckpointError.Code, String, String)] = [
    ("hostile.pth", .forbiddenGlobal, "record data.pkl, byte ", "'posix.system'"),
    ("hostile_legacy.pth", .forbiddenGlobal, "byte ", "'posix.system'"),
    ("module.pth", .forbiddenGlobal, "record data.pkl, byte ", "'torch.nn.modules.activation."),
    ("complex.pth", .unsupportedDType, "record data.pkl, byte ", "'torch.ComplexFloatStorage'"),
    ("compressed.pth", .unsupportedForm, "byte ", "'archive/data.pkl' is compressed (method 8)"),
    ("torchscript.pt", .unsupportedForm, "", "TorchScript"),
  ]

  @Test(arguments: refused.indices) func `files of PyTorch that are refused`(index: Int) throws {
    let (name, code, place, words) = Self.refused[index]
    let url = GoldenFiles.url(name)
    let error = #expect(throws: TorchCheckpointError.self) { try TorchCheckpoint(contentsOf: url) }
    #expect(error?.code == code && error?.file == url.path)
    #expect(error?.place.hasPrefix(place) == true, "\(error?.place ?? "")")
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    #expect(error?.description.hasPrefix("\(url.path): ") == true)
  }

  @Test func `what is not a file is unreadable`() throws {
    for url in [GoldenFiles.folder, GoldenFiles.url("absent.pth"), URL(filePath: "/dev/null")] {
      let error = #expect(throws: TorchCheckpointError.self) {
        try TorchCheckpoint(contentsOf: url)
      }
      #expect(error?.code == .unreadable && error?.file == url.path)
    }
  }

  static let others: [(String, TorchCheckpointError.Code, String)] = [
    ("", .notACheckpoint, "an empty file"),
    ("<!DOCTYPE html>", .notACheckpoint, "HTML"),
    ("\n <html>", .notACheckpoint, "HTML"),
    ("version https://git-lfs.github.com/spec/v1\n", .notACheckpoint, "git lfs pull"),
    ("\u{1}\0\0\0\0\0\0\0{\"a\":1}", .notACheckpoint, "safetensors"),
    ("BZh91AY", .notACheckpoint, "unpack"),
    ("abcdef", .notACheckpoint, "61 62 63 64"),
    ("PK\u{5}\u{6}" + String(repeating: "\0", count: 18), .notACheckpoint, "empty"),
    ("storages" + String(repeating: "\0", count: 249) + "ustar\0", .unsupportedForm, "tar file"),
  ]

  @Test(arguments: others.indices) func `other files are told apart`(index: Int) {
    let (text, code, words) = Self.others[index]
    let error = #expect(throws: TorchCheckpointError.self) {
      try TorchCheckpoint(bytes: Array(text.utf8), name: "file")
    }
    #expect(error?.code == code, "\(String(describing: error))")
    #expect(error?.message.contains(words) == true, "\(String(describing: error))")
  }
}
