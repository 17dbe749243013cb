import CommandConsole
import DetectionDatasets
import Foundation

/// Files that look like annotations in a folder that was taken for pictures without any.
enum InspectionNeighbours {
  /// As many folders or files are named in a command.
  private static let most = 4

  /// What lies among the pictures, and how to name it instead.
  ///
  /// - Parameter dataset: Pictures of a folder; of any other dataset there is nothing to say.
  /// - Returns: A sentence for each kind of file.
  static func hints(_ dataset: DetectionDataset) -> [String] {
    guard dataset.format == .pictures else { return [] }
    let root = dataset.location
    var names: [String: [String]] = [:]
    let pictures = Set(dataset.samples.map { ($0.name as NSString).deletingPathExtension })
    let folders = Set(dataset.samples.map { ($0.name as NSString).deletingLastPathComponent })
    for case let name as String in FileManager.default.enumerator(atPath: root) ?? .init() {
      let path = name as NSString
      let ending = path.pathExtension.lowercased()
      guard folders.contains(path.deletingLastPathComponent) else { continue }
      // Any text may lie about; a label file bears the name of a picture.
      let isLabel = ending == "txt" && pictures.contains(path.deletingPathExtension)
      if ending == "xml" || ending == "json" || isLabel { names[ending, default: []].append(name) }
    }
    return names.sorted { $0.key < $1.key }.map { hint($0.key, $0.value.sorted(), root) }
  }

  private static func hint(_ ending: String, _ names: [String], _ root: String) -> String {
    let count = InspectionText.counted(names.count, ".\(ending) file lies", ".\(ending) files lie")
    let folders = Set(names.map { ($0 as NSString).deletingLastPathComponent }).sorted()
    func command(_ names: [String]) -> String {
      let paths = names.prefix(most).map {
        $0.isEmpty ? root : (root as NSString).appendingPathComponent($0)
      }
      return PlainText.escaped(ShellWords.line(["focal", "inspect"] + paths))
    }
    switch ending {
    case "xml":
      return
        "\(count) among the pictures: if they are annotations, name the folder that holds them: \(command(folders))"
    case "json":
      return
        "\(count) among the pictures: if they are annotations, name the file: \(command(names))"
    default:
      return
        "\(count) among the pictures: if they are YOLO labels, write a data.yaml with the folder (train) and the classes (names), and name that: \(command(["data.yaml"]))"
    }
  }
}
