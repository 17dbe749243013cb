import ArgumentParser
import BoxGeometry
import CommandConsole
import DetectionModels
import DetectionPrediction
import DetectionTraining
import Foundation
import Raster

/// What is looked at.
struct PredictionInputOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Pictures, folders of pictures, patterns such as 'pictures/*.jpg', or - for one picture on standard input.",
      valueName: "input"
    )
  )
  var inputs: [String] = []

  @Flag(help: "Folders stand for the pictures in the folders in them, too.")
  var recursive = false

  @Option(
    help: ArgumentHelp(
      "A list of pictures: a file, or - for standard input; one name a line, or each ended by a zero byte.",
      valueName: "file"
    )
  )
  var list: String?

  @Option(help: ArgumentHelp("A video, read by ffmpeg, instead of pictures.", valueName: "file"))
  var video: String?

  @Option(help: ArgumentHelp("Look at one frame of so many.", valueName: "frames"))
  var every: Int = 1

  func validate() throws {
    if video != nil {
      guard inputs.isEmpty, list == nil else {
        throw ValidationError("--video: takes no pictures beside it; run focal predict twice")
      }
    } else {
      guard !inputs.isEmpty || list != nil else {
        throw ValidationError("expected at least one input: a picture, folder, pattern or --list")
      }
      guard every == 1 else { throw ValidationError("--every: only with --video") }
    }
    guard (1...1_000_000).contains(every) else {
      throw ValidationError("--every \(every): expected 1 to 1000000 frames")
    }
    let readers = inputs.filter { $0 == "-" }.count + (list == "-" ? 1 : 0)
    guard readers <= 1 else {
      throw ValidationError("-: standard input can be read once; name it once")
    }
  }

  /// The pictures, in the order named; those of the list last.
  func pictures() throws -> [Picture] {
    var pictures: [Picture] = []
    for input in inputs {
      pictures +=
        input == "-"
        ? [try StandardInputPicture.read(limit: ImageLimits.default.maximumBytes)]
        : try PictureList.pictures(in: [input], isRecursive: recursive)
    }
    if let list { pictures += try PictureNames.read(list) }
    return pictures
  }
}

/// How each picture is looked at.
struct LookOptions: ParsableArguments {
  @Flag(help: "Look at each picture mirrored, too, and merge what is found.")
  var flip = false

  @Option(
    help: ArgumentHelp(
      "Look at each picture with these short sides, as 400,600,800, and merge what is found.",
      valueName: "sides"
    )
  )
  var scales: String?

  @Option(
    help: ArgumentHelp(
      "Look at large pictures tile by tile: the side of a tile in pixels of the picture, or auto.",
      valueName: "side"
    )
  )
  var tile: String?

  @Option(help: "The share of a tile's side that neighbours have in common at least, 0...0.9.")
  var overlap: Double?

  @Flag(help: "With --tile: do not look at the whole picture, scaled down, as well.")
  var noOverview = false

  func validate() throws {
    _ = try shortSides()
    _ = try tiling()
  }

  func plan(resize: ResizeRule) throws -> LookPlan {
    LookPlan(
      resize: resize,
      augmentation: TestTimeAugmentation(shortSides: try shortSides(), flips: flip),
      tiling: try tiling()
    )
  }

  private func shortSides() throws -> [Int] {
    guard let scales else { return [] }
    let sides = scales.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) }
    guard sides.count <= 16, sides.allSatisfy({ $0.map((16...8192).contains) ?? false }) else {
      throw ValidationError(
        "--scales \(scales): expected up to 16 short sides of 16 to 8192 pixels, as 400,600,800"
      )
    }
    let given = sides.compactMap(\.self)
    guard Set(given).count == given.count else {
      throw ValidationError("--scales \(scales): expected each short side once")
    }
    return given
  }

  private func tiling() throws -> TilingRule? {
    guard let tile else {
      if overlap != nil { throw ValidationError("--overlap: only with --tile") }
      if noOverview { throw ValidationError("--no-overview: only with --tile") }
      return nil
    }
    var rule = TilingRule(side: .automatic)
    if tile != "auto" {
      guard let side = Int(tile), (TilingRule.leastSide...65536).contains(side) else {
        throw ValidationError(
          "--tile \(tile): expected auto, or a side of \(TilingRule.leastSide) to 65536 pixels"
        )
      }
      rule.side = .pixels(side)
    }
    if let overlap {
      guard TilingRule.overlapRange.contains(overlap) else {
        throw ValidationError("--overlap \(overlap): expected 0...0.9")
      }
      rule.overlap = overlap
    }
    rule.takesOverview = !noOverview
    return rule
  }
}

/// What becomes a detection.
struct DetectionRuleOptions: ParsableArguments {
  @Option(parsing: .unconditional, help: "Detections that score less are left out, 0...1.")
  var score: Float = 0.5

  @Option(
    parsing: .unconditional,
    help:
      "Of two detections that overlap by more than this IoU, the better stays (0...1; the model's own)."
  )
  var iou: Float?

  @Option(
    help: ArgumentHelp(
      "What becomes of a detection that overlaps a better one: hard (dropped), soft-linear or soft-gaussian (its "
        + "score is lowered, and dropped below --score); the model's own.",
      valueName: "rule"
    )
  )
  var suppression: Choice<DetectionConfiguration.Suppression>?

