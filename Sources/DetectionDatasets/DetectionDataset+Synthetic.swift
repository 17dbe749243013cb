import BoxGeometry
import COCOFormat
import Foundation

extension DetectionDataset {
  /// Rendered pictures: picture k is the scene's picture k - 1, whatever the number of pictures.
  /// - Parameters:
  ///   - count: Number of pictures, >= 0.
  ///   - seed: The seed of all of them.
  ///   - configuration: What the scenes look like.
  ///   - location: What the dataset is called in messages; `nil` makes it `synth:N:SEED`.
  /// - Returns: The dataset; nothing is painted before a picture is asked for.
  /// - Throws: Nothing that can be foreseen.
  package static func synthetic(
    count: Int,
    seed: UInt64,
    configuration: SyntheticConfiguration = .standard,
    location: String? = nil
  ) throws -> DetectionDataset {
    let scene = SyntheticScene(configuration: configuration, seed: seed)
    let layouts = try inParallel(count: count, workers: PictureFolder.readers) {
      scene.boxes(index: $0)
    }
    var nextAnnotationID = 1
    let samples = layouts.enumerated().map { index, boxes in
      var collected = SampleAnnotations(
        file: "synth",
        width: scene.width,
        height: scene.height
      )
      for box in boxes {
        let annotation = COCOAnnotation(
          id: nextAnnotationID,
          imageID: index + 1,
          categoryID: box.label + 1,
          box: COCOBox(box.box)
        )
        collected.add(annotation, label: box.label, isDifficult: false, place: "")
        nextAnnotationID += 1
      }
      return collected.sample(
        imageID: index + 1,
        name: pictureName(number: index + 1),
        source: .synthetic(scene, index: index)
      )
    }
    return DetectionDataset(
      format: .synthetic,
      location: location ?? "synth:\(count):\(seed)",
      categories: scene.categoryNames.enumerated().map { DatasetCategory(id: $0 + 1, name: $1) },
      samples: samples
    )
  }

  /// `000001.png`: names sort as numbers up to a million.
  static func pictureName(number: Int, fileExtension: String = "png") -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 6 - digits.count)) + digits + ".\(fileExtension)"
  }
}
