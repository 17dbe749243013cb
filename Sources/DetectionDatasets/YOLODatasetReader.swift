import COCOFormat
import Foundation

/// Makes a dataset of a YOLO `data.yaml`, its pictures and their label files.
///
/// Classes keep the numbers of the file, so a category id is what stands in front of a row. Pictures
/// are numbered from 1 in the order of the splits, then of the list or of their names.
///
/// A picture without a label file has no objects, as the field's other loaders have it; how many there
/// are is told. A label file with a row that cannot be read costs its picture: without that row, its
/// object would be trained on as background.
struct YOLODatasetReader {
  private let data: YOLODataFile
  private let folder: YOLOFolder
  private let splits: [YOLODataFile.Split]
  private let rules: YOLORowRules
  private let onBadData: BadDataPolicy

  init(file: URL, split: String?, images: URL?, onBadData: BadDataPolicy) throws(DatasetError) {
    let data = try YOLODataFile(contentsOf: file)
    if let split {
      splits = data.splits.filter { $0.name == split }
      guard !splits.isEmpty else {
        throw DatasetError(
          .notFound,
          file: "\(file.path):\(split)",
          message: "there is no split \(quoted(split)) in \(file.path); it has "
            + data.splits.map(\.name).joined(separator: ", ")
        )
      }
    } else {
      splits = data.splits
    }
    self.data = data
    folder = try YOLOFolder(data: data, images: images)
    rules = YOLORowRules(
      categoryIDs: Set(data.categories.map(\.id)),
      keypointColumns: data.keypointColumns
    )
    self.onBadData = onBadData
  }

  /// A picture that was looked for, and what its label file says.
  private struct Entry {
    var name: String
    var picture: PictureFolder.Located
    var labelName: String
    /// `nil` where there is no label file.
    var labels: YOLOLabels?
  }

  /// The size a picture is given in evaluation when it cannot be asked: rows are shares of it.
  private static let nominalSide = 640

  func dataset(location: String) throws -> DetectionDataset {
    var dataset = DetectionDataset(
      format: .yolo,
      location: location,
      categories: data.categories,
      samples: []
    )
    let (pictures, searched) = try pictures(problems: &dataset.problems)
    let entries = try inParallel(count: pictures.count, workers: PictureFolder.readers) { index in
      Result { () throws(DatasetError) in try entry(of: pictures[index]) }
    }
    try checkLabels(entries)
    var collector = YOLOCollector(categories: data.categories)
    var seen: Set<URL> = []
    var missing: [Entry] = []
    for entry in entries {
      do throws(DatasetError) {
        let entry = try entry.get()
        let picture: (url: URL, width: Int, height: Int)
        switch entry.picture {
        case .success(let found): picture = found
        case .failure(let error):
          missing.append(entry)
          throw error
        }
        guard seen.insert(picture.url).inserted else {
          dataset.problems.append(
            DatasetProblem(
              file: data.file.path,
              kind: .duplicate,
              message: "\(quoted(entry.name)) is listed twice; the second is left out"
            )
          )
          continue
        }
        let number = dataset.samples.count + 1
        let collected = collector.collect(
          entry.labels,
          file: folder.root.path + "/" + entry.labelName,
          imageID: number,
          size: (picture.width, picture.height)
        )
        dataset.problems += collected.problems
        var sample = collected.sample(
          imageID: number,
          name: entry.name,
          source: .file(picture.url)
        )
        if entry.labels == nil {
          sample.annotationFile = ""
          collector.unlabelled.append(entry.name)
        }
        dataset.samples.append(sample)
      } catch {
        guard onBadData == .skip else { throw error }
        dataset.problems.append(error.problem)
      }
    }
    // Numbered after the others, whose ids stay as if these were not listed.
    for (number, entry) in missing.enumerated() {
      let imageID = dataset.samples.count + number + 1
      let collected = collector.collect(
        entry.labels,
        file: folder.root.path + "/" + entry.labelName,
        imageID: imageID,
        size: (Self.nominalSide, Self.nominalSide)
      )
      dataset.leftOut.append(
        LeftOutPicture(
          image: COCOImage(
            id: imageID,
            fileName: entry.name,
            width: Self.nominalSide,
            height: Self.nominalSide
          ),
          groundTruth: collected.groundTruth
        )
      )
    }
    dataset.problems += collector.summary(file: data.file.path)
    dataset.problems += lonelyLabels(searched, pictures: pictures)
    return dataset
  }

