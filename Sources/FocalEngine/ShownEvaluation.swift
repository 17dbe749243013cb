import DetectionReport
import DetectionTraining
import Drawing
import FileCommands
import Foundation

/// What a run's page shows of its newest evaluation; kept in the run's folder, for the page of a resumed run.
struct ShownEvaluation: Codable, Hashable, Sendable {
  let step: Int
  let epoch: Int
  let classes: [ClassFigures]
  let curves: PrecisionCurves?
  let pictures: PictureGallery

  /// - Parameters:
  ///   - evaluation: The evaluation.
  ///   - gallery: The pictures to show, with its detections.
  ///   - embedded: The same pictures as files.
  init(_ evaluation: TrainingEvaluation, gallery: Gallery, embedded: [EmbeddedPicture?]) {
    step = evaluation.step
    epoch = evaluation.epoch
    classes = EvaluationPage.classFigures(of: evaluation.result)
    curves = EvaluationPage.precisionCurves(of: evaluation.result)?.rounded
    pictures = PictureGallery(gallery, pictures: embedded, epoch: evaluation.epoch)
  }

  /// Reads what a run kept.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - step: Where the run stands: an evaluation of a later step is of a course that was given up.
  init?(contentsOf url: URL, upTo step: Int) {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    guard let data = try? Data(contentsOf: url),
      let kept = try? decoder.decode(ShownEvaluation.self, from: data), kept.step <= step
    else { return nil }
    self = kept
  }

  /// Keeps it.
  ///
  /// - Parameter url: The file; replaced as a whole.
  /// - Throws: What keeps it from being written.
  func write(to url: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "Infinity",
      negativeInfinity: "-Infinity",
      nan: "NaN"
    )
    try encoder.encode(self).write(to: url, options: .atomic)
  }
}

extension PrecisionCurves {
  /// The curves to four digits, finer than any screen: a thousand classes take megabytes otherwise.
  fileprivate var rounded: PrecisionCurves {
    func short(_ group: Group) -> Group {
      var group = group
      group.precisions = group.precisions.map { $0.map { ($0 * 10_000).rounded() / 10_000 } }
      return group
    }
    var curves = self
    (curves.mean, curves.classes) = (short(mean), classes.map(short))
    return curves
  }
}

extension PictureGallery {
  /// Pictures with annotated objects and with what was detected.
  fileprivate init(_ gallery: Gallery, pictures: [EmbeddedPicture?], epoch: Int) {
    self.init(
      heading: "Pictures",
      note:
        "The same few pictures of the validation set after every evaluation, here after epoch \(epoch). Detections with a "
        + "score of at least \(gallery.scoreThreshold); an object is found where one of its class overlaps it with an IoU "
        + "of at least \(gallery.iouThreshold).",
      isWhole: true,
      tiles: zip(gallery.items, pictures).map { item, picture in
        gallery.tile(of: item, run: 0, picture: picture)
      }
    )
  }
}
