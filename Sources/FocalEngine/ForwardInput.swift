import BoxGeometry
import CommandConsole
import DetectionModels
import Foundation
import Torch

/// Images from a file, checked: colours, size, memory, and every value a number.
struct ForwardInput {
  /// Shape [B, 3, H, W], float32, channels-last.
  let images: Tensor

  /// Reads and checks a file.
  ///
  /// - Parameters:
  ///   - path: A safetensors file with `images`.
  ///   - configuration: The network they are for.
  /// - Throws: ``CommandFailure`` that names file, tensor and place; `SafetensorsError` if the file cannot be
  ///   read; `TorchError` if memory runs out.
  init(path: String, configuration: RetinaNetConfiguration) throws {
    let file = try TensorFile(path: path)
    let shape = try file.shape(
      of: "images",
      dtypes: [.float32],
      dimensions: ["B", "3", "H", "W"]
    )
    guard shape[1] == 3, shape[2] > 0, shape[3] > 0 else {
      throw file.failure(
        "images",
        "found shape \(shape), expected [B, 3, H, W] with three colours and at least one pixel"
      )
    }
    let needed = ForwardMemory.bytes(shape: shape, configuration: configuration)
    let available = ForwardMemory.availableBytes
    guard needed <= available else {
      throw file.failure(
        "images",
        "found shape \(shape), which takes about \(ForwardMemory.text(needed)) of memory, "
          + "\(ForwardMemory.text(available)) are free; give fewer or smaller images"
      )
    }
    let images = try file.tensor("images")
    let isFinite = try images.isFinite()
    if try isFinite.all().itemInt() == 0 {
      throw file.failure("images", try Self.faultyPixel(of: images, isFinite: isFinite))
    }
    self.images = try images.channelsLast()
  }

  /// The first value that is no number, and where.
  private static func faultyPixel(of images: Tensor, isFinite: Tensor) throws -> String {
    let place = try isFinite.logicalNot().nonzero().select(dim: 0, index: 0).int64s().map(Int.init)
    var value = images
    for index in place { value = try value.select(dim: 0, index: index) }
    return "image \(place[0]), channel \(place[1]), row \(place[2]), column \(place[3]): found "
      + "\(try value.item()), expected a finite number"
  }
}

/// What memory a forward pass takes, and what there is.
enum ForwardMemory {
  /// Bytes that a pass over images of a shape takes, roughly.
  ///
  /// A `Double`, which no shape of a file overflows. Counted are the images twice (as read, and channels-last), the
  /// outputs three times (level by level, image by image, and joined), and four activations of the image at work, as
  /// large as the stem's output, which those of the first stage are too. One picture of 2048 by 2048 through ResNet-50
  /// with group norm in the heads took 2.4 GB, weights and LibTorch included; counted are 2.1.
  static func bytes(shape: [Int], configuration: RetinaNetConfiguration) -> Double {
    let images = Double(shape[0])
    let pixels = Double(shape[2]) * Double(shape[3])
    let cells = configuration.anchors.strides.map { stride in
      (Double(shape[2]) / Double(stride)).rounded(.up)
        * (Double(shape[3]) / Double(stride)).rounded(.up)
    }
    let anchors = cells.reduce(0, +) * Double(configuration.anchors.anchorsPerCell)
    let outputs = anchors * Double(configuration.logitsPerAnchor + 4)
    let stem = pixels / 4 * Double(configuration.backbone.width)
    return 4 * (2 * images * 3 * pixels + 3 * images * outputs + 4 * stem + 4 * anchors)
  }

  /// Bytes of memory that are free, as far as the system tells; else all there is.
  static var availableBytes: Double {
    let physical = Double(ProcessInfo.processInfo.physicalMemory)
    guard let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8) else {
      return physical
    }
    for line in text.split(separator: "\n") where line.hasPrefix("MemAvailable:") {
      let words = line.split(separator: " ")
      if words.count >= 2, let kibibytes = Double(words[1]) { return kibibytes * 1024 }
    }
    return physical
  }

  /// Bytes for people.
  static func text(_ bytes: Double) -> String {
    bytes < 1e9
      ? String(format: "%.0f MB", bytes / 1e6) : String(format: "%.1f GB", bytes / 1e9)
  }
}
