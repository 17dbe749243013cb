/// What other frameworks call the keys of a recipe: for suggestions alone, none of them is taken.
///
/// Names are without case, dashes and underscores. They are those of torchvision's references, detectron2, mmdetection,
/// Ultralytics and keras-retinanet.
enum RecipeAliases {
  static let paths: [String: String] = {
    var table: [String: String] = [:]
    for (path, names) in names {
      for name in names { table[name] = path }
    }
    return table
  }()

  private static let names: [String: [String]] = [
    "anchors.aspectRatios": ["ratios", "anchorratios"],
    "anchors.backgroundThreshold": ["negiouthr", "bgiouthresh"],
    "anchors.foregroundThreshold": ["posiouthr", "fgiouthresh"],
    "anchors.scales": ["anchorscales", "octavebasescale"],
    "anchors.sizes": ["anchorsizes"],
    "augmentation.brightness": ["hsvv"],
    "augmentation.hue": ["hsvh"],
    "augmentation.saturation": ["hsvs"],
    "augmentation.horizontalFlip": ["fliplr", "flip", "hflip", "flipprob", "randomflip"],
    "augmentation.verticalFlip": ["flipud", "vflip"],
    "augmentation.rotation": ["degrees", "rotate"],
    "augmentation.scaleJitter": ["scale", "lsj", "randomscale", "zoom"],
    "augmentation.translation": ["translate", "shift"],
    "checkpoint.everySteps": ["checkpointperiod", "saveperiod", "saveinterval"],
    "checkpoint.keep": ["maxkeepckpts", "keepcheckpoints"],
    "detection.candidatesPerLevel": ["topkcandidates", "nmspre", "pretopk"],
    "detection.classAgnostic": ["agnosticnms", "agnostic"],
    "detection.detectionsPerImage": [
      "maxdet", "maxdets", "maxperimg", "detectionsperimg", "maxdetections",
    ],
    "detection.iouThreshold": ["nms", "nmsthresh", "nmsthreshold", "iou", "iouthr"],
    "detection.scoreThreshold": ["conf", "scorethresh", "scorethr", "boxscorethresh"],
    "earlyStop.patience": ["earlystopping", "earlystoppingpatience"],
    "evaluation.everyEpochs": ["valinterval", "evalperiod", "evalinterval"],
    "input.longSideCap": ["maxsize", "maxsizetrain", "imagemaxside"],
    "input.mean": ["imagemean", "pixelmean"],
    "input.shortSide": [
      "minsize", "imgsz", "imgsize", "imagesize", "imageminside", "minsizetest",
    ],
    "input.standardDeviation": ["imagestd", "pixelstd", "std"],
    "input.trainingShortSides": ["minsizetrain", "multiscale", "minsizes"],
    "loader.cacheMiB": ["cache"],
    "loss.alpha": ["focallossalpha", "flalpha", "focalalpha"],
    "loss.boxBeta": ["smoothl1beta", "smoothl1lossbeta"],
    "loss.boxKind": ["bboxlosstype", "bboxregloss", "boxloss", "regloss"],
    "loss.boxWeight": ["bboxlossweight", "box"],
    "loss.gamma": ["focallossgamma", "flgamma", "focalgamma"],
    "model.backbone": ["depth", "arch", "net"],
    "model.freeze": ["freezelayers", "frozen"],
    "model.headDepth": ["numconvs", "stackedconvs"],
    "model.priorProbability": ["priorprob", "prior", "pi"],
    "model.trainableStages": [
      "trainablebackbonelayers", "freezeat", "frozenstages", "freezebackbone",
    ],
    "onBadData": ["onerror"],
    "optimizer.beta2": ["betas", "adambeta2"],
    "optimizer.ema": ["emadecay", "modelema"],
    "optimizer.gradientClip": [
      "clipgradnorm", "clipnorm", "gradclip", "maxnorm", "clipgradients", "clipvalue",
    ],
    "optimizer.kind": ["type", "opt", "name", "solver"],
    "optimizer.backboneRateScale": ["backbonelr", "backbonemultiplier", "lrmult"],
    "optimizer.learningRatePer16Images": ["lr", "lr0", "baselr", "learningrate", "rate"],
    "optimizer.decayNorms": ["weightdecaynorm", "normweightdecay"],
    "optimizer.decayBiases": ["weightdecaybias"],
    "optimizer.weightDecay": ["wd", "decay", "l2"],
    "precision": ["amp", "half", "fp16", "bf16", "dtype"],
    "sampling.repeatThreshold": ["oversamplethr"],
    "schedule.accumulation": [
      "accumulate", "gradaccum", "accumulationsteps", "gradaccumulation", "accumulativecounts",
    ],
    "schedule.batchSize": [
      "batch", "imsperbatch", "samplespergpu", "imagesperbatch", "totalbatchsize", "bs",
    ],
    "schedule.decay": ["scheduler", "lrscheduler", "coslr", "lrpolicy"],
    "schedule.epochs": ["maxepochs", "numepochs", "maxiter", "steps", "iterations", "niter"],
    "schedule.finalFactor": ["lrf", "minlr", "etamin", "minlrratio"],
    "schedule.milestones": ["lrsteps", "milestone", "solversteps", "stepsize"],
    "schedule.stepFactor": ["lrgamma"],
    "schedule.warmupFactor": ["warmupratio", "startfactor", "warmupbiaslr"],
    "schedule.warmupImages": ["warmup", "warmupiters", "warmupepochs", "warmupsteps"],
    "threads": ["numthreads"],
    "workers": ["numworkers", "workerspergpu", "jobs"],
  ]

  /// Names of what no recipe says, and where it is said.
  static let notKeys: [String: String] = [
    "numclasses": classes, "nc": classes, "classes": classes, "classnames": classes,
    "names": classes,
    "device": "devices are no part of a recipe",
    "gpus": "workers of a distributed training are started by --nproc",
    "nproc": "workers of a distributed training are started by --nproc",
    "data": "data are named by --train and --val", "dataset": "data are named by --train and --val",
    "weights": "weights to start from are named by --weights or --backbone-weights",
    "pretrained": "weights to start from are named by --weights or --backbone-weights",
  ]

  private static let classes = "the classes are those of the training data"
}
