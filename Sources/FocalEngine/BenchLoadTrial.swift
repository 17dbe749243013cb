import BoxGeometry
import DetectionDatasets
import DetectionTraining
import Foundation
import Raster

/// What is said of a case besides its times.
struct BenchLoadDetails: Encodable {
  let threads: Int
  let imagesPerSecond: Double
  /// Of the loader alone.
  let batchesPerSecond: Double?
}

/// Decoding, resizing, normalising and the whole loader, each beside the JPEG library alone.
struct BenchLoadTrial {
  static let bound =
    "libjpeg unpacking the same files (Huffman codes, inverse transforms) on as many threads"

  private let inputs: BenchLoadInputs
  private let threads: [Int]
  private let sizes: [(width: Int, height: Int)]
  private let normalization = PixelNormalization(
    mean: SIMD3(0.485, 0.456, 0.406),
    standardDeviation: SIMD3(0.229, 0.224, 0.225)
  )

  /// - Parameters:
  ///   - inputs: The pictures.
  ///   - threads: Everything is timed on one thread and on so many.
  init(_ inputs: BenchLoadInputs, threads: Int) {
    self.inputs = inputs
    self.threads = threads > 1 ? [1, threads] : [1]
    sizes = inputs.pictures.map { inputs.resize.resized(width: $0.width, height: $0.height) }
  }

  /// Times the cases in turns with their limits.
  ///
  /// - Parameters:
  ///   - rounds: How many rounds are timed.
  ///   - observe: Told of each round's end; may throw to stop.
  /// - Returns: The cases, with times of one picture.
  /// - Throws: What reading a picture or `observe` throws.
  func cases(
    rounds: Int,
    observe: (_ round: Int) throws -> Void
  ) throws -> [BenchCase<BenchLoadDetails>] {
    let (sizes, normalization) = (sizes, normalization)
    let jobs = threads.flatMap { threads in
      [
        BenchJob(name: "unpack-\(threads)") {
          try overPictures(threads) { _, picture, _ in try picture.unpack() }
        },
        BenchJob(name: "decode-\(threads)") {
          try overPictures(threads) { _, picture, _ in _ = try picture.decoded() }
        },
        BenchJob(name: "decode-resize-\(threads)") {
          try overPictures(threads) { index, picture, _ in
            _ = try picture.resized(width: sizes[index].width, height: sizes[index].height)
          }
        },
        BenchJob(name: "decode-resize-normalize-\(threads)") {
          try overPictures(threads) { index, picture, buffer in
            try picture.writeNormalized(
              width: sizes[index].width,
              height: sizes[index].height,
              normalization: normalization,
              into: buffer,
              rowPixels: sizes[index].width
            )
          }
        },
        BenchJob(name: "loader-\(threads)") { try readBatches(workers: threads) },
      ]
    }
    let times = try BenchTiming.interleaved(jobs, rounds: rounds, observe: observe)
    return threads.flatMap { threads in
      let limit = ofOnePicture(times["unpack-\(threads)"])
      let names = ["decode", "decode-resize", "decode-resize-normalize", "loader"]
      return names.map { name in
        let times = ofOnePicture(times["\(name)-\(threads)"])
        let perSecond = times.median > 0 ? 1000 / times.median : 0
        let batches = name == "loader" ? perSecond / Double(configuration(1).batchSize) : nil
        return BenchCase(
          "\(name)-\(threads)",
          times: times,
          limit: limit,
          bound: Self.bound,
          details: BenchLoadDetails(
            threads: threads,
            imagesPerSecond: perSecond,
            batchesPerSecond: batches
          )
        )
      }
    }
  }

  private func ofOnePicture(_ times: BenchTimes?) -> BenchTimes {
    let count = Double(inputs.pictures.count)
    return BenchTimes(milliseconds: (times?.milliseconds ?? []).map { $0 / count })
  }

  /// Calls `body` with each picture once, threads taking turns, each with memory of its own for one
  /// normalised picture.
  private func overPictures(
    _ threads: Int,
    _ body: @Sendable (Int, EncodedPicture, UnsafeMutableBufferPointer<Float>) throws -> Void
  ) throws {
    let pictures = inputs.pictures
    let largest = sizes.map { $0.width * $0.height * 3 }.max() ?? 0
    let failures = BenchFailures()
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: largest)
      defer { buffer.deallocate() }
      do {
        for index in stride(from: thread, to: pictures.count, by: threads) {
          try body(index, pictures[index], buffer)
        }
      } catch {
        failures.note(error)
      }
    }
    if let error = failures.first { throw error }
  }

  private func configuration(_ workers: Int) -> BatchLoaderConfiguration {
    var recipe = TrainingRecipe(preset: .small)
    recipe.workers = workers
    return recipe.batches(for: recipe.configuration(categories: ["object"], categoryIDs: [1]))
  }

  private func readBatches(workers: Int) throws {
    let loader = BatchLoader(
      dataset: inputs.dataset,
      configuration: configuration(workers),
      epoch: 0
    )
    defer { loader.cancel() }
    while try loader.next() != nil {}
  }
}

/// The first error of several threads.
///
/// `@unchecked`: `error` is used under the lock.
private final class BenchFailures: @unchecked Sendable {
  private let lock = NSLock()
  private var error: (any Error)?

  func note(_ error: any Error) {
    lock.withLock { if self.error == nil { self.error = error } }
  }

  var first: (any Error)? { lock.withLock { error } }
}
