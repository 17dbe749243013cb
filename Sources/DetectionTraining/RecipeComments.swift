import BoxGeometry
import DetectionDatasets
import DetectionModels

/// What each key of a recipe is for, as the comments of its YAML.
enum RecipeComments {
  /// By path.
  static let text: [String: String] = [
    "model": "The network.",
    "model.dialect":
      "paper, detectron2, torchvision-v1, torchvision-v2, keras-retinanet: sets each key in which these differ; a key given beside it wins",
    "model.backbone":
      "resnet18, resnet34, resnet50, resnet101, resnet152, resnext101_32x8d, resnext101_64x4d",
    "model.norm":
      "norm of the backbone: batch, group (does not care how small the batch is), frozen (pre-trained weights)",
    "model.normEpsilon":
      "added to each variance; 0 only for torchvision's first COCO weights",
    "model.trainableStages":
      "parts of the backbone that are trained, from the last stage down; 5: all, 3: usual over pre-trained weights",
    "model.freeze":
      "parts that are not trained, by the names of parameters (focal model describe lists them): [backbone.body.layer1, backbone.fpn*]",
    "model.width": "channels of the backbone's first stage; 64 is the published network",
    "model.pyramidChannels": "channels of the pyramid and the heads; the paper has 256",
    "model.extraLevelInput": "what P6 is made from: c5 (paper), p5",
    "model.classLayout":
      "contiguous: a logit a class; background-first: one more before them, as torchvision",
    "model.headDepth": "3x3 convolutions in each head before the last; the paper has 4",
    "model.headNorm": "identity (paper), group",
    "model.priorProbability":
      "where object probabilities start; 0.01 in the paper, 0.5 is a bias of 0",
    "loss": "The loss. Its sum is divided by what normalizer says.",
    "loss.kind": "focal, cross-entropy",
    "loss.alpha": "weight of positives, 1 - alpha of negatives; below 0: both weigh 1",
    "loss.gamma": "focusing parameter of the focal loss; the paper has 2",
    "loss.boxKind": "smooth-l1 (paper), l1, giou, diou, ciou",
    "loss.boxBeta": "where smooth L1 turns from square to line; 0 is plain L1",
    "loss.boxWeight": "weight of the box loss beside the classification loss",
    "loss.normalizer":
      "foreground anchors as divisor: batch-foreground (paper), batch-foreground-and-images, per-image, moving-average",
    "input": "The size pictures are brought to, and what their pixels become.",
    "input.shortSide": "pixels of the shorter side",
    "input.longSideCap": "the longer side is never more than this",
    "input.trainingShortSides":
      "short sides that training draws from, [640, 672, 704, 736, 768, 800] as detectron2; []: shortSide alone",
    "input.trainingSideRule": "list (one of them), range (any from the least to the greatest)",
    "input.trainingSideDraw":
      "picture (each has a side of its own), batch (one for all of a step, which pads less)",
    "input.channelOrder": "rgb; bgr for backbones from Caffe and detectron2",
    "input.pixelRange": "unit (0 to 1); bytes (0 to 255) for the same",
    "input.mean": "taken off each pixel, in that order and range",
    "input.standardDeviation": "what the rest is divided by",
    "augmentation": "Random changes to the training pictures; boxes move along.",
    "augmentation.horizontalFlip": "probability of mirroring left and right",
    "augmentation.verticalFlip": "probability of mirroring up and down",
    "augmentation.quarterTurn": "probability of a turn by 90, 180 or 270 degrees",
    "augmentation.scaleJitter": "zoom drawn from this range: above 1 crops, below 1 pads",
    "augmentation.translation": "largest shift, as a share of the side",
    "augmentation.brightness": "brightness is multiplied by 1 +- this",
    "augmentation.contrast": "contrast is multiplied by 1 +- this",
    "augmentation.saturation": "saturation is multiplied by 1 +- this",
    "augmentation.hue": "colours turn by up to this share of a circle",
    "augmentation.iouCrop":
      "probability of a crop that keeps an object by a least IoU, as SSD's",
    "augmentation.iouCropScale": "sides of that crop, as shares of the picture's",
    "augmentation.rotation": "largest rotation either way, in degrees; corners are cut off",
    "augmentation.rotationBox":
      "box of a rotated object: corners (never too small), ellipse (exact for round objects)",
    "augmentation.blur": "largest standard deviation of a Gaussian blur, in pixels",
    "augmentation.mosaic": "probability of a mosaic with three other pictures",
    "augmentation.mosaicScale": "size of the pictures of a mosaic, times their own",
    "augmentation.mixup": "probability of another picture mixed in, at 0.4 to 0.6; boxes of both",
    "augmentation.copyPaste": "probability that objects of rare classes are pasted in",
    "augmentation.copyPasteObjects": "the most objects pasted over a picture",
    "augmentation.minimumVisibleShare": "a box of which less stays in the picture is no target",
    "sampling": "How often each picture is seen.",
    "sampling.repeatThreshold":
      "classes in a smaller share t of the pictures are repeated, sqrt(t / share) times; 0: none",
    "anchors": "Reference boxes, and which of them hold an object.",
    "anchors.sizes": "side in pixels at P3, P4, P5, P6, P7",
    "anchors.scales": "each size is used at these multiples",
    "anchors.aspectRatios": "height over width",
    "anchors.centerOffset":
      "where in its cell an anchor stands: 0 its corner, 0.5 its middle (keras-retinanet)",
    "anchors.rounding": "exact, torchvision (whole pixels)",
    "anchors.spacing":
      "stride, imageOverCells (torchvision: the picture's side over the number of cells, rounded down)",
    "anchors.foregroundThreshold": "IoU with an object from which an anchor is foreground",
    "anchors.backgroundThreshold":
      "IoU below which it is background; between the two it is left out",
    "anchors.lowQualityMatches":
      "never, always, betweenThresholds: whether the best anchor of an object that no other anchor reaches is foreground",
    "detection": "Which candidates become detections.",
    "detection.scoreThreshold": "least score",
    "detection.scoreComparison": "whether that score itself is enough: above, at-least",
    "detection.candidatesPerLevel": "the best of each level that go on to suppression",
    "detection.iouThreshold": "IoU with a better one above which a candidate is dropped",
    "detection.detectionsPerImage": "the most detections of a picture",
    "detection.classAgnostic": "whether candidates of other classes suppress too",
    "schedule": "How long to train, and how the learning rate moves.",
    "schedule.epochs": "passes over the training pictures, repeats counted",
    "schedule.batchSize": "pictures a step, over all processes",
    "schedule.accumulation":
      "parts in which a process computes its pictures of a step: less memory, the same gradient (batch norm sees parts)",
    "schedule.warmupImages":
      "pictures over which the learning rate rises; at most a fifth of the run",
    "schedule.warmupFactor": "share of the learning rate that the first step has, above 0",
    "schedule.decay": "step, cosine",
    "schedule.milestones": "for step: the rate falls at these fractions of the run",
    "schedule.stepFactor": "for step: what it is multiplied by at each",
    "schedule.finalFactor": "for cosine: share of the rate that is left at the end; 0 is usual",
    "optimizer": "How the weights follow the gradient.",
    "optimizer.kind": "sgd (paper), adamw",
    "optimizer.learningRatePer16Images":
      "times batchSize / 16 (linear scaling rule); for adamw times its root",
    "optimizer.backboneRateScale":
      "the backbone's rate is this times the others'; 0.1 is usual over pre-trained weights",
    "optimizer.momentum": "momentum of sgd; the first beta of adamw",
    "optimizer.beta2": "of adamw: how long it remembers squared gradients; sgd has none",
    "optimizer.nesterov": "Nesterov's form of sgd's momentum",
    "optimizer.weightDecay": "pull of the weights of convolutions towards 0",
    "optimizer.decayBiases": "whether biases of convolutions are drawn to 0, too",
    "optimizer.decayNorms": "whether scales and shifts of norms are drawn to 0, too",
    "optimizer.gradientClip": "largest norm of the whole gradient; 0 does not clip",
    "optimizer.ema":
      "decay of the average of the weights that is evaluated and saved; 0 keeps none",
    "evaluation": "Scores on the validation data.",
    "evaluation.everyEpochs": "after this many epochs, and at the end",
    "earlyStop": "When a run ends before its schedule does.",
    "earlyStop.patience":
      "evaluations without a better figure after which the run ends as if it were over; 0: never",
    "earlyStop.leastImprovement": "what a figure is more than the best before to be better",
    "earlyStop.figure":
      "the figure that has to rise: AP, AP50, AP75, APs, APm, APl, AR1, AR10, AR100, ARs, ARm, ARl",
    "checkpoint": "What a run can be resumed from.",
    "checkpoint.everySteps": "steps between two; 0: at the end of each epoch",
    "checkpoint.keep": "how many are kept",
    "loader": "How pictures are read.",
    "loader.cacheMiB": "decoded pictures kept from epoch to epoch, in MiB; 0 keeps none",
    "lens": "Who carries the classification loss: objects, hard or easy background.",
    "lens.everySteps":
      "steps between two looks at the logits, the first step has one; 0: none",
    "lens.saveLogitsAtStep":
      "write this step's logits and targets to logits-step-N.safetensors in the run folder; 0: none",
    "precision": "auto (bfloat16 where the processor has it), float32, bfloat16",
    "seed": "same seed, same machine, same threads: same weights",
    "workers": "decoding threads of each process, which read and vary pictures; processes: --nproc",
    "threads": "threads of each process's arithmetic; 0: one a core, shared among processes",
    "onNonFinite":
      "stop, skip (ten in a row stop): a step whose loss or gradient is not a finite number",
    "onBadData": "skip (left out, counted, listed at the end), stop",
  ]

