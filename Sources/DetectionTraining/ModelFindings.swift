import BoxGeometry
import COCOFormat
import DetectionDatasets
import DetectionInference
import DetectionModels
import Foundation
import Torch

/// A model's detections on a dataset, or on a worker's share of it.
struct ModelFindings {
  /// In the order of the dataset, in pixels of the original pictures, with the dataset's own ids.
  var detections: [COCODetection] = []
  /// Pictures that could not be used.
  var skipped: [DatasetProblem] = []
}

extension ModelFindings {
  /// Runs a model over a dataset.
  ///
  /// - Parameters:
  ///   - detector: The model.
  ///   - dataset: Pictures whose categories are aligned to the model's.
  ///   - batchSize: Pictures a forward pass at most; only pictures of one padded size share one.
  ///   - workers: Threads that decode.
  ///   - onBadData: What to do about a picture that cannot be used.
  ///   - share: Which of the pictures; what is found in one does not depend on it.
  ///   - progress: Told how many pictures are done; throwing ends the search.
  /// - Throws: `DatasetError` for a picture that cannot be used; `TorchError` if memory runs out.
  init(
    of detector: any BatchDetector,
    in dataset: DetectionDataset,
    batchSize: Int = 4,
    workers: Int,
    onBadData: BadDataPolicy,
    share: BatchShare = .whole,
    progress: (Int) throws -> Void
  ) throws {
    let input = detector.configuration.input
    var configuration = EvaluationLoaderConfiguration(resize: input.resize)
    configuration.batchSize = batchSize
    configuration.workers = workers
    (configuration.mean, configuration.standardDeviation) = input.normalization
    configuration.onBadData = onBadData
    configuration.share = share
    let loader = EvaluationLoader(dataset: dataset, configuration: configuration)
    defer { loader.cancel() }
    var done = 0
    while let batch = try loader.next() {
      let found = try detector.detections(
        in: Tensor.channelsLast(
          nhwc: batch.pixels,
          images: batch.count,
          height: batch.height,
          width: batch.width,
          channels: 3
        ),
        sizes: batch.resizedSizes
      )
      for (index, boxes) in found.enumerated() {
        for scored in boxes {
          detections.append(
            COCODetection(
              imageID: batch.imageIDs[index],
              categoryID: dataset.categories[scored.label].id,
              box: COCOBox(batch.original(scored.box, of: index)),
              score: Double(scored.score)
            )
          )
        }
      }
      done += batch.count
      try progress(done)
    }
    skipped = loader.skipped
  }
}

// As bytes, from worker to worker.
extension ModelFindings {
  /// The number of bytes of one detection: two ids, four sides and a score.
  private static let stride = 7 * 8

  /// The length of what was skipped, that as JSON, then the detections.
  var bytes: [UInt8] {
    get throws {
      let problems = try JSONEncoder().encode(skipped)
      var words = [UInt64(problems.count)]
      words.reserveCapacity(1 + detections.count * 7)
      for detection in detections {
        let box = detection.box
        words += [detection.imageID, detection.categoryID].map { UInt64(bitPattern: Int64($0)) }
        words += [box.x, box.y, box.width, box.height, detection.score].map(\.bitPattern)
      }
      let numbers = words.withUnsafeBytes { [UInt8]($0) }
      return [UInt8](numbers[..<8]) + [UInt8](problems) + [UInt8](numbers[8...])
    }
  }

  /// What several workers found, in the order of their ranks, which is that of their shares.
  ///
  /// - Parameter parts: Their ``bytes``.
  /// - Throws: `DecodingError` for bytes of another program.
  init(joining parts: [[UInt8]]) throws {
    for part in parts {
      let count = Int(part.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) })
      skipped += try JSONDecoder().decode([DatasetProblem].self, from: Data(part[8..<8 + count]))
      part.withUnsafeBytes { buffer in
        for start in Swift.stride(from: 8 + count, to: buffer.count, by: Self.stride) {
          func word(_ index: Int) -> UInt64 {
            buffer.loadUnaligned(fromByteOffset: start + index * 8, as: UInt64.self)
          }
          func number(_ index: Int) -> Double { Double(bitPattern: word(index)) }
          detections.append(
            COCODetection(
              imageID: Int(Int64(bitPattern: word(0))),
              categoryID: Int(Int64(bitPattern: word(1))),
              box: COCOBox(x: number(2), y: number(3), width: number(4), height: number(5)),
              score: number(6)
            )
          )
        }
      }
    }
  }
}
