import Testing

@testable import DetectionTraining

/// Every key of a recipe, one after the other.
@Suite struct RecipeKeysTests {
  private static let paths =
    ((try? RecipeYAML.values(of: TrainingRecipe())) ?? []).map(\.path)

  /// Values to try; one of them is in every key's range and not its default.
  private static let candidates = [
    "0.5", "0.25", "2", "3", "1", "100", "700", "true", "false", "[0.5, 1]", "[640, 800]",
    "[0.9, 1.1]", "[0.1, 0.2, 0.3]", "[8, 16, 32, 64, 128]", "[backbone.fpn, \"*.bn1\"]",
  ]

  private func value(of path: String, in recipe: TrainingRecipe) throws -> String? {
    try RecipeYAML.values(of: recipe).first { $0.path == path }?.value
  }

  @Test(arguments: paths)
  func `--set reaches the key`(path: String) throws {
    let before = try #require(try value(of: path, in: TrainingRecipe()))
    let choices = RecipeComments.choices[path] ?? Self.candidates
    var changed: TrainingRecipe?
    for choice in choices where choice != before && changed == nil {
      let recipe = try? RecipeYAML.recipe(setting: ["\(path)=\(choice)"], over: TrainingRecipe())
      if let recipe, recipe != TrainingRecipe() { changed = recipe }
    }
    let recipe = try #require(changed, "\(path) takes none of \(choices)")
    #expect(try value(of: path, in: recipe) != before)
    // No other key moves with it; a dialect is a set of keys.
    if path != "model.dialect" {
      let all = try RecipeYAML.values(of: recipe)
      let old = try RecipeYAML.values(of: TrainingRecipe())
      let moved = all.indices.filter { all[$0].value != old[$0].value }.map { all[$0].path }
      #expect(moved == [path])
    }
    // And what is written is read again.
    let text = try RecipeYAML.text(recipe)
    #expect(try RecipeYAML.recipe(parsing: text, file: "r", over: TrainingRecipe()) == recipe)
  }

