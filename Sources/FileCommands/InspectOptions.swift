package import ArgumentParser
import CommandConsole
package import DetectionDatasets
import Foundation

/// What is done about a picture that cannot be used.
extension BadDataPolicy: ExpressibleByArgument {}

/// What `focal inspect` reads and prints.
package struct InspectOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "COCO .json, VOC folder[:split], YOLO data.yaml[:split], synth:N:SEED, a picture or a folder of pictures; several are splits of one dataset.",
      valueName: "data"
    )
  )
  package var data: [String]

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations.",
      valueName: "dir"
    )
  )
  package var images: String?

  @Option(
    help: ArgumentHelp(
      "The annotation file that a COCO results file belongs to; the data is then that results file.",
      valueName: "json"
    )
  )
  package var groundTruth: String?

  @Flag(
    help: "Read the headers of the pictures only; of a COCO file without pictures, the annotations."
  )
  package var noDecode = false

  @Flag(help: "List every problem, and not the first ten of a kind.")
  package var all = false

  @Flag(help: "Print one JSON object on standard output.")
  package var json = false

  @Option(
    help: ArgumentHelp(
      "Write a page: findings, classes, sizes, anchors, problems, pictures.",
      valueName: "html"
    )
  )
  package var report: String?

  @Option(help: "Pictures and files that cannot be used: skip (and list) or stop at the first.")
  package var onBadData: BadDataPolicy = .skip

  @Flag(help: "No progress; errors and warnings only.")
  package var quiet = false

  package init() {}
}
