import DetectionDatasets
import Foundation
import Testing

@testable import DetectionTraining

/// Runs whose epochs hold some pictures more than once.
struct RepeatedRunTests {
  private var recipe: TrainingRecipe {
    var recipe = TinyRun.recipe
    recipe.sampling.repeatThreshold = 1
    recipe.loader.cacheMiB = 1
    recipe.augmentation.mosaic = 0.5
    recipe.augmentation.mixup = 0.5
    recipe.augmentation.copyPaste = 0.5
    recipe.evaluation.everyEpochs = 2
    return recipe
  }

  @Test func `steps count repeated pictures, and a stopped run resumes exactly`() throws {
    let places = TinyRun.training.placesPerEpoch(repeatThreshold: 1)
    #expect(places > TinyRun.training.samples.count)
    let steps = (places + 1) / 2
    let temporary = try TemporaryFolder()
    let (whole, stopped) = (temporary.run("whole"), temporary.run("stopped"))
    var announced: Int?
    let outcome = try TinyRun.start(recipe, in: whole) { event in
      if case .started(let start) = event { announced = start.totalSteps }
    }
    #expect(announced == 2 * steps)
    #expect(outcome.steps == 2 * steps)
    // In the middle of the second epoch.
    try TinyRun.start(recipe, in: stopped, stoppingAfter: steps + 1)
    #expect(try TinyRun.resume(recipe, in: stopped).isComplete)
    let isSame = try Data(contentsOf: whole.final) == Data(contentsOf: stopped.final)
    #expect(isSame)
  }

  @Test func `a cache changes no weights`() throws {
    let temporary = try TemporaryFolder()
    var plain = recipe
    plain.loader.cacheMiB = 0
    try TinyRun.start(recipe, in: temporary.run("cached"))
    try TinyRun.start(plain, in: temporary.run("plain"))
    let isSame =
      try Data(contentsOf: temporary.run("cached").final)
      == Data(contentsOf: temporary.run("plain").final)
    #expect(isSame)
  }

  @Test func `values out of range are refused by name`() throws {
    for (assignment, expected) in [
      ("sampling.repeatThreshold=1.5", "sampling.repeatThreshold: found 1.5, expected 0...1"),
      ("loader.cacheMiB=-1", "loader.cacheMiB: found -1, expected 0...1048576"),
      ("augmentation.rotation=60", "augmentation.rotation: found 60.0, expected 0.0 to 45.0"),
      ("augmentation.mosaicScale=[0.01, 1]", "augmentation.mosaicScale: found 0.01"),
      ("augmentation.copyPasteObjects=0", "copyPasteObjects: found 0, expected 1 to 100"),
      ("augmentation.rotationBox=circle", "expected one of corners, ellipse"),
    ] {
      let error = #expect(throws: RecipeError.self) {
        _ = try RecipeYAML.recipe(setting: [assignment], over: TrainingRecipe())
      }
      #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
    }
  }
}
