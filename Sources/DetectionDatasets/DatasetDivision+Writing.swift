package import Foundation

extension DatasetDivision {
  /// What was written.
  package struct Report: Hashable, Sendable {
    /// What loads each split, in the order of the shares.
    package var specifications: [String] = []
    /// The folder that has to be named with `--images`; `nil` where the new folder is complete.
    package var images: String?
  }

  /// Writes the splits in the dataset's own format; the folder appears once it is complete.
  ///
  /// Annotations are copied as they stand, so nothing in them is lost: entries of COCO files, VOC's
  /// XML and YOLO's label files. Without `pictures` these stay where they are, and label files with
  /// them.
  /// - Parameters:
  ///   - folder: The folder to make; nothing may be there but an empty folder.
  ///   - specification: What the dataset was loaded from.
  ///   - images: The folder of pictures as the user named it, if any.
  ///   - pictures: How pictures come into the folder; `nil` leaves them.
  /// - Returns: What loads the splits.
  /// - Throws: ``DatasetError`` naming what cannot be read or written.
  package func write(
    to folder: URL,
    specification: String,
    images: URL?,
    pictures: DatasetWriter.Pictures?
  ) throws -> Report {
    guard
      dataset.format != .yolo || shares.allSatisfy({ YOLODataFile.splitNames.contains($0.name) })
    else {
      throw DatasetError(
        .invalidSpecification,
        file: specification,
        message: "a YOLO data.yaml has the splits train, val and test, and no others"
      )
    }
    guard dataset.format != .voc || !shares.contains(where: { $0.name == "all" }) else {
      throw DatasetError(
        .invalidSpecification,
        file: specification,
        message: "the split all of a VOC folder means all of its pictures; name it otherwise"
      )
    }
    var report = Report()
    try PartialFolder.make(folder) { partial in
      switch try DatasetSpecification(specification) {
      case .coco(let file):
        try writeCOCO(file, to: partial, pictures)
        report.specifications = shares.map { "\(folder.path)/\($0.name).json" }
      case .voc(let root, _):
        try writeVOC(root, to: partial, pictures)
        report.specifications = shares.map { "\(folder.path):\($0.name)" }
      case .yolo(let file, _):
        try writeYOLO(file, images: images, to: partial, named: folder, pictures)
        report.specifications = shares.map { "\(folder.path)/data.yaml:\($0.name)" }
      case .synthetic:
        throw DatasetError(
          .invalidSpecification,
          file: specification,
          message: "rendered pictures need no split: other seeds give others, as in synth:60:2"
        )
      }
      if pictures == nil { report.images = try pictureFolder(specification, images: images) }
    }
    return report
  }

  /// The folder that the names of the pictures are relative to.
  private func pictureFolder(_ specification: String, images: URL?) throws -> String? {
    if let images { return images.path }
    switch try DatasetSpecification(specification) {
    case .coco(let file):
      return try PictureFolder.find(for: dataset.samples.map(\.name), of: file, images: nil).path
    case .voc(let root, _): return try VOCFolder(root: root, images: nil).pictures.path
    case .yolo(let file, _):
      return try YOLOFolder(data: YOLODataFile(contentsOf: file), images: nil).root.path
    case .synthetic: return nil
    }
  }

  /// Brings the pictures of all splits, if they are wanted.
  func bringPictures(to folder: URL, _ pictures: DatasetWriter.Pictures?) throws {
    guard let pictures else { return }
    var brought: Set<String> = []
    for sample in dataset.samples {
      let name = ContainedFolder.simplified(sample.name) ?? sample.name
      // Two entries may be about one picture.
      guard brought.insert(name).inserted else { continue }
      try PictureTransfer.bring(sample, to: folder.appendingPathComponent(name), pictures)
    }
  }

  // MARK: VOC

  private func writeVOC(_ root: URL, to folder: URL, _ pictures: DatasetWriter.Pictures?) throws {
    let target = folder.appendingPathComponent("Annotations", isDirectory: true)
    try FileManager.default.createDirectory(at: target, withIntermediateDirectories: true)
    func stem(_ sample: DatasetSample) -> String {
      URL(fileURLWithPath: sample.annotationFile).deletingPathExtension().lastPathComponent
    }
    for sample in dataset.samples {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: sample.annotationFile))
      try bytes.write(to: target.appendingPathComponent("\(stem(sample)).xml"))
    }
    for (index, share) in shares.enumerated() {
      let stems = samples(of: index).map(stem)
      let list = folder.appendingPathComponent("ImageSets/Main/\(share.name).txt")
      try writeList(stems, to: list, of: "picture") { VOCFolder.stem(ofLine: $0) }
    }
    // Without it, the classes would be those that occur in a split.
    if !dataset.categories.isEmpty {
      let list = folder.appendingPathComponent("labels.txt")
      try writeList(dataset.categories.map(\.name), to: list, of: "class")
    }
    try bringPictures(to: folder.appendingPathComponent("JPEGImages", isDirectory: true), pictures)
  }

  // MARK: YOLO

  private func writeYOLO(
    _ file: URL,
    images: URL?,
    to folder: URL,
    named final: URL,
    _ pictures: DatasetWriter.Pictures?
  ) throws {
    let data = try YOLODataFile(contentsOf: file)
    let root = try YOLOFolder(data: data, images: images).root
    let place = URL(fileURLWithPath: root.path, isDirectory: true)
    var yaml = "# Written by focal split.\n"
    yaml += pictures == nil ? "path: \(DatasetWriter.quotedYAML(place.path))\n" : "path: .\n"
    for (index, share) in shares.enumerated() {
      // Beside pictures that stay elsewhere, a relative name would mean a list among them.
      let list = final.standardizedFileURL.appendingPathComponent("\(share.name).txt").path
      yaml += "\(share.name): "
      yaml += pictures == nil ? DatasetWriter.quotedYAML(list) + "\n" : "\(share.name).txt\n"
      let prefix = pictures == nil ? place.path + "/" : "./"
      try writeList(
        samples(of: index).map { prefix + $0.name },
        to: folder.appendingPathComponent("\(share.name).txt"),
        of: "picture"
      )
    }
    if data.keypointColumns > 0 { yaml += "kpt_shape: \(data.keypointShape)\n" }
    yaml += try classes(of: file)
    try Data(yaml.utf8).write(to: folder.appendingPathComponent("data.yaml"))
    guard pictures != nil else { return }
    for sample in dataset.samples where !sample.annotationFile.isEmpty {
      let name = YOLOFolder.labelName(of: sample.name)
      guard case .file(let labels) = root.entry(named: name) else { continue }
      try PartialFolder.write(Data(contentsOf: labels), to: folder.appendingPathComponent(name))
    }
    try bringPictures(to: folder, pictures)
  }
}
