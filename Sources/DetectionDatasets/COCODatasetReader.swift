import COCOFormat
import Foundation

/// Makes a dataset of a COCO annotation file and its pictures.
///
/// Categories are put in the order of their ids, as the field's other loaders do, so labels do not
/// depend on the order of the file.
struct COCODatasetReader {
  let file: URL
  let onBadData: BadDataPolicy
  /// Whether pictures that lie nowhere are an error.
  var needsPictures = true

  func dataset(images: URL?) throws -> DetectionDataset {
    var options = COCOReadingOptions()
    // When bad data is skipped, one unsafe name costs one picture and not the dataset.
    if onBadData == .skip { options.fileNames = .any }
    let truth = try COCOGroundTruth(contentsOf: file, options: options)
    let names = truth.images.map(\.fileName)
    let located: [PictureFolder.Located]
    do {
      let folder = try PictureFolder.find(for: names, of: file, images: images)
      located = try self.located(truth.images, in: folder)
    } catch let error as DatasetError
      where error.code == .notFound && !needsPictures && images == nil
    {
      located = stated(truth.images)
    }
    let categories = truth.categories.sorted { $0.id < $1.id }
      .map { DatasetCategory(id: $0.id, name: $0.name) }
    let labels = Dictionary(uniqueKeysWithValues: categories.enumerated().map { ($1.id, $0) })
    let annotations = Dictionary(grouping: truth.annotations, by: \.imageID)
    var dataset = DetectionDataset(
      format: .coco,
      location: file.path,
      categories: categories,
      samples: [],
      problems: truth.problems.map(problem)
    )
    dataset.samples.reserveCapacity(truth.images.count)
    var firstEntries: [String: Int] = [:]
    for (image, located) in zip(truth.images, located) {
      switch located {
      case .failure(let error):
        guard onBadData == .skip else { throw error }
        dataset.problems.append(error.problem)
        // COCOFormat has listed the faults of these annotations.
        let collected = collect(
          annotations[image.id] ?? [],
          of: image,
          labels: labels,
          width: image.hasSize ? image.width : SampleAnnotations.unknownSize,
          height: image.hasSize ? image.height : SampleAnnotations.unknownSize
        )
        dataset.leftOut.append(LeftOutPicture(image: image, groundTruth: collected.groundTruth))
      case .success(let picture):
        let collected = collect(
          annotations[image.id] ?? [],
          of: image,
          labels: labels,
          width: picture.width,
          height: picture.height
        )
        dataset.problems += collected.problems
        let sample = collected.sample(
          imageID: image.id,
          name: image.fileName,
          source: .file(picture.url)
        )
        if let first = firstEntries[sample.pictureKey] {
          dataset.problems.append(
            DatasetProblem(
              file: file.path,
              place: "image id \(image.id)",
              kind: .duplicate,
              message: "is the picture of image id \(first), too (\(quoted(image.fileName))); both "
                + "are kept"
            )
          )
        } else {
          firstEntries[sample.pictureKey] = image.id
        }
        dataset.samples.append(sample)
      }
    }
    return dataset
  }

  private func located(
    _ images: [COCOImage],
    in folder: ContainedFolder
  ) throws -> [PictureFolder.Located] {
    let path = file.path
    return try inParallel(count: images.count, workers: PictureFolder.readers) { index in
      PictureFolder.located { () throws(DatasetError) in
        try folder.file(
          named: images[index].fileName,
          in: path,
          at: "images[\(index)].file_name"
        )
      }
    }
  }

  /// Pictures that are not there, as large as the file says.
  private func stated(_ images: [COCOImage]) -> [PictureFolder.Located] {
    let folder = file.deletingLastPathComponent()
    return images.enumerated().map { index, image in
      let place = "images[\(index)].file_name"
      if let fault = ContainedFolder.fault(in: image.fileName) {
        return .failure(
          DatasetError(
            .unsafePath,
            file: file.path,
            place: place,
            message: "the file name \(quoted(image.fileName)) \(fault)"
          )
        )
      }
      guard image.hasSize else {
        return .failure(
          DatasetError(
            .notFound,
            file: file.path,
            place: place,
            message: "there is no picture \(quoted(image.fileName)), and the file states no size"
          )
        )
      }
      let url = folder.appendingPathComponent(image.fileName)
      return .success((url, image.width, image.height))
    }
  }

  private func collect(
    _ annotations: [COCOAnnotation],
    of image: COCOImage,
    labels: [Int: Int],
    width: Int,
    height: Int
  ) -> SampleAnnotations {
    var collected = SampleAnnotations(file: file.path, width: width, height: height)
    let isAsStated = image.width == width && image.height == height
    // COCOFormat has listed those of pictures whose size it was told.
    collected.reportsClipping = !isAsStated
    if image.hasSize, !isAsStated {
      collected.note(
        .sizeMismatch,
        "image id \(image.id)",
        "states \(image.width)x\(image.height) pixels, but \(quoted(image.fileName)) has "
          + "\(width)x\(height); the picture counts"
      )
    }
    for annotation in annotations {
      // COCOFormat has refused unknown categories.
      guard let label = labels[annotation.categoryID] else { continue }
      collected.add(
        annotation,
        label: label,
        isDifficult: false,
        place: "annotation id \(annotation.id)"
      )
    }
    return collected
  }

  private func problem(_ problem: COCOProblem) -> DatasetProblem {
    let kind: DatasetProblem.Kind =
      switch problem.kind {
      case .emptyBox: .emptyBox
      case .outsideImage: .boxOutsidePicture
      case .reachesOutside: .boxClipped
      case .unknownImage, .unknownCategory: .unknownCategory
      @unknown default: .badAnnotation
      }
    // For COCOFormat the box stays as it is; here it is clipped.
    let message =
      kind == .boxClipped
      ? problem.message.replacingOccurrences(of: "kept as it is", with: "clipped for training")
      : problem.message
    return DatasetProblem(file: file.path, place: problem.path, kind: kind, message: message)
  }
}
