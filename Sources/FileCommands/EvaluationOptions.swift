package import ArgumentParser
package import COCOEvaluation
import CommandConsole

/// What `focal eval` computes and prints, whatever the detections come from.
package struct EvaluationOptions: ParsableArguments {
  @Option(help: "The metric: coco, voc2007 (eleven points) or voc (area, 2010 and later).")
  package var metric: EvaluationMetric = .coco

  @Option(
    help:
      "What a box's numbers are to Pascal VOC's metric: continuous edges, or pixels (1 is added). (default: continuous)"
  )
  package var vocEdges: VOCEdges?

  @Option(
    help: ArgumentHelp(
      "Write a page: classes, curves, errors, confusions, scores, pictures.",
      valueName: "html"
    )
  )
  package var report: String?

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations; for the page of a results file.",
      valueName: "dir"
    )
  )
  package var images: String?

  @Option(
    help: ArgumentHelp(
      "Write precision, recall and scores of every threshold, class, size and limit.",
      valueName: "json"
    )
  )
  package var arrays: String?

  @Flag(help: "Print one JSON object on standard output.")
  package var json = false

  @Flag(help: "The figures of each class too.")
  package var perClass = false

  @Flag(help: "The figures of each picture too.")
  package var perImage = false

  @Flag(
    help: ArgumentHelp(
      "Why AP is lost: kinds of errors and the AP each costs, confusions, calibration.",
      discussion: """
        At IoU 0.5, or the lowest of --iou-thresholds, with the kinds of TIDE (Bolya et al. 2020); confusions from \
        score 0.3 on. Annotation id 0 is an object like any other here.
        """
    )
  )
  package var errors = false

  @OptionGroup
  package var rules: ProtocolOptions

  @Flag(help: "No progress; errors and warnings only.")
  package var quiet = false

  package init() {}

  /// What has to be computed besides the figures.
  package var details: COCOEvaluationDetails {
    var details: COCOEvaluationDetails = []
    if perImage { details.insert(.images) }
    if arrays != nil { details.insert(.arrays) }
    return details
  }

  /// Tells before the work, and not after it, what makes no sense or cannot be written.
  ///
  /// - Throws: `CommandFailure` that names the option or the file.
  package func check() throws {
    try rules.checkValues()
    try checkMetric()
    for (what, path) in [("report", report), ("arrays", arrays)] {
      if let path, let obstacle = FileFailure.obstacle(toWriting: path) {
        throw CommandFailure.failed("\(path): cannot write the \(what): \(obstacle)")
      }
    }
  }
}

extension EvaluationOptions {
  /// Refuses options that the metric knows nothing of.
  fileprivate func checkMetric() throws {
    guard metric.averaging != nil else {
      if vocEdges == nil { return }
      throw CommandFailure.usage("--voc-edges: only with --metric voc2007 or voc")
    }
    let foreign = [
      ("--report", report != nil), ("--arrays", arrays != nil), ("--per-image", perImage),
      ("--errors", errors),
      ("--areas", rules.areas != nil), ("--max-detections", rules.maxDetections != nil),
      ("--class-agnostic", rules.classAgnostic), ("--pycocotools-ids", rules.pycocotoolsIDs),
    ]
    .filter(\.1).map(\.0)
    guard foreign.isEmpty else {
      throw CommandFailure.usage(
        "\(foreign.joined(separator: ", ")): only with --metric coco; Pascal VOC's metric knows no such thing"
      )
    }
    let thresholds = try rules.thresholds()
    guard thresholds == nil || thresholds?.count == 1 else {
      throw CommandFailure.usage(
        "--iou-thresholds: expected one IoU for --metric \(metric.rawValue)"
      )
    }
  }

  /// The settings of Pascal VOC's metric; `nil` if another is asked for.
  var vocParameters: VOCEvaluationParameters? {
    get throws {
      guard let averaging = metric.averaging else { return nil }
      return VOCEvaluationParameters(
        iouThreshold: try rules.thresholds()?.first ?? 0.5,
        averaging: averaging,
        edges: vocEdges == .pixels ? .pixels : .continuous
      )
    }
  }
}

/// What detections are scored by.
package enum EvaluationMetric: String, ExpressibleByArgument, CaseIterable, Sendable {
  case coco, voc2007, voc

  /// How Pascal VOC's metric averages; `nil` for COCO's.
  package var averaging: VOCEvaluationParameters.Averaging? {
    switch self {
    case .coco: nil
    case .voc2007: .elevenPoints
    case .voc: .area
    }
  }
}

/// What a box's numbers are to Pascal VOC's metric.
package enum VOCEdges: String, ExpressibleByArgument, CaseIterable, Sendable {
  case continuous, pixels
}

/// The two files that `focal eval` scores without a model.
package struct ResultsFileOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A COCO annotation file.", valueName: "json"))
  package var groundTruth: String?

  @Option(help: ArgumentHelp("A COCO results file of any detector.", valueName: "json"))
  package var detections: String?

  @Flag(help: "Leave out detections of pictures or classes that the annotation file lacks.")
  package var allowUnknown = false

  package init() {}
}
