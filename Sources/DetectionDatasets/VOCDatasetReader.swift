import COCOFormat
import Foundation

/// Makes a dataset of a Pascal VOC folder.
///
/// Corners are taken as edges: a box is `xmax - xmin` wide, without the "1 +" of the original
/// development kit, as today's annotation tools write them. Classes are those of `labels.txt` or
/// `classes.txt` in the root, in that order; else those that occur in the split, sorted by name, as
/// the order of first appearance would change with the split. Pictures and classes are numbered
/// from 1.
///
/// An object marked difficult is trained on, as the field's other loaders do; in evaluation it is
/// neither asked for nor punished when found, as the development kit has it.
struct VOCDatasetReader {
  private let folder: VOCFolder
  private let split: String?
  private let onBadData: BadDataPolicy

  init(root: URL, split: String?, images: URL?, onBadData: BadDataPolicy) throws(DatasetError) {
    folder = try VOCFolder(root: root, images: images)
    self.split = split
    self.onBadData = onBadData
  }

  /// An annotation that could be read, and the file it stands in.
  private struct Entry {
    var stem: String
    var file: URL
    var annotation: VOCAnnotation
    var pictureName: String
  }

  func dataset(location: String) throws -> DetectionDataset {
    var problems: [DatasetProblem] = []
    let entries = try entries(problems: &problems)
    let names = try classNames(of: entries)
    let labels = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, $0) })
    let pictures = folder.pictures
    let located = try inParallel(count: entries.count, workers: PictureFolder.readers) { index in
      PictureFolder.located { () throws(DatasetError) in
        try pictures.file(
          named: entries[index].pictureName,
          in: entries[index].file.path,
          at: "filename"
        )
      }
    }
    var dataset = DetectionDataset(
      format: .voc,
      location: location,
      categories: names.enumerated().map { DatasetCategory(id: $0 + 1, name: $1) },
      samples: [],
      problems: problems
    )
    var nextAnnotationID = 1
    var missing: [Entry] = []
    for (entry, located) in zip(entries, located) {
      do throws(DatasetError) {
        let picture = try located.get()
        let collected = try collect(
          entry,
          imageID: dataset.samples.count + 1,
          labels: labels,
          width: picture.width,
          height: picture.height,
          nextAnnotationID: &nextAnnotationID
        )
        dataset.problems += collected.problems
        dataset.samples.append(
          collected.sample(
            imageID: dataset.samples.count + 1,
            name: entry.pictureName,
            source: .file(picture.url)
          )
        )
      } catch {
        guard onBadData == .skip else { throw error }
        dataset.problems.append(error.problem)
        missing.append(entry)
      }
    }
    // Numbered after the others, whose ids stay as if these were not listed.
    for (number, entry) in missing.enumerated() {
      let imageID = dataset.samples.count + number + 1
      let width = entry.annotation.width ?? SampleAnnotations.unknownSize
      let height = entry.annotation.height ?? SampleAnnotations.unknownSize
      let collected = try collect(
        entry,
        imageID: imageID,
        labels: labels,
        width: width,
        height: height,
        nextAnnotationID: &nextAnnotationID
      )
      dataset.leftOut.append(
        LeftOutPicture(
          image: COCOImage(
            id: imageID,
            fileName: entry.pictureName,
            width: width,
            height: height
          ),
          groundTruth: collected.groundTruth
        )
      )
    }
    return dataset
  }

  private func entries(problems: inout [DatasetProblem]) throws(DatasetError) -> [Entry] {
    let stems = try folder.stems(split: split)
    guard !stems.isEmpty || split != nil else {
      throw DatasetError(
        .notFound,
        file: folder.annotations.path,
        message: "expected VOC annotations (.xml), found none"
      )
    }
    var seen: Set<String> = []
    var entries: [Entry] = []
    for stem in stems {
      guard seen.insert(stem).inserted else {
        problems.append(
          DatasetProblem(
            file: folder.root.path,
            place: split ?? "",
            kind: .duplicate,
            message: "\(quoted(stem)) is listed twice; the second is left out"
          )
        )
        continue
      }
      do {
        let file = try folder.annotation(stem, listedIn: split.map { "split \($0)" } ?? "")
        let annotation = try VOCAnnotation(contentsOf: file)
        entries.append(
          Entry(
            stem: stem,
            file: file,
            annotation: annotation,
            pictureName: folder.pictureName(stem: stem, annotation: annotation)
          )
        )
      } catch {
        guard onBadData == .skip else { throw error }
        problems.append(error.problem)
      }
    }
    return entries
  }

  private func classNames(of entries: [Entry]) throws(DatasetError) -> [String] {
    if let declared = try folder.declaredClasses() { return declared }
    return Set(entries.flatMap { $0.annotation.objects.map(\.name) }).sorted()
  }

  private func collect(
    _ entry: Entry,
    imageID: Int,
    labels: [String: Int],
    width: Int,
    height: Int,
    nextAnnotationID: inout Int
  ) throws(DatasetError) -> SampleAnnotations {
    var collected = SampleAnnotations(file: entry.file.path, width: width, height: height)
    noteSize(entry, &collected)
    for (index, object) in entry.annotation.objects.enumerated() {
      guard let label = labels[object.name] else {
        let error = DatasetError(
          .unknownCategory,
          file: entry.file.path,
          place: "object[\(index)].name",
          message: "the class \(quoted(object.name)) is not in the dataset's list of classes; "
            + "add it to the list or take the object out"
        )
        guard onBadData == .skip else { throw error }
        collected.note(.unknownCategory, error.place, error.message)
        continue
      }
      let annotation = COCOAnnotation(
        id: nextAnnotationID,
        imageID: imageID,
        categoryID: label + 1,
        box: COCOBox(
          x: object.xMin,
          y: object.yMin,
          width: object.xMax - object.xMin,
          height: object.yMax - object.yMin
        ),
        isCrowd: object.isDifficult
      )
      let known = collected.groundTruth.count
      collected.add(
        annotation,
        label: label,
        isDifficult: object.isDifficult,
        place: "object[\(index)].bndbox"
      )
      nextAnnotationID += collected.groundTruth.count - known
    }
    return collected
  }

  private func noteSize(_ entry: Entry, _ collected: inout SampleAnnotations) {
    let annotation = entry.annotation
    guard annotation.statesSize,
      annotation.width != collected.width || annotation.height != collected.height
    else { return }
    let stated = [annotation.width, annotation.height].map { $0.map(String.init) ?? "?" }
    collected.note(
      .sizeMismatch,
      "size",
      "states \(stated.joined(separator: "x")) pixels, but \(quoted(entry.pictureName)) has "
        + "\(collected.width)x\(collected.height); the picture counts"
    )
  }
}
