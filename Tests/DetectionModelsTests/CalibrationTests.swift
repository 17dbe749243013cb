import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@Suite struct CalibrationTests {
  private let calibration = Calibration(
    ranges: ["images": -2.5...2.64, "backbone.body.pool": 0...0.1, "dead": 0...0],
    kept: ["backbone.fpn.inner_blocks.0.0", "backbone.body.conv1"],
    origin: "mse over 128 pictures, seed 0"
  )

  /// A model file whose metadata of the calibration is a text.
  private func file(_ folder: TemporaryFolder, _ text: String) throws -> URL {
    let file = folder.file("model.safetensors")
    let model = try RetinaNet(.tiny())
    try ModelFile.write(model, to: file)
    var metadata = try SafetensorsFile(contentsOf: file).metadata
    metadata["focal.calibration"] = text
    try SafetensorsFile.write(model.state, metadata: metadata, to: file)
    return file
  }

  @Test func `a model file brings its calibration back, to the last bit`() throws {
    let folder = try TemporaryFolder()
    let (file, again) = (folder.file("a.safetensors"), folder.file("b.safetensors"))
    let model = try RetinaNet(.tiny())
    try ModelFile.write(model, calibration: calibration, to: file)
    #expect(try ModelFile.calibration(of: file) == calibration)
    // Every other reader sees the model that it was.
    let read = try ModelFile.model(contentsOf: file)
    #expect(read.configuration == model.configuration)
    try ModelFile.write(read, calibration: calibration, to: again)
    #expect(try Data(contentsOf: again) == Data(contentsOf: file))
  }

  @Test func `the text in the file is what the format says`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("model.safetensors")
    try ModelFile.write(
      RetinaNet(.tiny()),
      calibration: Calibration(
        ranges: ["b": 0...0.5, "a": -1...2],
        kept: ["backbone.body.conv1"],
        origin: "o"
      ),
      to: file
    )
    let text = try SafetensorsFile(contentsOf: file).metadata["focal.calibration"]
    #expect(
      text
        == #"{"kept":["backbone.body.conv1"],"origin":"o","ranges":{"a":[-1,2],"b":[0,0.5]},"version":1}"#
    )
  }

  @Test func `a model that was not quantised has none`() throws {
    let folder = try TemporaryFolder()
    let file = folder.file("model.safetensors")
    try ModelFile.write(RetinaNet(.tiny()), to: file)
    #expect(try ModelFile.calibration(of: file) == nil)
  }

  @Test(arguments: [
    ("", "no JSON"), ("[]", "expected keys"), ("{", "no JSON"), ("null", "found null"),
    (#"{"version":2,"kept":[],"origin":"","ranges":{}}"#, "found 2, expected 1"),
    (#"{"kept":[],"origin":"","ranges":{}}"#, "version: is missing"),
    (#"{"version":1,"kept":[],"origin":""}"#, "ranges: is missing"),
    (#"{"version":1,"kept":{},"origin":"","ranges":{}}"#, "kept: found keys"),
    (#"{"version":1,"kept":[],"origin":3,"ranges":{}}"#, "origin: found 3"),
    (#"{"version":1,"kept":[],"origin":"","ranges":[]}"#, "ranges: found a list"),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a":[1,0]}}"#, "expected a least"),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a":[1]}}"#, "expected a least"),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a":[0,1,2]}}"#, "expected a least"),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a":[0,1e31]}}"#, "expected a least"),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a":[0,1e999]}}"#, "no JSON"),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a":[0,NaN]}}"#, "no JSON"),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a":[0,"NaN"]}}"#, "a[1]: found \"NaN\""),
    (#"{"version":1,"kept":[],"origin":"","ranges":{"a\nb":[0,null]}}"#, "a b[1]: found null"),
    (#"{"version":1,"kept":["head.x"],"origin":"","ranges":{}}"#, "head.x, which is no layer"),
  ])
  func `metadata that is no calibration is refused, in one line that names the file`(
    text: String,
    expected: String
  ) throws {
    let folder = try TemporaryFolder()
    let file = try file(folder, text)
    let error = #expect(throws: ModelError.self) { try ModelFile.calibration(of: file) }
    let message = try #require(error).description
    #expect(message.hasPrefix(file.path) && message.contains(expected), "\(message)")
    #expect(!message.contains("\n") && message.count < file.path.count + 600)
    // The model itself is still read.
    #expect(throws: Never.self) { try ModelFile.model(contentsOf: file) }
  }

  @Test func `more ranges than any network has are refused`() throws {
    let folder = try TemporaryFolder()
    for count in [20_001, 600_000] {
      let ranges = (0..<count).map { "\"v\($0)\":[0,1]" }.joined(separator: ",")
      let file = try file(
        folder,
        #"{"version":1,"kept":[],"origin":"","ranges":{\#(ranges)}}"#
      )
      let error = #expect(throws: ModelError.self) { try ModelFile.calibration(of: file) }
      #expect(try #require(error).message.contains("expected at most"))
    }
  }
}
