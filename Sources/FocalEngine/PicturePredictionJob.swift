import CommandConsole
import DetectionPrediction
import Foundation
import Raster

/// Pictures to detections, and these to whatever was asked for.
struct PicturePredictionJob {
  let pictures: [Picture]
  let categories: WrittenCategories
  let drawings: DrawingFolder?
  let labels: LabelFolder?
  let onBadData: PictureFailurePolicy
  let isQuiet: Bool

  /// Looks at all pictures.
  ///
  /// - Throws: ``CommandFailure`` where it was stopped, or a picture could not be read; what was done is then written.
  func run(
    _ pipeline: PredictionPipeline<NetworkLooking>,
    _ outputs: inout PredictionOutputs
  ) throws {
    var (done, failures) = (0, 0)
    var progress = ProgressLine(
      "predict",
      total: pictures.count,
      unit: "pictures",
      isQuiet: isQuiet
    )
    // Lines for people and the bar may share a terminal.
    let clears = progress
    Interruption.listen(isQuiet: isQuiet)
    try pipeline.run(
      Self.source(pictures),
      isStopped: { Interruption.isRequested },
      lookProgress: { looked, looks in
        progress.update(done, details: ["look \(looked) of \(looks)"])
      },
      deliver: { prediction in
        let picture = pictures[prediction.index]
        clears.clear()
        switch prediction.outcome {
        case .failure(let error):
          // Of a single picture there is no rest to do.
          guard onBadData == .skip, pictures.count > 1 else { throw error }
          Console.error("\(error)")
          failures += 1
          try outputs.write(
            unreadable: picture.name,
            id: prediction.index + 1,
            reason: Console.oneLine("\(error)")
          )
        case .success(let seen):
          try write(seen, of: picture, at: prediction.index, &outputs)
        }
        done += 1
        progress.update(done)
      }
    )
    progress.clear()
    try outputs.finish()
    if Interruption.isRequested, done < pictures.count {
      throw Interruption.failure("\(done) of \(pictures.count) pictures are done and written")
    }
    if failures > 0 {
      throw CommandFailure.failed(
        "\(failures) of \(pictures.count) pictures could not be read; the rest is done"
      )
    }
  }

  private func write(
    _ seen: PicturePrediction.Seen,
    of picture: Picture,
    at index: Int,
    _ outputs: inout PredictionOutputs
  ) throws {
    let written = WrittenPicture(
      id: index + 1,
      file: picture.name,
      width: seen.width,
      height: seen.height,
      boxes: seen.boxes
    )
    if let drawings, let image = seen.image {
      try drawings.write(seen.boxes, on: image, as: index, categories: categories.names)
    }
    try labels?.write(written, as: index)
    try outputs.write(written)
  }

  private static func source(_ pictures: [Picture]) -> PictureSource {
    let files = PictureSource.files(pictures.map(\.url))
    return PictureSource(
      count: pictures.count,
      expectedBytes: { pictures[$0].bytes == nil ? files.expectedBytes($0) : 0 },
      load: { index in
        guard let bytes = pictures[index].bytes else { return files.load(index) }
        return Result { try RasterImage(decoding: bytes, name: "standard input") }
      }
    )
  }
}
