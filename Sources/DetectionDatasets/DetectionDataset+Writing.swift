import COCOFormat
package import Foundation
import Raster

extension DetectionDataset {
  /// How pictures are written.
  package enum PictureEncoding: Hashable, Sendable {
    /// JPEG of a quality from 1 to 100.
    case jpeg(quality: Int)
    /// PNG, without loss.
    case png

    var fileExtension: String {
      switch self {
      case .jpeg: "jpg"
      case .png: "png"
      }
    }
  }

  /// Writes the dataset in COCO form: `images/000001.jpg` … and `annotations.json`.
  ///
  /// Pictures and annotations are numbered from 1 in the dataset's order. Equal datasets give equal
  /// bytes, whatever the number of threads. The folder appears under its name once it is complete;
  /// until then it lies beside it under a hidden one.
  /// - Parameters:
  ///   - folder: The folder to make; nothing may be there but an empty folder.
  ///   - encoding: How pictures are written.
  ///   - workers: Threads that render and encode, >= 1.
  ///   - progress: Told the number of pictures written so far.
  /// - Throws: ``DatasetError`` if the folder is in the way or cannot be written, or a picture
  ///   cannot be read.
  package func write(
    to folder: URL,
    pictures encoding: PictureEncoding = .jpeg(quality: 90),
    workers: Int = 2,
    progress: (Int) throws -> Void = { _ in }
  ) throws {
    try PartialFolder.make(folder) { partial in
      try FileManager.default.createDirectory(
        at: partial.appendingPathComponent("images"),
        withIntermediateDirectories: true
      )
      try writePictures(to: partial, encoding: encoding, workers: workers, progress: progress)
      try renumbered(encoding).groundTruth()
        .write(to: partial.appendingPathComponent("annotations.json"))
    }
  }

  private func writePictures(
    to folder: URL,
    encoding: PictureEncoding,
    workers: Int,
    progress: (Int) throws -> Void
  ) throws {
    let encoder = OrderedPrefetcher<[UInt8]>(
      range: 0..<samples.count,
      workers: max(workers, 1),
      depth: 2 * max(workers, 1),
      name: "focal writer"
    ) { index in
      let image = try image(of: samples[index])
      switch encoding {
      case .jpeg(let quality): return try image.jpegData(quality: quality)
      case .png: return try image.pngData()
      }
    }
    var number = 0
    while let bytes = try encoder.next() {
      number += 1
      let name = Self.pictureName(number: number, fileExtension: encoding.fileExtension)
      try Data(bytes).write(to: folder.appendingPathComponent("images/\(name)"))
      try progress(number)
    }
  }

  /// The same dataset with the numbers and names that it is written under.
  private func renumbered(_ encoding: PictureEncoding) -> DetectionDataset {
    var result = self
    // Only the pictures that are written are listed.
    result.leftOut = []
    var nextAnnotationID = 1
    for index in samples.indices {
      result.samples[index].imageID = index + 1
      result.samples[index].name = Self.pictureName(
        number: index + 1,
        fileExtension: encoding.fileExtension
      )
      for annotation in samples[index].groundTruth.indices {
        result.samples[index].groundTruth[annotation].id = nextAnnotationID
        result.samples[index].groundTruth[annotation].imageID = index + 1
        nextAnnotationID += 1
      }
    }
    return result
  }
}
