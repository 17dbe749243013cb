package import DetectionDatasets

/// Whether there are enough pictures to learn from and to tell better from worse.
package enum PictureCountsCheck {
  package static func findings(
    training: DetectionDataset,
    validation: DetectionDataset?
  ) -> [DoctorFinding] {
    var findings: [DoctorFinding] = []
    let count = training.samples.count
    let withObjects = training.samples.count { !$0.boxes.isEmpty }
    if withObjects == 0 {
      return [
        DoctorFinding(
          .pictureCounts,
          .error,
          "\(training.location): no object in \(DoctorText.counted(count, "picture"))",
          why: "there is nothing to learn",
          remedy: "look whether the annotations were lost: focal inspect names what was left out"
        )
      ]
    }
    if withObjects < 50 {
      findings.append(
        DoctorFinding(
          .pictureCounts,
          .warning,
          "\(training.location): \(DoctorText.counted(withObjects, "picture")) with objects to learn from",
          why: "so few are learned by heart",
          remedy:
            "start from pre-trained weights (--weights or --backbone-weights, --preset finetune), vary more (augmentation), or annotate more"
        )
      )
    }
    if count > 0, Double(withObjects) < 0.2 * Double(count) {
      findings.append(
        DoctorFinding(
          .pictureCounts,
          .warning,
          "\(training.location): \(count - withObjects) of \(count) pictures have no object",
          why:
            "they are welcome as background, but steps without an object teach nothing of objects",
          remedy: "leave some of them out, unless they are what the detector will see"
        )
      )
    }
    if let validation, validation.samples.allSatisfy({ $0.boxes.count == $0.difficultBoxes.count })
    {
      findings.append(
        DoctorFinding(
          .pictureCounts,
          .error,
          "\(validation.location): no object to be found in \(DoctorText.counted(validation.samples.count, "picture"))",
          why: "there is nothing to choose the best weights by",
          remedy: "give pictures with objects to --val: focal split divides anew"
        )
      )
    } else if let validation, validation.samples.count < 20 {
      findings.append(
        DoctorFinding(
          .pictureCounts,
          .warning,
          "\(validation.location): \(DoctorText.counted(validation.samples.count, "picture")) to score by",
          why: "AP of so few moves by chance, and the best weights with it",
          remedy: "give more to --val: focal split divides anew"
        )
      )
    }
    return findings
  }
}
