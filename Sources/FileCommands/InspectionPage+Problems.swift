import CommandConsole
import DatasetInspection
import DetectionDatasets
import DetectionReport
import Foundation

/// What is wrong with the data, kind by kind, as a page lists it.
extension InspectionPage {
  /// As many problems of a kind are listed.
  private static let mostProblems = 50

  static func problems(
    _ problems: [DatasetProblem],
    _ options: InspectOptions
  ) -> [InspectionReport.Problems] {
    let folders = folders(of: options)
    return ProblemText.groups(problems).map { kind, group in
      .init(
        name: capitalized(ProblemText.name(of: kind)),
        count: group.count,
        shown: group.prefix(options.all ? group.count : mostProblems).map { problem in
          .init(place: place(problem.file, problem.place, folders), message: problem.message)
        }
      )
    }
  }

  static func doubles(
    _ figures: InspectionFigures,
    _ options: InspectOptions
  ) -> [InspectionReport.Problems] {
    let found = figures.boxedTwice
    if found.isEmpty { return [] }
    let folders = folders(of: options)
    return [
      .init(
        name: "Objects that may be boxed twice",
        count: figures.boxedTwiceCount.all,
        shown: found.prefix(options.all ? found.count : mostProblems).map { twice in
          let classes =
            twice.isDisagreement ? twice.classes.joined(separator: " and ") : twice.classes[0]
          return .init(
            place: place(twice.file, twice.places.joined(separator: " and "), folders),
            message:
              "\(classes), IoU \(InspectionText.decimals(twice.iou, 2)), \(twice.picture.name)"
          )
        }
      )
    ]
  }

  /// A page may be passed on: it does not say where on the disk the data lies.
  private static func place(_ file: String, _ place: String, _ folders: [String]) -> String {
    let folder = folders.first { file.hasPrefix($0) } ?? ""
    let name = String(file.dropFirst(folder.count))
    return place.isEmpty ? name : "\(name): \(place)"
  }

  private static func capitalized(_ text: String) -> String {
    text.prefix(1).uppercased() + text.dropFirst()
  }

  /// The folders that the data lies in, with a slash at their end, the longest first.
  private static func folders(of options: InspectOptions) -> [String] {
    let places = options.data + (options.images.map { [$0] } ?? [])
    let folders = places.flatMap { place -> [String] in
      let text = String(place[..<(place.lastIndex(of: ":") ?? place.endIndex)])
      let path = FileManager.default.fileExists(atPath: place) ? place : text
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
      let url = URL(fileURLWithPath: path, isDirectory: isFolder.boolValue)
      let folder = isFolder.boolValue ? url : url.deletingLastPathComponent()
      return [folder.path, folder.standardizedFileURL.path, folder.resolvingSymlinksInPath().path]
    }
    return folders.map { $0.hasSuffix("/") ? $0 : $0 + "/" }.sorted { $0.count > $1.count }
  }
}
