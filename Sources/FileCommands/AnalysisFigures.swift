import COCOFormat
import DetectionAnalysis

/// The JSON of an error analysis; `null` where a figure is undefined.
struct AnalysisFigures: Encodable {
  private let iou: Double
  private let backgroundIoU: Double
  private let AP: Defined<Double>
  private let objects: Int
  private let found: Int
  private let falsePositives: Int
  private let ignoredDetections: Int
  private let uncountedDetections: Int
  private let kinds: [Kind]
  private let sizes: [Size]
  private let falsePositiveGain: Defined<Double>
  private let falseNegativeGain: Defined<Double>
  private let confusions: Confusions
  private let calibration: Calibration
  private let worstImages: [WorstImage]
  /// Left out without `--per-class`.
  private let classes: [Class]?

  init(_ analysis: DetectionErrorAnalysis, perClass: Bool) {
    let summary = DetectionErrorSummary(analysis)
    let scores = ScoreCalibration(analysis)
    iou = analysis.parameters.foregroundThreshold
    backgroundIoU = analysis.parameters.backgroundThreshold
    AP = Defined(summary.averagePrecision)
    objects = summary.objects
    found = summary.found
    falsePositives = summary.falsePositives
    ignoredDetections = summary.ignoredDetections
    uncountedDetections = summary.uncountedDetections
    kinds = summary.shares.map(Kind.init)
    sizes = summary.sizes.map { Size(name: $0.size.rawValue, kinds: $0.shares.map(Kind.init)) }
    falsePositiveGain = Defined(summary.falsePositiveGain)
    falseNegativeGain = Defined(summary.falseNegativeGain)
    confusions = Confusions(ConfusionMatrix(analysis))
    calibration = Calibration(scores)
    worstImages = WorstImages(analysis, falsePositiveLimit: 0).images.map(WorstImage.init)
    classes =
      perClass
      ? zip(summary.categories, scores.categories).map { Class($0, best: $1.best) } : nil
  }
}

extension AnalysisFigures {
  /// A value, or `null`.
  struct Defined<Value: Encodable>: Encodable {
    private let value: Value?

    init(_ value: Value?) { self.value = value }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      if let value { try container.encode(value) } else { try container.encodeNil() }
    }
  }

  struct Kind: Encodable {
    let kind: DetectionErrorKind
    let count: Int
    let gain: Defined<Double>

    init(_ share: DetectionErrorSummary.Share) {
      (kind, count, gain) = (share.kind, share.count, Defined(share.gain))
    }
  }

  struct Size: Encodable {
    let name: String
    let kinds: [Kind]
  }

  struct Class: Encodable {
    let id: Int
    let name: String
    let AP: Defined<Double>
    let objects: Int
    let found: Int
    let falsePositives: Int
    let kinds: [Kind]
    let falsePositiveGain: Defined<Double>
    let falseNegativeGain: Defined<Double>
    let best: Defined<Cut>

    init(_ row: DetectionErrorSummary.Category, best: ScoreCalibration.OperatingPoint?) {
      (id, name, AP) = (row.id, row.name, Defined(row.averagePrecision))
      (objects, found, falsePositives) = (row.objects, row.found, row.falsePositives)
      kinds = row.shares.map(Kind.init)
      falsePositiveGain = Defined(row.falsePositiveGain)
      falseNegativeGain = Defined(row.falseNegativeGain)
      self.best = Defined(best.map(Cut.init))
    }
  }

  struct Confusions: Encodable {
    struct Confusion: Encodable {
      let truth: Int
      let prediction: Int
      let count: Int
      let share: Double
    }

    let iou: Double
    let score: Double
    /// Category ids; the fifty commonest.
    let largest: [Confusion]

    init(_ matrix: ConfusionMatrix) {
      (iou, score) = (matrix.iouThreshold, matrix.scoreThreshold)
      largest = matrix.largestConfusions(limit: 50).compactMap { entry in
        guard let truth = entry.truth, let prediction = entry.prediction else { return nil }
        return Confusion(
          truth: matrix.categoryIDs[truth],
          prediction: matrix.categoryIDs[prediction],
          count: entry.count,
          share: entry.share
        )
      }
    }
  }

  struct Cut: Encodable {
    let score: Double
    let precision: Double
    let recall: Double
    let f1: Double

    init(_ point: ScoreCalibration.OperatingPoint) {
      (score, precision, recall, f1) = (point.score, point.precision, point.recall, point.f1)
    }
  }

  struct Calibration: Encodable {
    struct Bin: Encodable {
      let lower: Double
      let upper: Double
      let found: Int
      let falsePositives: Int
      let meanScore: Defined<Double>
      let precision: Defined<Double>
    }

    let expectedError: Defined<Double>
    let best: Defined<Cut>
    let bins: [Bin]

    init(_ calibration: ScoreCalibration) {
      expectedError = Defined(calibration.expectedError)
      best = Defined(calibration.best.map(Cut.init))
      bins = calibration.bins.map {
        Bin(
          lower: $0.lower,
          upper: $0.upper,
          found: $0.found,
          falsePositives: $0.falsePositives,
          meanScore: Defined($0.meanScore),
          precision: Defined($0.precision)
        )
      }
    }
  }

  struct WorstImage: Encodable {
    let id: Int
    let file: String
    let cost: Double
    let objects: Int
    let found: Int
    let falsePositives: Int

    init(_ worst: WorstImages.Image) {
      (id, file, cost) = (worst.image.id, worst.image.fileName, worst.cost)
      (objects, found, falsePositives) = (worst.objects, worst.found, worst.falsePositives)
    }
  }
}
