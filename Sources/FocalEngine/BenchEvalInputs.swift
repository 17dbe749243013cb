import BoxGeometry
import COCOFormat
import Foundation

/// What evaluating is timed on: files of the size and the kind of COCO's val2017.
struct BenchEvalInputs {
  /// What one wants timed.
  struct Settings: Encodable {
    let images: Int
    let objectsPerImage: Int
    let detectionsPerImage: Int
    let classes: Int
    let seed: UInt64
    /// Rounds of timed calls.
    let repetitions: Int
  }

  let groundTruth: COCOGroundTruth
  let detections: COCODetectionTable
  /// The same as text.
  let groundTruthText: Data
  let detectionsText: Data

  /// Draws objects, shifted copies of them and false alarms; equal settings give equal ones.
  ///
  /// - Parameter settings: Sizes and seed.
  /// - Throws: `COCOFormatError` if the texts cannot be written to the temporary folder.
  init(_ settings: Settings) throws {
    var generator = SplitMix64(state: settings.seed)
    var annotations: [COCOAnnotation] = []
    var found: [COCODetection] = []
    for image in 1...settings.images {
      var objects: [COCOAnnotation] = []
      for _ in 0..<settings.objectsPerImage {
        objects.append(
          COCOAnnotation(
            id: annotations.count + objects.count + 1,
            imageID: image,
            categoryID: Self.category(settings.classes, &generator),
            box: Self.box(&generator),
            isCrowd: Int.random(in: 0..<90, using: &generator) == 0
          )
        )
      }
      annotations += objects
      for index in 0..<settings.detectionsPerImage {
        // One in eight looks at an object, as detectors of 100 boxes an image do.
        let object = index % 8 == 0 ? objects.randomElement(using: &generator) : nil
        let box = object.map { Self.shifted($0.box, &generator) } ?? Self.box(&generator)
        let score = Double.random(in: 0..<(object == nil ? 0.6 : 1), using: &generator)
        found.append(
          COCODetection(
            imageID: image,
            categoryID: object?.categoryID ?? Self.category(settings.classes, &generator),
            box: box,
            score: (score * 1e5).rounded() / 1e5
          )
        )
      }
    }
    groundTruth = COCOGroundTruth(
      images: (1...settings.images).map {
        COCOImage(id: $0, fileName: "\($0).jpg", width: 640, height: 480)
      },
      categories: (1...settings.classes).map { COCOCategory(id: $0, name: "class \($0)") },
      annotations: annotations
    )
    detections = COCODetectionTable(found)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("focal-bench-\(UUID().uuidString).json")
    defer { try? FileManager.default.removeItem(at: file) }
    try groundTruth.write(to: file)
    groundTruthText = try Data(contentsOf: file)
    try COCODetections(found).write(to: file)
    detectionsText = try Data(contentsOf: file)
  }

  /// A class; the first are seen most.
  private static func category(_ classes: Int, _ generator: inout SplitMix64) -> Int {
    let place = generator.uniform() * generator.uniform()
    return 1 + min(classes - 1, Int(place * Double(classes)))
  }

  private static func box(_ generator: inout SplitMix64) -> COCOBox {
    let (width, height) = (generator.uniform() * 200 + 4, generator.uniform() * 200 + 4)
    return rounded(generator.uniform() * 430, generator.uniform() * 270, width, height)
  }

  private static func shifted(_ box: COCOBox, _ generator: inout SplitMix64) -> COCOBox {
    func part(_ size: Double) -> Double { (generator.uniform() - 0.5) * 0.3 * size }
    return rounded(
      box.x + part(box.width),
      box.y + part(box.height),
      box.width + part(box.width),
      box.height + part(box.height)
    )
  }

  /// To hundredths, as COCO's files have them.
  private static func rounded(
    _ x: Double,
    _ y: Double,
    _ width: Double,
    _ height: Double
  ) -> COCOBox {
    func hundredths(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    return COCOBox(
      x: hundredths(x),
      y: hundredths(y),
      width: hundredths(width),
      height: hundredths(height)
    )
  }
}
