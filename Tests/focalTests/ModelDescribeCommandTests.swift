import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@Suite(.serialized) struct ModelDescribeCommandTests {
  private func describe(
    _ arguments: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> FocalProcess {
    let run = try FocalProcess(
      ["model", "describe"] + arguments.split(separator: " ").map(String.init)
    )
    try #require(run.status == 0, "\(run.error)", sourceLocation: sourceLocation)
    #expect(run.error.isEmpty, sourceLocation: sourceLocation)
    return run
  }

  /// The stem: 3 → 64 channels, 7 × 7 at stride 2; and what torchvision publishes: 151.54 of these and 34,014,999.
  @Test func `torchvision's first detector is told part by part`() throws {
    let json = try describe("--dialect torchvision-v1 --size 800x800 --json").json()
    #expect(json["source"] as? String == "torchvision-v1")
    #expect(json["backbone"] as? String == "resnet50" && json["norm"] as? String == "frozen")
    let (trainable, frozen) = (json["trainable"] as? Int ?? 0, json["frozen"] as? Int ?? 0)
    #expect(trainable + frozen == 34_014_999 && frozen == 222_400)
    let size = try #require((json["sizes"] as? [[String: Any]])?.first)
    #expect(size["width"] as? Int == 800 && size["anchors"] as? Int == 120_087)
    #expect(abs((size["multiplyAdds"] as? Double ?? 0) / 1e9 - 151.54) < 0.005)
    let parts = try #require(size["parts"] as? [[String: Any]])
    #expect(
      parts.map { $0["name"] as? String } == [
        "backbone.body", "backbone.fpn", "head.classification_head", "head.regression_head",
      ]
    )
    #expect(parts.reduce(0) { $0 + ($1["trainable"] as? Int ?? 0) } == trainable)
    let layers = try #require(size["layers"] as? [[String: Any]])
    for key in ["trainable", "frozen", "buffers", "multiplyAdds"] {
      func sum(_ rows: [[String: Any]]) -> Int { rows.reduce(0) { $0 + ($1[key] as? Int ?? 0) } }
      #expect(sum(layers) == sum(parts), "\(key)")
    }
    let stem = try #require(layers.first)
    #expect(stem["name"] as? String == "backbone.body.conv1")
    #expect(stem["kind"] as? String == "conv 7x7 /2" && stem["frozen"] as? Int == 9408)
    #expect(stem["outputs"] as? [[Int]] == [[64, 400, 400]])
    #expect(stem["multiplyAdds"] as? Int == 400 * 400 * 64 * 147)
    let heads = layers.filter { ($0["name"] as? String)?.hasSuffix("cls_logits") == true }
    #expect((heads.first?["outputs"] as? [[Int]])?.count == 5)
  }

  @Test(arguments: ["--preset small", "--dialect torchvision-v2 --backbone resnext101_64x4d"])
  func `the table fits 80 columns, however fine, and each layer has a line`(
    network: String
  ) throws {
    for depth in [1, 2, 5] {
      let run = try describe("\(network) --size 1344x800 --size 64x64 --depth \(depth)")
      let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false)
      for line in lines {
        #expect(line.count <= 80, "\(line)")
        #expect(line.last != " ", "\(line)")
      }
      #expect(lines.count { $0.hasPrefix("total ") } == 2)
      #expect(lines.contains { $0.hasPrefix("1344 x 800 pixels, ") })
      // Backbone: stem, norm, four stages; pyramid: three lists; each head: tower and last. Four parts, two sizes.
      if depth == 2 { #expect(lines.count { $0.hasPrefix("  ") } == 4 + 2 * (1 + 13)) }
    }
  }

  @Test func `a model file is described as it stands, at the size its rule gives`() throws {
    let folder = try TemporaryFolder()
    var configuration = RetinaNetConfiguration(.paper, categories: ["cat", "dog"])
    configuration.backbone = ResNetConfiguration(depth: .resnet18, norm: .group, width: 16)
    configuration.pyramidChannels = 32
    configuration.head.depth = 1
    var generator = SystemRandomNumberGenerator()
    let model = try RetinaNet(configuration: configuration, using: &generator)
    let path = folder.path("model.safetensors")
    try ModelFile.write(model, to: URL(fileURLWithPath: path))
    let json = try FocalProcess(["model", "describe", "--model", path, "--json"]).json()
    #expect(json["trainable"] as? Int == model.parameters.reduce(0) { $0 + $1.tensor.count })
    #expect(json["frozen"] as? Int == 0 && json["buffers"] as? Int == 0)
    #expect(json["logitsPerAnchor"] as? Int == 2 && json["headDepth"] as? Int == 1)
    // 640 × 480 at a short side of 600: 800 × 600, padded to 32.
    let size = try #require((json["sizes"] as? [[String: Any]])?.first)
    #expect(size["width"] as? Int == 800 && size["height"] as? Int == 608)
  }

  @Test func `classes change the last layer alone`() throws {
    func layers(_ arguments: String) throws -> [String: Int] {
      let json = try describe("--preset small --size 32x32 --json \(arguments)").json()
      let size = try #require((json["sizes"] as? [[String: Any]])?.first)
      let layers = try #require(size["layers"] as? [[String: Any]])
      return Dictionary(
        uniqueKeysWithValues: layers.map {
          ($0["name"] as? String ?? "", $0["trainable"] as? Int ?? 0)
        }
      )
    }
    let (one, coco) = (try layers("--classes 1"), try layers(""))
    let changed = one.filter { coco[$0.key] != $0.value }
    // 128 channels, 3 × 3, and a bias, for nine anchors.
    #expect(changed == ["head.classification_head.cls_logits": 9 * (128 * 9 + 1)])
  }

  @Test(
    arguments: [
      ("", "found none"), ("--preset small --dialect paper", "found 2"),
      ("--preset smal", "did you mean small"), ("--dialect paperr", "paper"),
      ("--dialect paper --backbone resnet51", "resnet50"),
      ("--dialect paper --classes 0", "1...10000"),
      ("--dialect paper --depth 0", "1...9"),
      ("--dialect paper --size 0x10", "--size 0x10: expected WxH"),
      ("--dialect paper --size 800", "as in 800x600"),
      ("--dialect paper --size 99999999999999999999x1", "in 1...65536"),
      ("--model a.safetensors --classes 3", "leave them out"),
    ]
  )
  func `wrong usage gives one line and status 64`(arguments: String, part: String) throws {
    try expectFailure(
      ["model", "describe"] + arguments.split(separator: " ").map(String.init),
      status: 64,
      naming: [part]
    )
  }

  @Test func `a file that is no model is refused by name`() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("nothing", to: "model.safetensors")
    try expectFailure(["model", "describe", "--model", path], status: 1, naming: [path])
    try expectFailure(
      ["model", "describe", "--model", folder.path("absent")],
      status: 1,
      naming: ["absent"]
    )
  }
}