  @Test(arguments: paths)
  func `what is no number is refused wherever a number is expected`(path: String) throws {
    let value = try #require(try value(of: path, in: TrainingRecipe()))
    let numbers = value.hasPrefix("[") ? value.dropFirst().dropLast() : value[...]
    guard let first = numbers.split(separator: ",").first, Double(first) != nil else { return }
    for text in [".nan", "-1e300", "1e300"] {
      let list = numbers.split(separator: ",").map { _ in text }.joined(separator: ", ")
      let written = value.hasPrefix("[") ? "[\(list)]" : text
      // Below 0 it is off; above every gradient, too.
      if path == "loss.alpha" && text == "-1e300" { continue }
      if ["optimizer.gradientClip", "loss.boxBeta", "loss.boxWeight"].contains(path),
        text == "1e300"
      {
        continue
      }
      // Any rate, decay and colour that is a number is one.
      if ["optimizer.learningRatePer16Images", "optimizer.weightDecay"].contains(path),
        text == "1e300"
      {
        continue
      }
      #expect(throws: RecipeError.self, "\(path)=\(written)") {
        _ = try RecipeYAML.recipe(setting: ["\(path)=\(written)"], over: TrainingRecipe())
      }
    }
  }

  // MARK: - Suggestions

  private func told(_ assignment: String) -> String {
    let error = #expect(throws: RecipeError.self) {
      _ = try RecipeYAML.recipe(setting: [assignment], over: TrainingRecipe())
    }
    return error?.message ?? ""
  }

  @Test(arguments: [
    ("lr=0.1", "lr: no such key; did you mean optimizer.learningRatePer16Images?"),
    (
      "optimizer.lr=0.1",
      "optimizer.lr: no such key; did you mean optimizer.learningRatePer16Images?"
    ),
    (
      "optimizer.LR=0.1",
      "optimizer.LR: no such key; did you mean optimizer.learningRatePer16Images?"
    ),
    ("epochs=5", "epochs: no such key; did you mean schedule.epochs?"),
    ("optimizer.epochs=5", "optimizer.epochs: no such key; did you mean schedule.epochs?"),
    ("train.batch_size=8", "train.batch_size: no such key; did you mean schedule.batchSize?"),
    ("schedule.batch_size=8", "schedule.batch_size: no such key; did you mean schedule.batchSize?"),
    ("model.imgsz=640", "model.imgsz: no such key; did you mean input.shortSide?"),
    ("patience=3", "patience: no such key; did you mean earlyStop.patience?"),
    ("loss.alfa=0.5", "loss.alfa: no such key; did you mean loss.alpha?"),
    ("model.gama=2", "model.gama: no such key; did you mean loss.gamma?"),
    (
      "optimizer.weight-decay=0",
      "optimizer.weight-decay: no such key; did you mean optimizer.weightDecay?"
    ),
    (
      "model.num_classes=3", "model.num_classes: no such key; the classes are those of the training"
    ),
    ("nc=3", "nc: no such key; the classes are those of the training data"),
    ("schedule.qqqqqqqq=3", "schedule.qqqqqqqq: no such key; known here: epochs,"),
    ("amp=true", "amp: no such key; did you mean precision?"),
  ])
  func `an unknown key says where it is meant`(assignment: String, message: String) {
    let text = told(assignment)
    #expect(text.hasPrefix(message), "\(text)")
  }

  @Test func `each name of other frameworks leads to a key that there is`() {
    let known = Set(Self.paths)
    for (name, meaning) in RecipeAliases.meanings {
      #expect(!meaning.paths.isEmpty && meaning.paths.allSatisfy(known.contains), "\(name)")
      #expect(name == KeySuggestion.plain(name))
      #expect(RecipeAliases.notKeys[name] == nil, "\(name) has two answers")
    }
    for name in RecipeAliases.notes.keys {
      #expect(RecipeAliases.meanings[name] != nil, "\(name)")
    }
    for name in RecipeAliases.notKeys.keys { #expect(name == KeySuggestion.plain(name)) }
    for (section, path) in RecipeAliases.choosing {
      #expect(known.contains(path) && path.hasPrefix("\(section)."))
    }
  }

  /// The keys of detectron2's configurations, as its users write them.
  @Test(arguments: [
    ("SOLVER.BASE_LR", "optimizer.learningRatePer16Images?"),
    ("SOLVER.IMS_PER_BATCH", "schedule.batchSize?"),
    ("SOLVER.MAX_ITER", "schedule.epochs (passes over the pictures, not steps)?"),
    ("SOLVER.STEPS", "schedule.milestones (as fractions of the run)?"),
    ("SOLVER.GAMMA", "schedule.stepFactor?"),
    ("SOLVER.WARMUP_ITERS", "schedule.warmupImages (in pictures, not steps)?"),
    ("SOLVER.WARMUP_FACTOR", "schedule.warmupFactor?"),
    ("SOLVER.LR_SCHEDULER_NAME", "schedule.decay?"),
    ("SOLVER.WEIGHT_DECAY", "optimizer.weightDecay?"),
    ("SOLVER.WEIGHT_DECAY_NORM", "optimizer.decayNorms?"),
    ("SOLVER.MOMENTUM", "optimizer.momentum?"),
    ("SOLVER.NESTEROV", "optimizer.nesterov?"),
    ("SOLVER.CLIP_GRADIENTS.ENABLED", "optimizer.gradientClip?"),
    ("SOLVER.CLIP_GRADIENTS.CLIP_VALUE", "optimizer.gradientClip?"),
    ("SOLVER.AMP.ENABLED", "precision?"),
    ("SOLVER.CHECKPOINT_PERIOD", "checkpoint.everySteps?"),
    ("INPUT.MIN_SIZE_TRAIN", "input.trainingShortSides?"),
    ("INPUT.MIN_SIZE_TRAIN_SAMPLING", "input.trainingSideRule?"),
    ("INPUT.MAX_SIZE_TRAIN", "input.longSideCap?"),
    ("INPUT.MIN_SIZE_TEST", "input.shortSide?"),
    ("INPUT.MAX_SIZE_TEST", "input.longSideCap?"),
    ("INPUT.FORMAT", "input.channelOrder?"),
    ("MODEL.PIXEL_MEAN", "input.mean?"),
    ("MODEL.PIXEL_STD", "input.standardDeviation?"),
    (
      "MODEL.BACKBONE.FREEZE_AT",
      "model.trainableStages (what is trained is counted: 5 less FREEZE_AT)?"
    ),
    ("MODEL.BACKBONE.NAME", "model.backbone?"),
    ("MODEL.FPN.OUT_CHANNELS", "model.pyramidChannels?"),
    ("MODEL.RESNETS.DEPTH", "model.backbone?"),
    ("MODEL.RESNETS.NORM", "model.norm?"),
    ("MODEL.RETINANET.NORM", "model.headNorm?"),
    ("MODEL.RETINANET.FOCAL_LOSS_GAMMA", "loss.gamma?"),
    ("MODEL.RETINANET.FOCAL_LOSS_ALPHA", "loss.alpha?"),
    ("MODEL.RETINANET.SMOOTH_L1_LOSS_BETA", "loss.boxBeta?"),
    ("MODEL.RETINANET.BBOX_REG_LOSS_TYPE", "loss.boxKind?"),
    ("MODEL.RETINANET.NUM_CONVS", "model.headDepth?"),
    ("MODEL.RETINANET.PRIOR_PROB", "model.priorProbability?"),
    ("MODEL.RETINANET.NMS_THRESH_TEST", "detection.iouThreshold?"),
    ("MODEL.RETINANET.SCORE_THRESH_TEST", "detection.scoreThreshold?"),
    ("MODEL.RETINANET.TOPK_CANDIDATES_TEST", "detection.candidatesPerLevel?"),
    (
      "MODEL.RETINANET.IOU_THRESHOLDS",
      "anchors.backgroundThreshold and anchors.foregroundThreshold?"
    ),
    ("MODEL.ANCHOR_GENERATOR.SIZES", "anchors.sizes?"),
    ("MODEL.ANCHOR_GENERATOR.ASPECT_RATIOS", "anchors.aspectRatios?"),
    ("MODEL.ANCHOR_GENERATOR.OFFSET", "anchors.centerOffset?"),
    ("DATALOADER.NUM_WORKERS", "workers?"),
    ("DATALOADER.REPEAT_THRESHOLD", "sampling.repeatThreshold?"),
    ("TEST.EVAL_PERIOD", "evaluation.everyEpochs (in epochs, not steps)?"),
    ("TEST.DETECTIONS_PER_IMAGE", "detection.detectionsPerImage?"),
    ("SEED", "seed?"),
  ])
  func `a key of detectron2 leads to ours`(key: String, meant: String) {
    #expect(told("\(key)=1") == "\(key): no such key; did you mean \(meant)")
  }

  /// Those of other frameworks; sections as their files have them.
  @Test(arguments: [
    // Ultralytics
    ("lr0", "optimizer.learningRatePer16Images?"), ("lrf", "schedule.finalFactor?"),
    ("imgsz", "input.shortSide?"), ("batch", "schedule.batchSize?"),
    ("cos_lr", "schedule.decay?"), ("weight_decay", "optimizer.weightDecay?"),
    ("warmup_epochs", "schedule.warmupImages (in pictures, not epochs)?"),
    ("freeze", "model.freeze?"), ("patience", "earlyStop.patience?"),
    ("epochs", "schedule.epochs?"),
    ("fliplr", "augmentation.horizontalFlip?"), ("bgr", "input.channelOrder?"),
    ("save_period", "checkpoint.everySteps (in steps, not epochs)?"),
    // torchvision
    ("lr-step-size", "schedule.milestones (as fractions of the run)?"),
    ("lr_gamma", "schedule.stepFactor?"),
    ("trainable-backbone-layers", "model.trainableStages?"),
    ("norm-weight-decay", "optimizer.decayNorms?"), ("use-copypaste", "augmentation.copyPaste?"),
    // mmdetection
    ("optim_wrapper.optimizer.lr", "optimizer.learningRatePer16Images?"),
    ("optim_wrapper.optimizer.type", "optimizer.kind?"),
    ("optim_wrapper.clip_grad.max_norm", "optimizer.gradientClip?"),
    ("train_cfg.max_epochs", "schedule.epochs?"),
    ("train_dataloader.batch_size", "schedule.batchSize?"),
    ("default_hooks.checkpoint.interval", "checkpoint.everySteps (in steps)?"),
    (
      "model.backbone.frozen_stages",
      "model.trainableStages (what is trained is counted: 4 less frozen_stages)?"
    ),
    ("model.bbox_head.loss_cls.gamma", "loss.gamma?"),
    ("model.test_cfg.score_thr", "detection.scoreThreshold?"),
    ("randomness.seed", "seed?"),
    // keras-retinanet
    ("image-min-side", "input.shortSide?"), ("image-max-side", "input.longSideCap?"),
    ("freeze-backbone", "model.trainableStages?"), ("batch-size", "schedule.batchSize?"),
  ])
  func `a key of another framework leads to ours`(key: String, meant: String) {
    #expect(told("\(key)=1") == "\(key): no such key; did you mean \(meant)")
  }

  @Test(arguments: [
    (
      "MODEL.WEIGHTS=1", "weights to start from are named by --weights or --backbone-weights"
    ),
    ("load_from=1", "weights to start from are named by --weights or --backbone-weights"),
    ("OUTPUT_DIR=1", "the run folder is named by --out"),
    ("work_dir=1", "the run folder is named by --out"),
    ("name=1", "the run folder is named by --out"),
    ("DATASETS.TRAIN=1", "data are named by --train and --val"),
    ("DATASETS.TEST=1", "data are named by --train and --val"),
    ("MODEL.RETINANET.NUM_CLASSES=1", "the classes are those of the training data"),
    ("SOLVER.REFERENCE_WORLD_SIZE=1", "the learning rate is scaled to the batch by itself"),
  ])
  func `what no recipe says is told with its option`(assignment: String, words: String) {
    let key = assignment.dropLast(2)
    #expect(told(assignment) == "\(key): no such key; \(words)")
  }

  @Test(arguments: [
    "close_mosaic", "dfl", "MODEL.META_ARCHITECTURE", "MODEL.ANCHOR_GENERATOR.NAME",
  ])
  func `where nothing of ours is meant, nothing is guessed`(key: String) {
    let message = told("\(key)=1")
    #expect(message.contains("no such key"), "\(message)")
    let guess = message.firstMatch(of: /did you mean (.*?)\?/)?.1
    // A section's own name is no guess.
    #expect(guess == nil || guess == "model", "\(message)")
  }

  @Test func `a name in the place of a section leads to the key that takes it`() {
    #expect(
      told("optimizer=SGD")
        == "optimizer: expected keys with values, found the value \"SGD\"; did you mean optimizer.kind?"
    )
  }

  // MARK: - Names with stars

  @Test func `names of parts may hold stars, and no alias hides among them`() throws {
    for text in [
      "model:\n  freeze: [backbone.body.layer1, head.*reg*]\n",
      "model: {freeze: [backbone.body.layer1, head.*reg*]}",
      "model:\n  freeze:\n    - backbone.body.layer1\n    - 'head.*reg*'\n",
    ] {
      let recipe = try RecipeYAML.recipe(parsing: text, file: "r", over: TrainingRecipe())
      #expect(recipe.model.freeze == ["backbone.body.layer1", "head.*reg*"], "\(text)")
    }
    let starred = try RecipeYAML.recipe(
      setting: ["model.freeze=[\"*.bn1\", \"**\"]"],
      over: TrainingRecipe()
    )
    #expect(starred.model.freeze == ["*.bn1", "**"])
    #expect(
      told("model.freeze=[*.bn1]")
        == "holds an anchor or alias, *.bn1: a recipe has none; a name that begins with * stands in "
        + "quotes, \"*.bn1\""
    )
    #expect(told("model.freeze=[a, *b]").hasSuffix("stands in quotes, \"*b\""))
    let file = #expect(throws: RecipeError.self) {
      try RecipeYAML.recipe(
        parsing: "# * and &\nmodel:\n  freeze:\n\n    - *.bn1\n",
        file: "r.yaml",
        over: TrainingRecipe()
      )
    }
    let place = file?.description.prefix { $0 != "," }
    #expect(place == "r.yaml: line 5: holds an anchor or alias")
    #expect(told("model.freeze=&a [b]").hasSuffix("&a: a recipe has none; write the value out"))
    #expect(told("model.freeze=[a/b]").hasPrefix("model.freeze: found \"a/b\", expected names"))
    #expect(told("model.freeze=[[a]]").contains("expected a list of names"))
    #expect(told("model.freeze=backbone").contains("expected a list"))
  }
}
