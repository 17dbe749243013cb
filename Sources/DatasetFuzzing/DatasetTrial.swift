import BoxGeometry
import COCOFormat
import COCOFuzzing
import DetectionDatasets
import Foundation

/// One damaged annotation file, made from a seed, on its way through the readers and writers.
package struct DatasetTrial: Sendable {
  /// What is damaged.
  package enum Kind: String, CaseIterable, Sendable {
    case voc, yoloRows, yoloData, coco
  }

  /// How far a file came.
  package enum Outcome: String, CaseIterable, Sendable {
    /// The reader said what is wrong with it.
    case refused
    /// There is a dataset, and a list of what is wrong with it.
    case loadedWithProblems
    /// There is a dataset.
    case loaded
  }

  /// A promise that was broken without a crash.
  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  /// What is damaged.
  package let kind: Kind
  /// The files by their names in a ``TrialFolder``.
  package let contents: [(name: String, bytes: [UInt8])]
  private let choices: UInt64

  /// The file of a seed; equal seeds give equal files.
  ///
  /// - Parameter seed: Any number.
  package init(seed: UInt64) {
    kind = Kind.allCases[Int(seed % UInt64(Kind.allCases.count))]
    choices = SplitMix64(mixing: seed, 2).state
    var documents = DatasetDocuments(generator: SplitMix64(mixing: seed, 0))
    func damaged(_ text: String, _ fragments: [String], _ stream: UInt64 = 1) -> [UInt8] {
      var damage = TextDamage(fragments: fragments, generator: SplitMix64(mixing: seed, stream))
      return damage.mutated(text)
    }
    let rules = "train: images/train\nval: images/val\nnames: [car, bus, x]\n"
    switch kind {
    case .voc:
      contents = [("voc/Annotations/a.xml", damaged(documents.voc(), DatasetFragments.xml))]
    case .yoloRows:
      contents = [
        ("yolo/data.yaml", Array(rules.utf8)),
        ("yolo/labels/train/a.txt", damaged(documents.yoloRows(), DatasetFragments.rows)),
      ]
    case .yoloData:
      let list = documents.list()
      contents = [
        ("yolo/data.yaml", damaged(documents.yoloData(), DatasetFragments.yaml)),
        (
          "yolo/list.txt",
          choices % 3 == 0 ? damaged(list, DatasetFragments.list, 3) : Array(list.utf8)
        ),
        ("yolo/labels/train/a.txt", Array("1 0.5 0.5 0.25 0.25\n".utf8)),
      ]
    case .coco: contents = [("coco/data.json", FuzzTrial(seed: seed).groundTruth)]
    }
  }

  /// Writes the file, loads the dataset, and now and then writes it anew.
  ///
  /// - Parameter folder: Where; no two trials at a time.
  /// - Returns: How far it came.
  /// - Throws: ``Fault`` for a broken promise; what writing the file throws.
  package func run(in folder: TrialFolder) throws -> Outcome {
    for file in contents {
      try Data(file.bytes).write(to: folder.url.appendingPathComponent(file.name))
    }
    let root = folder.url.path
    let specification =
      switch kind {
      case .voc: "\(root)/voc"
      case .yoloRows, .yoloData: "\(root)/yolo/data.yaml"
      case .coco: "\(root)/coco/data.json"
      }
    let dataset: DetectionDataset
    do {
      dataset = try DetectionDataset.load(
        specification,
        onBadData: choices % 3 == 0 ? .stop : .skip
      )
    } catch {
      guard error is DatasetError || error is COCOFormatError else {
        throw Fault(description: "an error that names no file: \(error)")
      }
      try DatasetPromises.check("\(error)", names: root)
      return .refused
    }
    try DatasetPromises.check(dataset, root: root)
    if choices >> 8 % 32 == 0 { try rewrite(dataset, in: folder) }
    return dataset.problems.isEmpty ? .loaded : .loadedWithProblems
  }

  /// What is written and read again has the same boxes.
  private func rewrite(_ dataset: DetectionDataset, in folder: TrialFolder) throws {
    let formats = DatasetWriter.Format.allCases
    let format = formats[Int(choices >> 16 % UInt64(formats.count))]
    let target = folder.url.appendingPathComponent("written", isDirectory: true)
    try? FileManager.default.removeItem(at: target)
    let report: DatasetWriter.Report
    do {
      report = try DatasetWriter([DatasetPart(name: nil, dataset: dataset)], as: format)
        .write(to: target, pictures: .link)
    } catch let error as DatasetError {
      // A format cannot hold every name.
      return try DatasetPromises.check("\(error)", names: "")
    }
    // A YOLO dataset without a label file cannot come about: each picture is given one.
    guard !dataset.samples.isEmpty else { return }
    let again = try Result { try DetectionDataset.load(report.specifications[0]) }
      .mapError { Fault(description: "written as \(format) and refused: \($0)") }.get()
    try DatasetPromises.check(again, root: root(of: target))
    for (one, other) in zip(dataset.samples, again.samples) where one.boxes != other.boxes {
      throw Fault(description: "written as \(format): \(one.boxes) became \(other.boxes)")
    }
    guard again.samples.count == dataset.samples.count else {
      throw Fault(description: "written as \(format): other pictures")
    }
  }

  private func root(of url: URL) -> String { url.path }
}
