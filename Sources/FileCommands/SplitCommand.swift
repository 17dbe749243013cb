package import ArgumentParser
import CommandConsole
import DetectionDatasets
import Foundation

/// `focal split`: a dataset divided at random, with the classes in proportion.
package struct SplitCommand: ParsableCommand {
  package static let configuration = CommandConfiguration(
    commandName: "split",
    abstract: "Divide a dataset into train, val and test, each class in proportion.",
    usage: "focal split <data> --out <dir> [--fractions <name=share,…>] [<options>]",
    discussion: """
      Examples:
        focal split all.json --images pictures --out splits
        focal split VOC --out bccd --fractions train=0.7,val=0.3 --pictures link
        focal split data.yaml --out cars --group-by '([^/]*)-[0-9]+[.]'

      Pictures of one sequence look alike: keep them together with --group-by, or a detector is measured on what it has \
      learnt by heart. folder keeps the pictures of a folder together, a regular expression those whose names have the \
      same part (the first round brackets, else the whole match).

      The new folder holds annotations in the format of the old, copied as they stand: a JSON file for each split; \
      Annotations/ and lists in ImageSets/Main; or lists and a data.yaml. Pictures stay where they are unless --pictures \
      says otherwise, and --images names their folder from then on. The same seed gives the same splits, whatever the \
      order of the files.
      """
  )

  @Argument(
    help: ArgumentHelp(
      "COCO .json, VOC folder[:split] or YOLO data.yaml[:split]; splits that it has are joined.",
      valueName: "data"
    )
  )
  var data: String

  @Option(help: ArgumentHelp("The folder to make.", valueName: "dir"))
  var out: String

  @Option(
    help: ArgumentHelp(
      "The splits and their shares, 1 together. (default: \(SplitFractions.standard))",
      valueName: "name=share,…"
    ),
    transform: SplitFractions.init(parsing:)
  )
  var fractions: SplitFractions = .standard

  @Option(parsing: .unconditional, help: "The seed, 0 or more.")
  var seed: UInt64 = 0

  @Option(
    help: ArgumentHelp("What stays together: folder, or a regular expression.", valueName: "rule")
  )
  var groupBy: String?

  @Option(
    help: ArgumentHelp(
      "Folder of the pictures, where they do not lie beside the annotations; for YOLO the folder that path means.",
      valueName: "dir"
    )
  )
  var images: String?

  @Option(help: "Bring the pictures into the folder, too: copy or link (hard links).")
  var pictures: Choice<DatasetWriter.Pictures>?

  @Option(help: "Pictures and files that cannot be used: skip (and list) or stop at the first.")
  var onBadData: BadDataPolicy = .skip

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "Errors and warnings only.")
  var quiet = false

  package init() {}

  package func run() throws {
    try FileFailure.check(folder: out)
    let images = images.map { URL(fileURLWithPath: $0, isDirectory: true) }
    let dataset = try DetectionDataset.load(data, images: images, onBadData: onBadData)
    DatasetWarnings.show(dataset.problems, of: data)
    let division = try DatasetDivision(
      dataset,
      into: fractions.shares,
      grouping: groupBy.map { $0 == "folder" ? .folders : .pattern($0) } ?? .pictures,
      seed: seed
    )
    let folder = URL(fileURLWithPath: out, isDirectory: true)
    let report = try division.write(
      to: folder,
      specification: data,
      images: images,
      pictures: pictures?.value
    )
    warn(of: division)
    let figures = SplitFigures(division, report)
    if json {
      try JSONLine.print(figures)
    } else if !quiet {
      try StandardOutput.print(figures.text)
    }
  }

  private func warn(of division: DatasetDivision) {
    if division.unmatched > 0 {
      Console.warning(
        "\(data): --group-by does not match \(division.unmatched) of \(division.splits.count) names; "
          + "each of these pictures is a group of its own"
      )
    }
    for (index, share) in division.shares.enumerated() where !division.splits.contains(index) {
      Console.warning("\(data): no picture is left for \(share.name); there are too few groups")
    }
  }
}

/// `train=0.8,val=0.1,test=0.1`.
struct SplitFractions: CustomStringConvertible {
  let shares: [DatasetDivision.Share]

  static let standard = SplitFractions(shares: [
    .init(name: "train", fraction: 0.8), .init(name: "val", fraction: 0.1),
    .init(name: "test", fraction: 0.1),
  ])

  private init(shares: [DatasetDivision.Share]) { self.shares = shares }

  init(parsing text: String) throws {
    do throws(DatasetError) { shares = try DatasetDivision.Share.shares(parsing: text) } catch {
      throw ValidationError(error.message)
    }
  }

  var description: String {
    shares.map { "\($0.name)=\($0.fraction)" }.joined(separator: ",")
  }
}
