/// What detections are held against while they are read.
struct DetectionCheck: Sendable {
  let imageIDs: IDIndex?
  let categoryIDs: IDIndex?
  let unknownIDs: COCOReadingOptions.UnknownIDs

  init(_ groundTruth: COCOGroundTruth?, _ options: COCOReadingOptions) {
    imageIDs = (groundTruth?.images).map { IDIndex($0.map(\.id)) }
    categoryIDs = (groundTruth?.categories).map { IDIndex($0.map(\.id)) }
    unknownIDs = options.unknownIDs
  }

  func isUnknown(imageID: Int) -> Bool { imageIDs.map { $0.position(of: imageID) == nil } ?? false }

  func isUnknown(categoryID: Int) -> Bool {
    categoryIDs.map { $0.position(of: categoryID) == nil } ?? false
  }
}

/// An id of a detection that the ground truth lacks.
struct UnknownID: Hashable {
  var isImage: Bool
  var id: Int

  /// The error that refuses it.
  func error(file: String, _ index: Int) -> COCOFormatError {
    let (member, what) = isImage ? ("image_id", "an image") : ("category_id", "a category")
    return COCOFormatError(
      code: isImage ? .unknownImage : .unknownCategory,
      file: file,
      path: "[\(index)].\(member)",
      message: "expected the id of \(what) of the ground truth, found \(id); detections and "
        + "ground truth must be of one dataset (focal eval --allow-unknown leaves such ones out)"
    )
  }
}

/// Detections that passed the check, and the problems of those that did not.
struct CheckedDetections {
  private let check: DetectionCheck
  private(set) var result = COCODetections([])
  /// Of each unknown id the place of its problem and how many detections have it.
  private var unknown: [UnknownID: (problem: Int, count: Int)] = [:]

  init(_ check: DetectionCheck) { self.check = check }

  mutating func reserveCapacity(_ capacity: Int) { result.detections.reserveCapacity(capacity) }

  /// Takes a detection, or tells of a problem.
  ///
  /// - Parameters:
  ///   - detection: The next detection of the file.
  ///   - index: Its place in the file.
  /// - Returns: The id for which the file is to be refused, if any.
  mutating func add(_ detection: COCODetection, _ index: Int) -> UnknownID? {
    if let fault = unknownID(of: detection) {
      if check.unknownIDs == .refused { return fault }
      leaveOut(fault, index)
      return nil
    }
    // A box of no extent is a false alarm and stays one; a negative side is nonsense.
    guard detection.box.width >= 0, detection.box.height >= 0 else {
      let box = detection.box
      let problem = COCOProblem(
        path: "[\(index)].bbox",
        kind: .emptyBox,
        message: "expected a width and height of at least 0, found \(box.width) and "
          + "\(box.height); left out",
        isLeftOut: true
      )
      result.problems.append(problem)
      return nil
    }
    result.detections.append(detection)
    return nil
  }

  private func unknownID(of detection: COCODetection) -> UnknownID? {
    if check.isUnknown(imageID: detection.imageID) {
      return UnknownID(isImage: true, id: detection.imageID)
    }
    if check.isUnknown(categoryID: detection.categoryID) {
      return UnknownID(isImage: false, id: detection.categoryID)
    }
    return nil
  }

  /// One problem for each id, however many detections have it.
  private mutating func leaveOut(_ fault: UnknownID, _ index: Int) {
    var entry = unknown[fault] ?? (result.problems.count, 0)
    entry.count += 1
    unknown[fault] = entry
    let (what, member) = fault.isImage ? ("image", "image_id") : ("category", "category_id")
    let path = entry.count == 1 ? "[\(index)].\(member)" : result.problems[entry.problem].path
    let problem = COCOProblem(
      path: path,
      kind: fault.isImage ? .unknownImage : .unknownCategory,
      message: "the ground truth has no \(what) \(fault.id); "
        + "\(entry.count) \(entry.count == 1 ? "detection" : "detections") left out",
      isLeftOut: true
    )
    if entry.count == 1 {
      result.problems.append(problem)
    } else {
      result.problems[entry.problem] = problem
    }
  }
}
