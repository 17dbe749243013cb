import DetectionDatasets

extension DetectionDataset {
  /// - Throws: ``TrainingError`` if there is nothing to learn from.
  func checkFitForTraining() throws(TrainingError) {
    try checkPictures(of: "training")
    if samples.allSatisfy({ $0.boxes.isEmpty }) {
      throw TrainingError(
        code: .emptyDataset,
        message:
          "\(location): the training data holds no box in any of its \(samples.count) "
          + "pictures; there is nothing to learn"
      )
    }
  }

  /// - Throws: ``TrainingError`` if there is nothing to score by.
  func checkFitForValidation() throws(TrainingError) {
    try checkPictures(of: "validation")
    // Difficult objects are not asked for in evaluation.
    if samples.allSatisfy({ $0.boxes.count == $0.difficultBoxes.count }) {
      throw TrainingError(
        code: .emptyDataset,
        message:
          "\(location): the validation data holds no box to be found in any of its "
          + "\(samples.count) pictures; there is nothing to choose the best weights by"
      )
    }
  }

  private func checkPictures(of name: String) throws(TrainingError) {
    if !samples.isEmpty { return }
    throw TrainingError(
      code: .emptyDataset,
      message:
        "\(location): the \(name) data holds no picture that can be used; expected at least one"
    )
  }
}
