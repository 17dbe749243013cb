/// What other frameworks call the keys of a recipe: for suggestions alone, none of them is taken.
///
/// Names are without case, dashes and underscores. They are those of torchvision's references, detectron2, mmdetection,
/// Ultralytics and keras-retinanet. One with a dot is the end of a path, `solver.gamma` is not every `gamma`; where the dot
/// leads, the name stands in no section.
enum RecipeAliases {
  /// What is meant, and how it is counted where the other framework counts otherwise.
  struct Meaning: Hashable, Sendable {
    let paths: [String]
    var note: String?
  }

  /// What a name of another framework is in a recipe.
  enum Answer: Hashable, Sendable {
    case key(Meaning)
    /// Nothing; the words say where it is said instead.
    case elsewhere(String)
  }

  /// What a path means whose section tells more than its last name; `nil` where no such path is known.
  ///
  /// The longest end comes first. A name alone is one too where it stands in no section.
  ///
  /// - Parameter path: The names of the sections and the key, the last one last.
  /// - Returns: What the path means.
  static func answer(toPath path: [String]) -> Answer? {
    // No path of the tables has more parts.
    let plain = path.suffix(3).map(KeySuggestion.plain)
    let ends =
      plain.count == 1
      ? [".\(plain[0])"] : plain.indices.dropLast().map { plain[$0...].joined(separator: ".") }
    return ends.lazy.compactMap(answer(toPlain:)).first
  }

  /// What a name means in any section; `nil` where it is not known.
  static func answer(toName name: String) -> Answer? {
    answer(toPlain: KeySuggestion.plain(name))
  }

  private static func answer(toPlain plain: String) -> Answer? {
    if let instead = notKeys[plain] { return .elsewhere(instead) }
    return meanings[plain].map { .key($0) }
  }

  static let meanings: [String: Meaning] = {
    var table: [String: Meaning] = [:]
    for (path, names) in names {
      for name in names { table[name] = Meaning(paths: [path], note: notes[name]) }
    }
    for name in ["iouthresholds", "matcheriouthresholds"] {
      table[name] = Meaning(paths: ["anchors.backgroundThreshold", "anchors.foregroundThreshold"])
    }
    return table
  }()

  private static let names: [String: [String]] = [
    "anchors.aspectRatios": ["ratios", "anchorratios"],
    "anchors.backgroundThreshold": ["negiouthr", "bgiouthresh"],
    "anchors.centerOffset": ["anchorgenerator.offset", "anchorgenerator.centeroffset"],
    "anchors.foregroundThreshold": ["posiouthr", "fgiouthresh"],
    "anchors.lowQualityMatches": [
      "allowlowqualitymatches", "minposiou", "matchlowquality",
    ],
    "anchors.scales": ["anchorscales", "octavebasescale", "scalesperoctave"],
    "anchors.sizes": ["anchorsizes"],
    "augmentation.brightness": ["hsvv"],
    "augmentation.hue": ["hsvh"],
    "augmentation.saturation": ["hsvs"],
    "augmentation.horizontalFlip": ["fliplr", "flip", "hflip", "flipprob", "randomflip"],
    "augmentation.verticalFlip": ["flipud", "vflip"],
    "augmentation.copyPaste": ["usecopypaste"],
    "augmentation.rotation": ["degrees", "rotate"],
    "augmentation.scaleJitter": ["scale", "lsj", "randomscale", "zoom"],
    "augmentation.translation": ["translate", "shift"],
    "checkpoint.everySteps": [
      "checkpointperiod", "saveperiod", "saveinterval", "checkpoint.interval",
    ],
    "checkpoint.keep": ["maxkeepckpts", "keepcheckpoints"],
    "detection.candidatesPerLevel": [
      "topkcandidates", "topkcandidatestest", "nmspre", "pretopk",
    ],
    "detection.classAgnostic": ["agnosticnms", "agnostic"],
    "detection.detectionsPerImage": [
      "maxdet", "maxdets", "maxperimg", "detectionsperimg", "maxdetections",
    ],
    "detection.iouThreshold": [
      "nms", "nmsthresh", "nmsthreshold", "nmsthreshtest", "iou", "iouthr",
    ],
    "detection.scoreThreshold": [
      "conf", "scorethresh", "scorethreshtest", "scorethr", "boxscorethresh",
    ],
    "earlyStop.patience": ["earlystopping", "earlystoppingpatience"],
    "evaluation.everyEpochs": ["valinterval", "evalperiod", "evalinterval"],
    "input.channelOrder": ["input.format", "bgr", "bgrtorgb"],
    "input.longSideCap": ["maxsize", "maxsizetrain", "maxsizetest", "imagemaxside"],
    "input.mean": ["imagemean", "pixelmean"],
    "input.shortSide": [
      "minsize", "imgsz", "imgsize", "imagesize", "imageminside", "minsizetest",
    ],
    "input.standardDeviation": ["imagestd", "pixelstd", "std"],
    "input.trainingShortSides": ["minsizetrain", "multiscale", "minsizes"],
    "input.trainingSideRule": ["minsizetrainsampling"],
    "loader.cacheMiB": ["cache"],
    "loss.alpha": ["focallossalpha", "flalpha", "focalalpha"],
    "loss.boxBeta": ["smoothl1beta", "smoothl1lossbeta"],
    "loss.boxKind": ["bboxlosstype", "bboxreglosstype", "bboxregloss", "boxloss", "regloss"],
    "loss.boxWeight": ["bboxlossweight", "bboxreglossweight", "box"],
    "loss.gamma": ["focallossgamma", "flgamma", "focalgamma"],
    "model.backbone": ["depth", "arch", "net", "backbone.name"],
    "model.freeze": ["freezelayers", "frozen"],
    "model.headDepth": ["numconvs", "stackedconvs"],
    "model.headNorm": ["retinanet.norm"],
    "model.priorProbability": ["priorprob", "prior", "pi"],
    "model.pyramidChannels": ["fpn.outchannels", "neck.outchannels"],
    "model.trainableStages": [
      "trainablebackbonelayers", "freezeat", "frozenstages", "freezebackbone",
    ],
    "onBadData": ["onerror"],
    "optimizer.beta2": ["betas", "adambeta2"],
    "optimizer.ema": ["emadecay", "modelema"],
    "optimizer.gradientClip": [
      "clipgradnorm", "clipgrad", "clipnorm", "gradclip", "maxnorm", "clipgradients", "clipvalue",
      "clipgradients.enabled", "clipgradients.cliptype", "clipgradients.normtype",
    ],
    "optimizer.kind": [
      "opt", "optimizer.type", "optimizer.name", "optimizer.solver", "solver.optimizer",
    ],
    "optimizer.backboneRateScale": ["backbonelr", "backbonemultiplier", "lrmult"],
    "optimizer.learningRatePer16Images": ["lr", "lr0", "baselr", "learningrate", "rate"],
    "optimizer.decayNorms": ["weightdecaynorm", "normweightdecay"],
    "optimizer.decayBiases": ["weightdecaybias"],
    "optimizer.weightDecay": ["wd", "l2", "optimizer.decay"],
    "precision": ["amp", "amp.enabled", "half", "fp16", "bf16", "dtype"],
    "sampling.repeatThreshold": ["oversamplethr"],
    "schedule.accumulation": [
      "accumulate", "gradaccum", "accumulationsteps", "gradaccumulation", "accumulativecounts",
    ],
    "schedule.batchSize": [
      "batch", "imsperbatch", "samplespergpu", "imagesperbatch", "totalbatchsize", "bs",
    ],
    "schedule.decay": ["scheduler", "lrscheduler", "lrschedulername", "coslr", "lrpolicy"],
    "schedule.epochs": ["maxepochs", "numepochs", "maxiter", "steps", "iterations", "niter"],
    "schedule.finalFactor": ["lrf", "minlr", "etamin", "minlrratio", "baselrend"],
    "schedule.milestones": [
      "lrsteps", "milestone", "solversteps", "solver.steps", "stepsize", "lrstepsize",
    ],
    "schedule.stepFactor": ["lrgamma", "solver.gamma"],
    "schedule.warmupFactor": ["warmupratio", "startfactor"],
    "schedule.warmupImages": ["warmup", "warmupiters", "warmupepochs", "warmupsteps"],
    "threads": ["numthreads"],
    "workers": ["numworkers", "workerspergpu", "jobs"],
  ]

