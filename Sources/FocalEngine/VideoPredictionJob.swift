import CommandConsole
import DetectionPrediction
import Foundation
import Raster

/// The frames of a video to detections, and these to whatever was asked for.
struct VideoPredictionJob {
  let video: String
  let every: Int
  let draw: String?
  let categories: WrittenCategories
  let isQuiet: Bool
  let ffmpeg: FFmpeg

  /// Told before the work and not after it.
  ///
  /// - Throws: ``CommandFailure`` naming what cannot be read, written, or would be lost.
  static func check(video: String, draw: String?) throws {
    guard FileManager.default.fileExists(atPath: video) else {
      throw CommandFailure.failed("\(video): no such file; expected a video")
    }
    guard let draw else { return }
    if let obstacle = FileFailure.obstacle(toWriting: draw) {
      throw CommandFailure.failed("\(draw): cannot be written: \(obstacle)")
    }
    if URL(fileURLWithPath: draw).pathExtension.isEmpty {
      throw CommandFailure.failed(
        "\(draw): with --video, --draw names a file, and its ending the kind of it, as out.mp4"
      )
    }
    if let file = FileIdentity(path: draw), file == FileIdentity(path: video) {
      throw CommandFailure.failed("\(draw): is the video itself; name another file with --draw")
    }
  }

  /// Looks at the frames.
  ///
  /// - Throws: ``CommandFailure`` where it was stopped; what was done is then written. ``PredictionError`` if the video
  ///   cannot be read to its end, or not be written.
  func run(
    _ pipeline: PredictionPipeline<NetworkLooking>,
    _ outputs: inout PredictionOutputs
  ) throws {
    let file = URL(fileURLWithPath: video)
    let facts = try ffmpeg.facts(of: file)
    let reader = try FrameReader(file, facts: facts, every: every, by: ffmpeg)
    defer { reader.stop() }
    let writer = draw.map {
      FrameWriter(
        FileFailure.goal(ofWriting: $0),
        rate: facts.rate.divided(by: every),
        by: ffmpeg
      )
    }
    // How many there are is an estimate; the last is then the last.
    let total = facts.frames.map { ($0 + every - 1) / every }
    var done = 0
    var progress = ProgressLine("predict", total: total ?? 0, unit: "frames", isQuiet: isQuiet)
    let clears = progress
    Interruption.listen(isQuiet: isQuiet)
    try pipeline.run(reader.source(facts), isStopped: { Interruption.isRequested }) { prediction in
      let seen = try prediction.outcome.get()
      clears.clear()
      let frame = prediction.index * every
      try outputs.write(
        WrittenPicture(
          id: prediction.index + 1,
          file: video,
          width: seen.width,
          height: seen.height,
          boxes: seen.boxes,
          moment: VideoMoment(frame: frame, seconds: facts.rate.seconds(atFrame: frame))
        )
      )
      if let writer, let image = seen.image {
        try writer.write(
          DrawingFolder.drawing(of: seen.boxes, on: image, categories: categories.names)
        )
      }
      done += 1
      progress.update(done)
    }
    progress.clear()
    guard done > 0 || !Interruption.isRequested else { try Interruption.check(); return }
    guard done > 0 else {
      throw CommandFailure.failed("\(video): holds no frame; expected a video")
    }
    try writer?.finish()
    try outputs.finish()
    if Interruption.isRequested {
      throw Interruption.failure("\(CountText.of(done, "frame")) are done and written")
    }
  }
}
