package import ArgumentParser
import CommandConsole
import DetectionDatasets
import Foundation

/// `focal convert`: a dataset in another format.
package struct ConvertCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a dataset as COCO, Pascal VOC or YOLO.",
    usage: "focal convert <data> ... --to <format> --out <dir> [<options>]",
    discussion: """
      Examples:
        focal convert VOC --to coco --out bccd-coco
        focal convert train.json val.json --images pictures --to yolo --out bccd-yolo
        focal convert train=a.json val=b.json --to yolo --out mine
        focal convert data.yaml:train --to voc --out cars-voc --pictures link

      All splits of a VOC folder or a data.yaml are converted together and stay splits; several datasets become the \
      splits that they are called after (instances_train2017.json is train, valid/_annotations.coco.json val), or that \
      NAME=DATA says. COCO: one file for each split, names of pictures relative to images/. VOC: \
      corners as they are, the classes in labels.txt, lists in ImageSets/Main. YOLO: classes numbered from 0, a list for \
      each split, boxes clipped, as many digits as bring the same box back.

      Pictures are never encoded again. What the new format cannot hold is printed, a line each beginning with lost:. \
      The folder appears once it is complete.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "COCO .json, VOC folder[:split], YOLO data.yaml[:split] or synth:N:SEED; several are splits of one dataset, NAME=DATA names one.",
      valueName: "data"
    )
  )
  var data: [String]

  @Option(help: ArgumentHelp("The new format: coco, voc or yolo.", valueName: "format"))
  var to: Choice<DatasetWriter.Format>

  @Option(help: ArgumentHelp("The folder to make.", valueName: "dir"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations; for YOLO the folder that path means.",
      valueName: "dir"
    )
  )
  var images: String?

  @Option(help: "Pictures as copies, or as hard links on the same file system: copy or link.")
  var pictures: Choice<DatasetWriter.Pictures> = Choice(.copy)

  @Option(help: "Pictures and files that cannot be used: skip (and list) or stop at the first.")
  var onBadData: BadDataPolicy = .skip

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  package init() {}

  package func run() throws {
    try FileFailure.check(folder: out)
    let names = SplitNames(data)
    let parts = try DatasetPart.load(
      names.parts,
      isNamed: names.isNamed,
      images: images.map { URL(fileURLWithPath: $0, isDirectory: true) },
      onBadData: onBadData
    )
    let problems = parts.flatMap(\.dataset.problems)
    DatasetWarnings.show(problems, of: names.parts[0].specification)
    let writer = try DatasetWriter(parts, as: to.value)
    var progress = ProgressLine(
      "convert",
      total: writer.pictureCount,
      unit: "pictures",
      isQuiet: quiet
    )
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    let report = try writer.write(to: folder, pictures: pictures.value) { progress.update($0) }
    progress.clear()
    for warning in report.warnings { Console.warning(warning) }
    if json {
      let format = to.value.rawValue
      try JSONLine.print(
        Figures(format: format, folder: folder.path, problems: problems, report)
      )
    } else {
      let head =
        "\(folder.path): \(to.value.title), \(InspectionText.counted(report.pictures, "picture")), "
        + InspectionText.counted(report.boxes, "box", "boxes")
      let lines =
        [head] + report.lost.map { "lost: \($0)" }
        + report.specifications.map { "use it as \(ShellWords.quoted($0))" }
      try StandardOutput.print(lines.joined(separator: "\n"))
    }
  }

  private struct Figures: Encodable {
    let format: String
    let folder: String
    let pictures: Int
    let boxes: Int
    let lost: [String]
    let warnings: [String]
    /// All of them, where standard error has the first few.
    let problems: [DatasetProblem]
    let specifications: [String]

    init(
      format: String,
      folder: String,
      problems: [DatasetProblem],
      _ report: DatasetWriter.Report
    ) {
      self.format = format
      self.folder = folder
      pictures = report.pictures
      boxes = report.boxes
      lost = report.lost
      warnings = report.warnings
      var told: Set<DatasetProblem> = []
      self.problems = problems.filter { told.insert($0).inserted }
      specifications = report.specifications
    }
  }
}

/// What was left out or changed while a dataset was loaded, on standard error.
enum DatasetWarnings {
  /// The most problems shown one by one; the rest is counted.
  private static let shown = 10

  static func show(_ problems: [DatasetProblem], of location: String) {
    var told: Set<DatasetProblem> = []
    let problems = problems.filter { told.insert($0).inserted }
    for problem in problems.prefix(shown) { Console.warning(problem.description) }
    if problems.count > shown {
      Console.warning("\(location): \(problems.count - shown) more problems (focal inspect --all)")
    }
  }
}