  /// How a key counts where the name that was written counts otherwise.
  static let notes: [String: String] = {
    var table = [
      "freezeat": "what is trained is counted: 5 less FREEZE_AT",
      "frozenstages": "what is trained is counted: 4 less frozen_stages",
      "saveperiod": "in steps, not epochs",
      "checkpoint.interval": "in steps",
      "evalperiod": "in epochs, not steps",
      "warmupepochs": "in pictures, not epochs",
    ]
    for name in ["maxiter", "steps", "iterations", "niter"] {
      table[name] = "passes over the pictures, not steps"
    }
    for name in ["lrsteps", "solversteps", "solver.steps", "stepsize", "lrstepsize"] {
      table[name] = "as fractions of the run"
    }
    for name in ["minlr", "etamin", "baselrend"] { table[name] = "as a share of the rate" }
    for name in ["warmupiters", "warmupsteps"] { table[name] = "in pictures, not steps" }
    return table
  }()

  /// The key of a section that other frameworks give in place of the section.
  static let choosing = ["optimizer": "optimizer.kind", "loss": "loss.kind"]

  /// Names of what no recipe says, and where it is said.
  static let notKeys: [String: String] = {
    var table = ["referenceworldsize": "the learning rate is scaled to the batch by itself"]
    for (text, names) in [
      (
        "the classes are those of the training data",
        ["numclasses", "nc", "classes", "classnames", "names"]
      ),
      ("devices are no part of a recipe", ["device"]),
      ("processes that share a training are started by --nproc", ["gpus", "nproc", "multigpu"]),
      (
        "data are named by --train and --val",
        [
          "data", "dataset", "datasets", "train", "val", "dataroot", "annfile", "datapath",
          "datasets.test",
        ]
      ),
      (
        "weights to start from are named by --weights or --backbone-weights",
        [
          "weights", "pretrained", "loadfrom", "weightsbackbone", "backboneweights",
          "pretrainedbackbone",
        ]
      ),
      (
        "the run folder is named by --out",
        ["out", "output", "outputdir", "workdir", ".project", ".name", "snapshotpath"]
      ),
      ("a run is gone on with by --resume", ["resume", "resumefrom"]),
    ] {
      for name in names { table[name] = text }
    }
    return table
  }()
}
