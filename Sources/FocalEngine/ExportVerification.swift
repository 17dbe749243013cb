import CommandConsole
import DetectionInference
import DetectionModels
import Foundation
import ModelExport
import Raster

/// An exported file against the model's own detections in real pictures.
struct ExportVerification {
  private let network: RetinaNet
  private let pictures: [Picture]
  private let isQuiet: Bool
  private var parity = DetectionParity()
  private var runner = ""
  private var failures = 0

  init(_ network: RetinaNet, _ pictures: [Picture], isQuiet: Bool) {
    (self.network, self.pictures, self.isQuiet) = (network, pictures, isQuiet)
  }

  mutating func run(_ exported: ExportedModel) throws {
    runner = exported.runner
    let configuration = network.configuration
    var progress = ProgressLine("verify", total: pictures.count, unit: "pictures", isQuiet: isQuiet)
    for (index, picture) in pictures.enumerated() {
      let image: RasterImage
      do {
        image = try RasterImage(contentsOf: picture.url)
      } catch {
        // Of a single picture there is no rest to do.
        guard pictures.count > 1 else { throw error }
        progress.clear()
        Console.error(error.description)
        failures += 1
        continue
      }
      let prepared = PreparedPicture(image, for: configuration.input)
      let pixels = try prepared.pixels()
      let sizes = [(prepared.size.width, prepared.size.height)]
      let expected = try ArithmeticPrecision.float32.inference {
        try network.detections(in: pixels, sizes: sizes)
      }
      let found = try exported.detections(in: pixels, sizes: sizes)
      parity.add(
        expected: prepared.inPicture(expected.first ?? []),
        found: prepared.inPicture(found.first ?? []),
        scoreThreshold: configuration.detection.scoreThreshold,
        limit: configuration.detection.detectionsPerImage
      )
      progress.update(index + 1)
    }
    progress.clear()
  }

  /// - Throws: ``CommandFailure`` if a difference is beyond its limit, or a picture could not be read.
  func check(_ out: String) throws {
    if parity.detections == 0 && parity.mismatched == 0 {
      throw CommandFailure.failed(
        "\(out): is written, but nothing was compared: the model finds nothing in "
          + "\(Self.counted(parity.pictures, "picture")); give pictures with objects that it knows"
      )
    }
    guard parity.holds else {
      throw CommandFailure.failed("\(out): does not find what the model finds; do not use it")
    }
    if failures > 0 {
      throw CommandFailure.failed(
        "\(failures) of \(pictures.count) pictures could not be read; the rest is compared"
      )
    }
  }

  /// Two lines for people.
  var text: String {
    "\(Self.counted(parity.pictures, "picture")), \(Self.counted(parity.detections, "detection")), by \(runner)\n"
      + "largest difference: boxes \(Self.figure(parity.largestBoxDifference)) px "
      + "(limit \(DetectionParity.boxLimit)), scores \(Self.figure(parity.largestScoreDifference)) "
      + "(limit \(DetectionParity.scoreLimit)); mismatched \(parity.mismatched), at the threshold "
      + "\(parity.atTheEdge)"
  }

  private static func counted(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  private static func figure(_ value: Float) -> String {
    value == 0 ? "0" : String(format: "%.2g", Double(value))
  }

  /// The figures for programs.
  var summary: Summary {
    Summary(
      runner: runner,
      pictures: parity.pictures,
      unreadable: failures,
      detections: parity.detections,
      largestBoxDifference: parity.largestBoxDifference,
      largestScoreDifference: parity.largestScoreDifference,
      mismatched: parity.mismatched,
      atTheThreshold: parity.atTheEdge,
      holds: parity.holds
    )
  }

  struct Summary: Encodable {
    let runner: String
    let pictures: Int
    let unreadable: Int
    let detections: Int
    let largestBoxDifference: Float
    let largestScoreDifference: Float
    let mismatched: Int
    let atTheThreshold: Int
    let holds: Bool
  }
}
