import ArgumentParser
import DetectionDatasets
import DetectionTraining

/// What a training learns from: said in the same words where it is trained and where it is looked at beforehand.
struct TrainingDataOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Pictures to learn from: COCO .json, VOC folder[:split], "
        + "YOLO data.yaml[:split], or synth:N:SEED.",
      valueName: "data"
    )
  )
  var train: String?

  @Option(help: ArgumentHelp("Pictures the best weights are chosen by.", valueName: "data"))
  var val: String?

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations.",
      valueName: "dir"
    )
  )
  var images: String?

  /// Whether none is given.
  var isEmpty: Bool { train == nil && val == nil && images == nil }
}

/// What is done about what goes wrong under way; over the recipe.
struct FaultPolicyOptions: ParsableArguments {
  @Option(help: "Pictures that cannot be used: skip (counted, listed at the end) or stop.")
  var onBadData: BadDataPolicy?

  @Option(
    help:
      "A step whose loss or gradient is not finite: stop (the default) or skip; also over the recipe of --resume."
  )
  var onNonFinite: TrainingRecipe.NonFinitePolicy?

  /// Whether neither is given.
  var isEmpty: Bool { onBadData == nil && onNonFinite == nil }

  /// Puts what is given over a recipe.
  func apply(to recipe: inout TrainingRecipe) {
    if let onBadData { recipe.onBadData = onBadData }
    if let onNonFinite { recipe.onNonFinite = onNonFinite }
  }
}

extension TrainingRecipe.NonFinitePolicy: ExpressibleByArgument {}
