import BoxGeometry
import DetectionModels
import Foundation
import Testing
import Torch
import TorchNN

@testable import DetectionTraining

@Suite(.serialized) struct FreezingTests {
  private func network(_ recipe: TrainingRecipe = TinyRun.recipe) throws -> RetinaNet {
    var generator = SplitMix64(state: 1)
    return try RetinaNet(
      configuration: recipe.configuration(categories: ["a", "b"], categoryIDs: [1, 2]),
      using: &generator
    )
  }

  @Test(arguments: [
    ("backbone.body.layer1", "backbone.body.layer1.0.conv1.weight", true),
    ("backbone.body.layer1", "backbone.body.layer10.conv1.weight", false),
    ("backbone.body.layer1.0.conv1.weight", "backbone.body.layer1.0.conv1.weight", true),
    ("body.layer1", "backbone.body.layer1.0.conv1.weight", false),
    ("*.bn1", "backbone.body.layer1.0.bn1.weight", true),
    ("*bn*", "backbone.body.layer1.0.bn1.weight", true),
    ("backbone.*.weight", "backbone.body.conv1.weight", true),
    ("backbone.*.weight", "backbone.body.bn1.bias", false),
    ("head.*reg", "head.regression_head.bbox_reg.bias", true),
    ("*", "anything.at.all", true),
    ("**", "anything", true),
    ("a*a*a", "abababab", false),
    ("", "a", false),
  ])
  func `a pattern names parameters and the parts that they belong to`(
    pattern: String,
    name: String,
    matches: Bool
  ) {
    #expect(ParameterPattern(pattern).matches(name) == matches)
  }

  @Test func `many stars take no more than a moment`() {
    let pattern = ParameterPattern(String(repeating: "a*", count: 100) + "b")
    #expect(!pattern.matches(String(repeating: "a", count: 2000)))
  }

  @Test func `frozen parts leave the optimizer and keep their statistics`() throws {
    let model = try network()
    try model.freeze(matching: ["backbone.body.layer1", "*.bn1"])
    try model.fixStatisticsOfFrozenParts()
    let optimizer = try TinyRun.recipe.optimizer.optimizer(of: model)
    let trained = Set(optimizer.parameters.map(\.name))
    #expect(!trained.contains("backbone.body.layer1.0.conv1.weight"))
    #expect(!trained.contains("backbone.body.layer2.0.bn1.weight"))
    #expect(trained.contains("backbone.body.layer2.0.bn2.weight"))
    let all = Set(model.parameters.map(\.name))
    let frozen = all.subtracting(trained)
    #expect(frozen.allSatisfy { $0.contains("layer1") || $0.contains("bn1") })
    for (name, module) in model.leaves {
      guard let norm = module as? BatchNorm2d else { continue }
      #expect(norm.usesFixedStatistics == frozen.contains(name + ".weight"), "\(name)")
    }
  }

  @Test func `stages that are not trained keep their statistics, too`() throws {
    var recipe = TinyRun.recipe
    recipe.model.trainableStages = 3
    let model = try network(recipe)
    try model.fixStatisticsOfFrozenParts()
    let fixed = model.leaves.filter { ($0.module as? BatchNorm2d)?.usesFixedStatistics == true }
    #expect(!fixed.isEmpty)
    #expect(fixed.allSatisfy { $0.name.contains("body.bn1") || $0.name.contains("layer1") })
  }

  @Test func `a pattern that names nothing says what is near`() throws {
    let model = try network()
    func fault(_ patterns: [String]) -> String {
      let error = #expect(throws: TrainingError.self) { try model.freeze(matching: patterns) }
      #expect(error?.code == .unusableRecipe)
      return error?.message ?? ""
    }
    #expect(
      fault(["backbone.body.layer5"])
        == "model.freeze: found backbone.body.layer5, which names no parameter; did you mean backbone.body.layer1?"
    )
    #expect(
      fault(["backbone.fpn", "head.regresion_head*"])
        == "model.freeze: found head.regresion_head*, which names no parameter; did you mean head.regression_head?"
    )
    #expect(fault(["nothing"]).contains("expected names as in backbone.body.layer1"))
    #expect(fault(["*"]).contains("freezes every parameter"))
  }

  @Test(arguments: [
    ResNetDepth.resnet18, .resnet50, .resnext101x32x8d, .resnext101x64x4d,
  ])
  func `a wrong pattern is told before a run's folder is made`(backbone: ResNetDepth) throws {
    var recipe = TinyRun.recipe
    recipe.model.backbone = backbone
    recipe.model.width = 64
    recipe.model.freeze = ["backbone.body.layer3.0.conv1", "backbone.body.stem"]
    let temporary = try TemporaryFolder()
    let error = #expect(throws: TrainingError.self) {
      try TinyRun.trainer(recipe, in: temporary.run())
    }
    #expect(error?.message.contains("found backbone.body.stem, which names no") == true)
    recipe.model.freeze = ["backbone.body.layer3.0.conv1"]
    #expect(throws: Never.self) { try TinyRun.trainer(recipe, in: temporary.run()) }
  }

  @Test func `a frozen part has its first weights to the end, all others move`() throws {
    let temporary = try TemporaryFolder()
    let folder = temporary.run()
    var recipe = TinyRun.recipe
    recipe.schedule.epochs = 1
    recipe.optimizer.ema = 0
    recipe.model.freeze = ["backbone.body.layer2", "head.regression_head"]
    var first: [String: [Float]] = [:]
    try folder.create()
    _ = try TinyRun.trainer(recipe, in: folder).run(prepare: { model in
      for entry in model.state { first[entry.name] = try entry.tensor.floats() }
    }) { _ in }
    let last = try ModelFile.model(contentsOf: folder.final)
    var isMoved: Set<String> = []
    for entry in last.state where try entry.tensor.floats() != first[entry.name] {
      isMoved.insert(entry.name)
    }
    func isFrozen(_ name: String) -> Bool {
      name.hasPrefix("backbone.body.layer2.") || name.hasPrefix("head.regression_head.")
    }
    #expect(!isMoved.contains(where: isFrozen), "\(isMoved.filter(isFrozen))")
    #expect(isMoved.contains("backbone.body.layer1.0.bn1.running_mean"))
    #expect(isMoved.contains("backbone.body.layer3.0.conv1.weight"))
    #expect(isMoved.contains("head.classification_head.cls_logits.weight"))
  }
}