  private func pictures(
    problems: inout [DatasetProblem]
  ) throws(DatasetError) -> (pictures: [YOLOPicture], searched: [String]) {
    var pictures: [YOLOPicture] = []
    var searched: [String] = []
    var first: DatasetError?
    for split in splits {
      do throws(DatasetError) {
        let found = try folder.pictures(of: split)
        pictures += found.pictures
        searched += found.folders
        guard onBadData == .skip || found.refused.isEmpty else { throw found.refused[0] }
        problems += found.refused.map(\.problem)
        first = first ?? found.refused.first
      } catch {
        // A split that was asked for, or all there is, is the dataset itself.
        guard onBadData == .skip, splits.count > 1 else { throw error }
        problems.append(error.problem)
        first = first ?? error
      }
    }
    guard !pictures.isEmpty else {
      var entries: [String] = []
      for entry in splits.flatMap(\.entries) where !entries.contains(entry) {
        entries.append(entry)
      }
      throw first
        ?? DatasetError(
          .notFound,
          file: data.file.path,
          place: splits.first?.place ?? "",
          message: "expected pictures in "
            + entries.map { quoted($0) }.joined(separator: ", ") + ", found none"
        )
    }
    return (pictures, searched)
  }

  /// Finds a picture, reads its header and its label file.
  private func entry(of picture: YOLOPicture) throws(DatasetError) -> Entry {
    let root = folder.root
    let name =
      picture.names.first {
        if case .file = root.entry(named: $0) { true } else { false }
      } ?? picture.names[0]
    let located = PictureFolder.located { () throws(DatasetError) in
      try root.file(named: name, in: picture.file, at: picture.place)
    }
    // Nothing is read by way of a name that leads elsewhere, labels no more than pictures.
    if case .failure(let error) = located, error.code == .unsafePath { throw error }
    let labelName = YOLOFolder.labelName(of: name)
    var labels: YOLOLabels?
    switch root.entry(named: labelName) {
    case .file(let url): labels = try YOLOLabels(contentsOf: url, rules: rules)
    case .missing: break
    case .folder, .outside, .special, .unreachable:
      _ = try root.file(named: labelName, in: root.path + "/" + labelName, at: "")
    }
    return Entry(name: name, picture: located, labelName: labelName, labels: labels)
  }

  /// Pictures of which not one has a label file are no dataset but a wrong path.
  ///
  /// Those of `test` may be: the labels of a contest are not given away.
  private func checkLabels(_ entries: [Result<Entry, DatasetError>]) throws(DatasetError) {
    guard splits.map(\.name) != ["test"] else { return }
    var first: Entry?
    for entry in entries {
      if case .failure(let error) = entry, error.code != .unsafePath {
        // There is a label file, though it cannot be used.
        return
      }
      guard case .success(let entry) = entry, case .success = entry.picture else { continue }
      if entry.labels != nil { return }
      first = first ?? entry
    }
    guard let first else { return }
    throw DatasetError(
      .notFound,
      file: data.file.path,
      message: "not one of its pictures has a label file: expected "
        + "\(folder.root.path)/\(first.labelName) for \(first.name); an empty file says that there "
        + "are no objects"
    )
  }

  /// Label files, in folders that belong to the pictures, of which no picture knows.
  private func lonelyLabels(_ searched: [String], pictures: [YOLOPicture]) -> [DatasetProblem] {
    let known = Set(pictures.flatMap { $0.names.map(YOLOFolder.labelName) })
    var lonely: [String] = []
    for pictureFolder in searched {
      let name = YOLOFolder.labelName(of: pictureFolder + "/x")
      let labelFolder = String(name.dropLast("/x.txt".utf8.count))
      guard labelFolder != pictureFolder,
        case .folder(let url) = folder.root.entry(named: labelFolder)
      else { continue }
      // Tools leave the names of the classes among the labels.
      lonely += ((try? FolderListing.names(in: url.path)) ?? [])
        .filter { $0.hasSuffix(".txt") && $0 != "classes.txt" && !$0.hasPrefix(".") }
        .map { "\(labelFolder)/\($0)" }.filter { !known.contains($0) }
    }
    guard let first = lonely.first else { return [] }
    return [
      DatasetProblem(
        file: data.file.path,
        kind: .missingPicture,
        message: "label files without a picture: \(lonely.count), the first is \(quoted(first)); "
          + "not used"
      )
    ]
  }
}
