import Foundation
import TestSupport
import Testing

/// One file of the collection of bad inputs, and what is to become of it.
struct BadInput: Decodable, Sendable, CustomTestStringConvertible {
  enum Verdict: String, Decodable { case accept, skip, refuse, either }

  var path: String
  var expect: Verdict
  var why: String
  var boxes: Int?

  var testDescription: String { path }
  var url: URL { SharedData.url("bad_inputs/\(path)") }
  var name: String { url.lastPathComponent }

  /// `images`, `coco`, `results`, `voc`, `yolo`; empty for the files above them.
  var folder: String { path.contains("/") ? String(path.prefix { $0 != "/" }) : "" }

  private enum CodingKeys: CodingKey { case path, expect, why, boxes }

  /// All cases; none where the shared data is absent.
  static let all: [BadInput] = {
    guard let data = try? Data(contentsOf: SharedData.url("bad_inputs/manifest.json")) else {
      return []
    }
    return (try? JSONDecoder().decode([BadInput].self, from: data)) ?? []
  }()

  static func all(in folder: String) -> [BadInput] { all.filter { $0.folder == folder } }
}

/// A folder of a test's own with one case in it, beside what is sound.
struct BadInputDataset {
  /// What `focal inspect` and `focal train` are told: the dataset, and options that belong to it.
  let arguments: [String]
  /// Pictures and boxes of the sound part.
  let soundPictures: Int
  let soundBoxes: Int
  private let folder: TemporaryFolder

  init(_ input: BadInput) throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    switch input.folder {
    case "images":
      (soundPictures, soundBoxes) = (1, 1)
      arguments = [try Self.coco(around: [input], in: folder)]
    case "coco":
      (soundPictures, soundBoxes) = (0, 0)
      arguments = [input.url.path, "--images", SharedData.url("bad_inputs/images").path]
    case "results":
      (soundPictures, soundBoxes) = (0, 0)
      let truth = SharedData.url("bad_inputs/coco/ok.json").path
      let images = SharedData.url("bad_inputs/images").path
      arguments = [input.url.path, "--ground-truth", truth, "--images", images]
    case "voc":
      (soundPictures, soundBoxes) = (1, 2)
      try Self.voc(around: input, in: folder)
      arguments = [folder.url.path]
    case "yolo":
      (soundPictures, soundBoxes) = (1, 2)
      try Self.yolo(around: input, in: folder)
      arguments = [folder.path("data.yaml")]
    default:
      // The targets of names that lead out of the folder: what names them is what is tried.
      let isPicture = input.name.hasSuffix(".jpg")
      (soundPictures, soundBoxes) = isPicture ? (0, 0) : (1, 2)
      let bait = isPicture ? "coco/path_traversal.json" : "voc/entity_external.xml"
      guard let bait = BadInput.all.first(where: { $0.path == bait }) else {
        throw CocoaError(.fileNoSuchFile)
      }
      if !isPicture { try Self.voc(around: bait, in: folder) }
      arguments =
        isPicture
        ? [bait.url.path, "--images", SharedData.url("bad_inputs/images").path] : [folder.url.path]
    }
  }

  /// A COCO file of a sound picture with a box, then the cases, each without.
  static func coco(around inputs: [BadInput], in folder: TemporaryFolder) throws -> String {
    let sound = try place("images/ok.jpg", as: "images/a sound one.jpg", in: folder)
    var images = [["id": 1, "file_name": sound] as [String: Any]]
    for (number, input) in inputs.enumerated() {
      let name = try place("images/\(input.name)", as: "images/\(input.name)", in: folder)
      images.append(["id": number + 2, "file_name": name])
    }
    let annotation: [String: Any] = [
      "id": 1, "image_id": 1, "category_id": 1, "bbox": [4, 4, 30, 20],
    ]
    let file: [String: Any] = [
      "images": images, "annotations": [annotation],
      "categories": [["id": 1, "name": "red"], ["id": 2, "name": "blue"]],
    ]
    try JSONSerialization.data(withJSONObject: file)
      .write(to: folder.url.appendingPathComponent("data.json"))
    return folder.path("data.json")
  }

  private static func voc(around input: BadInput, in folder: TemporaryFolder) throws {
    for (annotation, name) in [("voc/ok.xml", "a_sound_one"), (input.path, input.stem)] {
      try place(annotation, as: "Annotations/\(name).xml", in: folder)
      try place("images/ok.jpg", as: "JPEGImages/\(name).jpg", in: folder)
    }
  }

  private static func yolo(around input: BadInput, in folder: TemporaryFolder) throws {
    for (label, name) in [("yolo/ok.txt", "a_sound_one"), (input.path, input.stem)] {
      try place(label, as: "labels/train/\(name).txt", in: folder)
      try place("images/ok.jpg", as: "images/train/\(name).jpg", in: folder)
    }
    _ = try folder.write("train: images/train\nnames: [red, blue]\n", to: "data.yaml")
  }

  /// Copies a file of the collection; gives the new file's own name.
  @discardableResult
  private static func place(
    _ path: String,
    as name: String,
    in folder: TemporaryFolder
  ) throws -> String {
    let target = folder.url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try FileManager.default.copyItem(at: SharedData.url("bad_inputs/\(path)"), to: target)
    return target.lastPathComponent
  }
}

extension BadInput {
  var stem: String { url.deletingPathExtension().lastPathComponent }
}
