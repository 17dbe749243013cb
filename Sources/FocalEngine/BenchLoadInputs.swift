import BoxGeometry
import CommandConsole
import DetectionDatasets
import Foundation
import Raster

/// What loading is timed on: JPEG files, in memory and on disk.
final class BenchLoadInputs {
  /// The files, in memory.
  let pictures: [EncodedPicture]
  /// Bytes of all files together.
  let bytes: Int
  /// The same files with ten boxes each, for the loader.
  let dataset: DetectionDataset
  let resize: ResizeRule
  /// Where rendered pictures were written; removed in the end.
  private let scratch: URL?

  private static let boxesPerPicture = 10

  /// Reads the first pictures of a folder, or renders scenes; equal seeds give equal ones.
  ///
  /// - Parameters:
  ///   - folder: A folder of JPEG files; `nil` renders.
  ///   - count: Pictures at most.
  ///   - shortSide: The shorter side that they are resized to.
  ///   - seed: Of scenes and boxes.
  /// - Throws: ``CommandFailure`` for a folder without JPEG files; `RasterError` for a file that is none.
  init(folder: String?, count: Int, shortSide: Int, seed: UInt64) throws {
    let rendered = folder == nil ? try Self.render(count, seed: seed) : nil
    let path = folder ?? rendered?.path ?? ""
    scratch = rendered
    resize = ResizeRule(shortSide: shortSide, longSideCap: shortSide * 100, multiple: 1)
    let files = try PictureList.pictures(in: [path]).map(\.url).filter {
      ["jpg", "jpeg"].contains($0.pathExtension.lowercased())
    }
    guard !files.isEmpty else {
      throw CommandFailure.failed("\(path): holds no .jpg or .jpeg file")
    }
    var pictures: [EncodedPicture] = []
    var samples: [DatasetSample] = []
    var generator = SplitMix64(mixing: seed, 1)
    var bytes = 0
    for url in files.prefix(count) {
      let data = try Data(contentsOf: url)
      let picture = try EncodedPicture(Array(data), name: url.path)
      bytes += data.count
      pictures.append(picture)
      samples.append(
        DatasetSample(
          imageID: samples.count + 1,
          name: url.lastPathComponent,
          source: .file(url),
          width: picture.width,
          height: picture.height,
          boxes: Self.boxes(in: picture, &generator)
        )
      )
    }
    self.pictures = pictures
    self.bytes = bytes
    dataset = DetectionDataset(
      format: .coco,
      location: path,
      categories: [DatasetCategory(id: 1, name: "object")],
      samples: samples
    )
  }

  deinit {
    if let scratch { try? FileManager.default.removeItem(at: scratch) }
  }

  private static func boxes(
    in picture: EncodedPicture,
    _ generator: inout SplitMix64
  ) -> [LabeledBox] {
    let (width, height) = (Float(picture.width), Float(picture.height))
    return (0..<boxesPerPicture).map { _ in
      let (x, y) = (generator.uniform() * 0.8, generator.uniform() * 0.8)
      let (right, bottom) = (
        x + 0.02 + generator.uniform() * 0.18, y + 0.02 + generator.uniform() * 0.18
      )
      let box = BoundingBox(
        x1: Float(x) * width,
        y1: Float(y) * height,
        x2: Float(right) * width,
        y2: Float(bottom) * height
      )
      return LabeledBox(box: box, label: 0)
    }
  }

  private static func render(_ count: Int, seed: UInt64) throws -> URL {
    var configuration = SyntheticConfiguration()
    configuration.width = 640
    configuration.height = 480
    let dataset = try DetectionDataset.synthetic(
      count: count,
      seed: seed,
      configuration: configuration
    )
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-bench-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    for (index, sample) in dataset.samples.enumerated() {
      try Interruption.check()
      let name = String(repeating: "0", count: 6 - "\(index)".count) + "\(index).jpg"
      try dataset.image(of: sample).write(to: folder.appendingPathComponent(name))
    }
    return folder
  }
}
