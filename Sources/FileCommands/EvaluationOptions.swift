package import ArgumentParser
package import COCOEvaluation
import CommandConsole

/// What `focal eval` computes and prints, whatever the detections come from.
package struct EvaluationOptions: ParsableArguments {
  @OptionGroup(title: "Protocol")
  package var rules: ProtocolOptions

  @Option(help: ArgumentHelp("Write a page with curves and classes.", valueName: "html"))
  package var report: String?

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
    for (what, path) in [("report", report), ("arrays", arrays)] {
      if let path, let obstacle = FileFailure.obstacle(toWriting: path) {
        throw CommandFailure.failed("\(path): cannot write the \(what): \(obstacle)")
      }
    }
  }
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
