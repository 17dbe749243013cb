package import ArgumentParser
import CommandConsole
package import DetectionDatasets

/// What `focal anchors` fits to what.
package struct AnchorsOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "What to fit: COCO .json, YOLO data.yaml or Pascal VOC folder, each with [:split], or synth:N:SEED.",
      valueName: "data"
    )
  )
  package var data: String

  @Option(
    help: ArgumentHelp(
      "What to try the anchors on that were fitted to the first; by default the splits val and test of the data.",
      valueName: "data"
    )
  )
  package var val: String?

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations.",
      valueName: "dir"
    )
  )
  package var images: String?

  @Option(parsing: .unconditional, help: "Scales on every level, 1 to 6.")
  package var scales: Int = 3

  @Option(parsing: .unconditional, help: "Aspect ratios on every level, 1 to 9.")
  package var ratios: Int = 3

  @Flag(help: "Every class counts the same, and not by the root of the number of its boxes.")
  package var balanced = false

  @Option(parsing: .unconditional, help: "What the search follows from.")
  package var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp(
      "Write the anchors as a recipe file, for focal train --config.",
      valueName: "yaml"
    )
  )
  package var out: String?

  @Flag(help: "Print one JSON object on standard output.")
  package var json = false

  @Option(help: "Pictures and files that cannot be used: skip or stop at the first.")
  package var onBadData: BadDataPolicy = .skip

  @Flag(help: "No progress; errors and warnings only.")
  package var quiet = false

  package init() {}

  package func validate() throws {
    guard (1...6).contains(scales) else {
      throw ValidationError("--scales \(scales): expected 1 to 6")
    }
    guard (1...9).contains(ratios) else {
      throw ValidationError("--ratios \(ratios): expected 1 to 9")
    }
  }
}
