import ArgumentParser
import CommandConsole
import DetectionDatasets
import Foundation

/// `focal synth`: the sample dataset.
struct SynthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synth",
    abstract: "Render sample pictures with rare, small objects, and their boxes.",
    discussion: """
      Examples:
        focal synth --out sample --images 300 --seed 1
        focal train --train sample/annotations.json --val synth:60:2 \\
          --preset small --out runs/sample

      Writes images/ and annotations.json (COCO). The same seed gives the same bytes. Wherever a dataset is expected,
      synth:N:SEED stands for the same pictures without writing them.
      """
  )

  @Option(help: ArgumentHelp("The folder to make.", valueName: "dir"))
  var out: String

  @Option(parsing: .unconditional, help: "How many pictures, 1 or more.")
  var images: Int = 300

  @Option(
    parsing: .unconditional,
    help: "The seed, 0 or more. (default: 0)",
    transform: SeedOption.seed(from:)
  )
  var seed: UInt64 = 0

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    guard (1...1_000_000).contains(images) else {
      throw ValidationError("--images \(images): expected 1 to 1000000")
    }
  }

  func run() throws {
    try FileFailure.check(folder: out)
    let dataset = try DetectionDataset.load("synth:\(images):\(seed)")
    var progress = ProgressLine("synth", total: images, unit: "pictures", isQuiet: quiet)
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    Interruption.listen(isQuiet: quiet)
    try dataset.write(to: folder) {
      try Interruption.check()
      progress.update($0)
    }
    progress.clear()
    let boxes = dataset.samples.reduce(0) { $0 + $1.boxes.count }
    if json {
      try JSONLine.print(
        Figures(images: images, boxes: boxes, annotations: folder.path + "/annotations.json")
      )
    } else {
      try StandardOutput.print(
        "\(folder.path)/annotations.json: \(images) pictures, \(boxes) boxes"
      )
    }
  }

  private struct Figures: Encodable {
    let images: Int
    let boxes: Int
    let annotations: String
  }
}
