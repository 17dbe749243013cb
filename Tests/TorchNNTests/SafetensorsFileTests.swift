import Foundation
import Testing
import Torch
import TorchNN
import TorchTestSupport

@Suite final class SafetensorsFileTests {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "safetensors-\(UUID())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func file(_ header: String, data: [UInt8] = [], length: UInt64? = nil) throws -> URL {
    let length = length ?? UInt64(header.utf8.count)
    let url = folder.appending(path: "\(UUID()).safetensors")
    let bytes = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
    try Data(bytes + Array(header.utf8) + data).write(to: url)
    return url
  }

  @Test func `a file worked by hand`() throws {
    let url = try file(
      #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"#
        + #""b\u00e9\ud83d\ude00":{"dtype":"BOOL","shape":[],"data_offsets":[8,9]}}  "#,
      data: [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 1]
    )
    let file = try SafetensorsFile(contentsOf: url)
    #expect(file.metadata == ["format": "pt"] && file.path == url.path)
    #expect(file.entries.map(\.name) == ["a", "bé😀"])
    #expect(file.entries[0].dtype == .float32 && file.entries[0].shape == [2])
    try expectElements(file.tensor(named: "a"), [1, -2], shape: [2])
    #expect(try file.tensor(named: "bé😀").bools() == [true])
    let error = #expect(throws: SafetensorsError.self) { try file.tensor(named: "c") }
    #expect(error?.code == .missingEntry)
    #expect(error?.description == "\(url.path): entry 'c': is not in the file")
  }

  @Test func `written bytes are the reference's`() throws {
    let url = folder.appending(path: "written.safetensors")
    let tensors = [
      NamedTensor(name: "b", tensor: try Tensor([UInt8(7)])),
      NamedTensor(name: "c", tensor: try Tensor([1, 2], shape: [2, 1]).transposed()),
      NamedTensor(name: "a\"\n\u{1}", tensor: try Tensor([Float](), shape: [0, 3])),
    ]
    try SafetensorsFile.write(tensors, metadata: ["z": "1", "k": "é"], to: url)
    let header =
      #"{"__metadata__":{"k":"é","z":"1"},"#
      + #""a\"\n\u0001":{"dtype":"F32","shape":[0,3],"data_offsets":[0,0]},"#
      + #""c":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"#
      + #""b":{"dtype":"U8","shape":[1],"data_offsets":[8,9]}}"#
    let bytes = Array(try Data(contentsOf: url))
    let padded = (header.utf8.count + 7) / 8 * 8
    #expect(bytes.prefix(8) == [UInt8(padded & 255), UInt8(padded >> 8), 0, 0, 0, 0, 0, 0])
    let written = String(decoding: bytes[8..<(8 + padded)], as: UTF8.self)
    #expect(written == header + String(repeating: " ", count: padded - header.utf8.count))
    #expect(Array(bytes[(8 + padded)...]) == [0, 0, 0x80, 0x3F, 0, 0, 0, 0x40, 7])
    try SafetensorsFile.write(tensors.reversed(), metadata: ["k": "é", "z": "1"], to: url)
    #expect(Array(try Data(contentsOf: url)) == bytes)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
  }

  @Test func `every dtype comes back`() throws {
    let url = folder.appending(path: "all.safetensors")
    let tensors = try DType.allCases.map {
      NamedTensor(name: "\($0)", tensor: try Tensor([0, 1, 1], shape: [3, 1]).to($0))
    }
    try SafetensorsFile.write(tensors, to: url)
    let back = try SafetensorsFile(contentsOf: url).tensors()
    #expect(Set(back.map(\.name)) == Set(tensors.map(\.name)))
    for entry in back {
      #expect("\(entry.tensor.dtype)" == entry.name)
      try expectElements(entry.tensor, [0, 1, 1], shape: [3, 1])
    }
  }

  @Test func `a file without tensors is a file`() throws {
    let url = folder.appending(path: "empty.safetensors")
    try SafetensorsFile.write([], to: url)
    #expect(try SafetensorsFile(contentsOf: url).entries.isEmpty)
  }

  @Test func `a pipe is refused instead of waited for`() throws {
    let pipe = folder.appending(path: "pipe")
    try #require(mkfifo(pipe.path, 0o600) == 0)
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: pipe) }
    #expect(error?.message.contains("not a regular file") == true)
  }

  @Test func `what cannot be written is refused and leaves nothing`() throws {
    let one = NamedTensor(name: "a", tensor: try Tensor([1]))
    let twice = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write([one, one], to: folder.appending(path: "x"))
    }
    #expect(twice?.code == .duplicateName && twice?.entry == "a")
    let nowhere = #expect(throws: SafetensorsError.self) {
      try SafetensorsFile.write([one], to: folder.appending(path: "no/where"))
    }
    #expect(nowhere?.code == .unwritable)
    let taken = folder.appending(path: "folder")
    try FileManager.default.createDirectory(at: taken, withIntermediateDirectories: true)
    #expect(throws: SafetensorsError.self) { try SafetensorsFile.write([one], to: taken) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder"])
  }

  static let hostile: [(String, [UInt8], SafetensorsError.Code)] = [
    ("", [], .malformedHeader),
    ("{", [], .malformedHeader),
    ("[]", [], .malformedHeader),
    ("{}x", [], .malformedHeader),
    (#"{"a":1}"#, [], .malformedHeader),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, [0, 0, 0, 0], .malformedHeader),
    (#"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#, [], .malformedHeader),
    (#"{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}"#, [], .malformedHeader),
    (#"{"a":{"dtype":"F32","shape":[01],"data_offsets":[0,4]}}"#, [], .malformedHeader),
    (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, [], .malformedHeader),
    (
      #"{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}"#, [],
      .malformedHeader
    ),
    (
      #"{"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,4]}}"#, [],
      .malformedHeader
    ),
    (#"{"\ud800":{}}"#, [], .malformedHeader),
    (#"{"\u12":{}}"#, [], .malformedHeader),
    ("{\"a\u{1}\":{}}", [], .malformedHeader),
    (#"{"__metadata__":{"k":1}}"#, [], .malformedHeader),
    (#"{"__metadata__":{},"__metadata__":{}}"#, [], .duplicateName),
    (#"{"__metadata__":{"k":"1","k":"2"}}"#, [], .duplicateName),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, [0, 0], .duplicateName
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#, [0, 0], .duplicateName
    ),
    (#"{"a":{"dtype":"C64","shape":[1],"data_offsets":[0,8]}}"#, [], .unsupportedDType),
    (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, [0, 0, 0, 0], .sizeMismatch),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}"#, [0], .sizeMismatch),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}"#, [0], .sizeMismatch),
    (
      #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#, [],
      .sizeMismatch
    ),
    (
      #"{"a":{"dtype":"F32","shape":[0,4611686018427387904,4],"data_offsets":[0,0]}}"#, [],
      .sizeMismatch
    ),
    (
      #"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}"#, [0, 0, 0], .overlap
    ),
    (
      #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"#
        + #""b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}"#, [0, 0, 0], .hole
    ),
    (#"{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}"#, [0, 0], .hole),
    ("{}", [0], .hole),
    (#"{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}"#, [0], .truncated),
  ]

  @Test(arguments: hostile.indices) func `hostile headers are typed errors`(index: Int) throws {
    let (header, data, code) = Self.hostile[index]
    let url = try file(header, data: data)
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: url) }
    #expect(error?.code == code, "\(header) gave \(error?.description ?? "no error")")
    #expect(error?.file == url.path && error?.description.contains("\n") == false)
  }

  @Test func `hostile lengths are typed errors`() throws {
    let cases: [(UInt64, SafetensorsError.Code)] = [
      (.max, .headerTooLarge), (1 << 63, .headerTooLarge), (100_000_001, .headerTooLarge),
      (100_000_000, .truncated), (3, .truncated), (1, .malformedHeader),
    ]
    for (length, code) in cases {
      let url = try file("{}", length: length)
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: url) }
      #expect(error?.code == code, "length \(length)")
    }
    let short = folder.appending(path: "short")
    try Data([1, 2, 3]).write(to: short)
    let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: short) }
    #expect(error?.code == .truncated)
  }

  @Test func `what is not a file is unreadable`() throws {
    for url in [folder, folder.appending(path: "absent")] {
      let error = #expect(throws: SafetensorsError.self) { try SafetensorsFile(contentsOf: url) }
      #expect(error?.code == .unreadable)
    }
  }

  @Test func `truth values that are neither are refused`() throws {
    let url = try file(
      #"{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}"#,
      data: [2]
    )
    let file = try SafetensorsFile(contentsOf: url)
    let error = #expect(throws: SafetensorsError.self) { try file.tensor(named: "a") }
    #expect(error?.code == .invalidElement && error?.entry == "a")
  }

  @Test func `a file cut short while open is an error`() throws {
    let url = try file(
      #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}"#,
      data: [1, 2, 3, 4]
    )
    let opened = try SafetensorsFile(contentsOf: url)
    let handle = try FileHandle(forUpdating: url)
    try handle.truncate(atOffset: 60)
    try handle.close()
    let error = #expect(throws: SafetensorsError.self) { try opened.tensor(named: "a") }
    #expect(error?.code == .truncated)
  }

  @Test(arguments: 0..<300 as Range<UInt64>) func `damaged files never crash`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let tensors = [
      NamedTensor(name: "weight", tensor: try Tensor([1, 2])),
      NamedTensor(name: "mask", tensor: try Tensor([true])),
    ]
    let url = folder.appending(path: "damaged")
    try SafetensorsFile.write(tensors, metadata: ["k": "v"], to: url)
    var bytes = try Data(contentsOf: url)
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
        in: 0...255,
        using: &generator
      )
    }
    try bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)).write(to: url)
    do {
      _ = try SafetensorsFile(contentsOf: url).tensors()
    } catch is SafetensorsError {
      // Expected of most damage; damage to values alone is not noticed.
    }
  }
}