  @Option(
    parsing: .unconditional,
    help:
      "The spread of soft-gaussian, above 0; the smaller, the more is lowered (the model's own)."
  )
  var sigma: Float?

  @Flag(help: "Detections of different categories suppress each other, too.")
  var classAgnostic = false

  @Option(
    help: "At most so many detections a picture (the model's own; of tiles, each has as many)."
  )
  var limit: Int?

  @Option(
    help: ArgumentHelp("Only these categories: names or ids, as cat,dog.", valueName: "list")
  )
  var classes: String?

  func validate() throws {
    guard (0...1).contains(score) else { throw ValidationError("--score \(score): expected 0...1") }
    if let iou, !(0...1).contains(iou) { throw ValidationError("--iou \(iou): expected 0...1") }
    if let sigma, !(sigma > 0 && sigma.isFinite) {
      throw ValidationError("--sigma \(sigma): expected more than 0")
    }
    if let limit, !(1...100_000).contains(limit) {
      throw ValidationError("--limit \(limit): expected 1 to 100000")
    }
  }

  /// The rules, of which a model says what was not asked for.
  func rules(for configuration: RetinaNetConfiguration) throws -> PredictionRules {
    var detection = configuration.detection
    detection.scoreThreshold = score
    if let iou { detection.iouThreshold = iou }
    if let suppression { detection.suppression = suppression.value }
    if let sigma { detection.sigma = sigma }
    detection.leastScore = score
    if classAgnostic { detection.classAgnostic = true }
    if let limit {
      detection.detectionsPerImage = limit
      detection.candidatesPerLevel = max(detection.candidatesPerLevel, limit)
    }
    return PredictionRules(
      detection: detection,
      labels: try classes.map { try labels($0, configuration) },
      limit: limit
    )
  }

  private func labels(_ list: String, _ configuration: RetinaNetConfiguration) throws -> Set<Int> {
    var labels: Set<Int> = []
    for part in list.split(separator: ",", omittingEmptySubsequences: false) {
      let name = part.trimmingCharacters(in: .whitespaces)
      guard
        let label = configuration.categories.firstIndex(of: name)
          ?? Int(name).flatMap({ configuration.categoryIDs.firstIndex(of: $0) })
      else {
        let nearest = NearestName.suggestion(for: name, among: configuration.categories)
          .map { "; did you mean \($0)?" }
        throw CommandFailure.usage(
          "--classes: the model has no category '\(PlainText.escaped(name))'; expected names or ids of "
            + Self.sample(configuration) + (nearest ?? "")
        )
      }
      labels.insert(label)
    }
    return labels
  }

  private static func sample(_ configuration: RetinaNetConfiguration) -> String {
    let names = configuration.categories.prefix(8).map { PlainText.escaped($0) }
    return names.joined(separator: ", ")
      + (configuration.categories.count > names.count ? ", …" : "")
  }
}

/// What is written, and where.
struct PredictionOutputOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Write the detections as COCO results.", valueName: "json"))
  var detections: String?

  @Option(help: ArgumentHelp("Write the detections as a table.", valueName: "file"))
  var csv: String?

  @Option(
    help: ArgumentHelp(
      "Write a JSON object a picture, one a line; - for standard output, as they come.",
      valueName: "file"
    )
  )
  var jsonl: String?

  @Option(
    help: ArgumentHelp(
      "Write a text for each picture to this folder, as YOLO has it: label, centre, sides, score.",
      valueName: "dir"
    )
  )
  var yolo: String?

  @Option(
    help: ArgumentHelp(
      "Write each picture with its detections drawn on it to this folder; with --video, the video to this file.",
      valueName: "dir"
    )
  )
  var draw: String?

  @Flag(help: "Print one JSON object on standard output.")
  var json = false

  @Flag(help: "No progress; errors and warnings only.")
  var quiet = false

  func validate() throws {
    guard !json || jsonl != "-" else {
      throw ValidationError("--json and --jsonl -: both print on standard output; take one")
    }
  }

  /// Whether detections are printed for people.
  var printsText: Bool {
    !json && detections == nil && csv == nil && jsonl == nil && yolo == nil
  }
}

/// Threads, batches, arithmetic.
struct PipelineOptions: ParsableArguments {
  @Option(
    help: "Look at so many pictures of one size together; needs memory, gains little on a CPU."
  )
  var batch = 1

  @Option(help: "Threads that read pictures ahead of the network.")
  var workers: Int?

  @Option(
    help: "The arithmetic: auto, float32, bfloat16 or int8 (of a model from `focal quantize`)."
  )
  var precision: PrecisionChoice = .auto

  @Option(
    help: "Pictures that cannot be read: skip (told, and the exit status is 1 in the end) or stop."
  )
  var onBadData: PictureFailurePolicy = .skip

  func validate() throws {
    guard (1...256).contains(batch) else {
      throw ValidationError("--batch \(batch): expected 1 to 256 pictures")
    }
    if let workers, !(1...256).contains(workers) {
      throw ValidationError("--workers \(workers): expected 1 to 256 threads")
    }
  }

  func settings(keepsImages: Bool) -> PipelineSettings {
    var settings = PipelineSettings()
    settings.batch = batch
    if let workers { settings.workers = workers }
    settings.keepsImages = keepsImages
    return settings
  }
}

/// What is done about a picture that cannot be read.
enum PictureFailurePolicy: String, ExpressibleByArgument, CaseIterable {
  case skip, stop
}