  /// What the keys take whose type does not say it.
  static let forms: [String: String] = [
    "augmentation.scaleJitter": "a list of two numbers, the lower one first",
    "augmentation.iouCropScale": "a list of two numbers, the lower one first",
    "augmentation.mosaicScale": "a list of two numbers, the lower one first",
    "input.mean": "a list of three numbers",
    "input.standardDeviation": "a list of three numbers",
    "input.trainingShortSides": "a list of whole numbers",
    "model.freeze": "a list of names of parameters or parts",
  ]

  /// The values of the keys that take one of a few.
  static let choices: [String: [String]] = [
    "model.dialect": RetinaNetDialect.allCases.map(\.rawValue),
    "model.classLayout": RetinaNetConfiguration.ClassLayout.allCases.map(\.rawValue),
    "input.channelOrder": InputConfiguration.ChannelOrder.allCases.map(\.rawValue),
    "input.trainingSideRule": TrainingSides.Rule.allCases.map(\.rawValue),
    "input.trainingSideDraw": TrainingSides.Draw.allCases.map(\.rawValue),
    "earlyStop.figure": EvaluationFigure.allCases.map(\.rawValue),
    "input.pixelRange": InputConfiguration.PixelRange.allCases.map(\.rawValue),
    "augmentation.rotationBox": RotationBox.allCases.map(\.rawValue),
    "anchors.rounding": AnchorConfiguration.Rounding.allCases.map(\.rawValue),
    "anchors.spacing": AnchorConfiguration.Spacing.allCases.map(\.rawValue),
    "detection.scoreComparison": DetectionConfiguration.ScoreComparison.allCases.map(\.rawValue),
    "model.backbone": ResNetDepth.allCases.map(\.rawValue),
    "model.norm": BackboneNorm.allCases.map(\.rawValue),
    "model.extraLevelInput": RetinaNetConfiguration.ExtraLevelInput.allCases.map(\.rawValue),
    "model.headNorm": HeadConfiguration.HeadNorm.allCases.map(\.rawValue),
    "loss.kind": DetectionLossConfiguration.Kind.allCases.map(\.rawValue),
    "loss.boxKind": DetectionLossConfiguration.BoxKind.allCases.map(\.rawValue),
    "loss.normalizer": DetectionLossConfiguration.Normalizer.allCases.map(\.rawValue),
    "anchors.lowQualityMatches": ["never", "always", "betweenThresholds"],
    "optimizer.kind": TrainingRecipe.OptimizerSection.Kind.allCases.map(\.rawValue),
    "schedule.decay": TrainingRecipe.ScheduleSection.Decay.allCases.map(\.rawValue),
    "precision": TrainingRecipe.Precision.allCases.map(\.rawValue),
    "onBadData": ["skip", "stop"],
    "onNonFinite": TrainingRecipe.NonFinitePolicy.allCases.map(\.rawValue),
  ]
}
