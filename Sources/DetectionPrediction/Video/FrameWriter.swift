import FileErrors
package import Foundation
package import Raster

/// A video that ffmpeg encodes frame by frame; it appears under its name when it is complete, or not at all.
package final class FrameWriter {
  private let url: URL
  private let rate: FrameRate
  private let ffmpeg: FFmpeg
  private var process: MediaProcess?
  private var size: (width: Int, height: Int)?

  /// Prepares a video; its size is that of the first frame.
  ///
  /// - Parameters:
  ///   - url: The place; its ending says what kind of file it becomes.
  ///   - rate: Frames a second.
  ///   - ffmpeg: The programs.
  package init(_ url: URL, rate: FrameRate, by ffmpeg: FFmpeg) {
    (self.url, self.rate, self.ffmpeg) = (url, rate, ffmpeg)
  }

  deinit {
    guard let process else { return }
    process.stop()
    _ = process.wait()
    unlink(StreamedFile.partialName(of: url).path)
  }

  /// Appends a frame.
  ///
  /// - Parameter frame: Of the size of those before it.
  /// - Throws: ``PredictionError`` if the video cannot be written.
  package func write(_ frame: RasterImage) throws {
    let process = try process ?? start(frame)
    guard size.map({ $0 == (frame.width, frame.height) }) ?? false else {
      throw failure("a frame has \(frame.width) x \(frame.height) pixels, those before it others")
    }
    guard process.write(frame.pixels) == 0 else {
      // The program has ended, and says why.
      process.closeInput()
      _ = process.wait()
      throw failure(process.lastWords)
    }
  }

  /// Completes the video.
  ///
  /// - Throws: ``PredictionError`` if it cannot be, or has no frame.
  package func finish() throws {
    guard let process else { throw failure("there is no frame to write") }
    process.closeInput()
    let status = process.wait()
    let words = process.lastWords
    self.process = nil
    guard status == 0 else {
      unlink(StreamedFile.partialName(of: url).path)
      throw failure(words)
    }
    try StreamedFile.complete(url)
  }

  private func start(_ frame: RasterImage) throws -> MediaProcess {
    let partial = StreamedFile.partialName(of: url)
    let started = try MediaProcess(
      ffmpeg.ffmpeg,
      ["-nostdin", "-v", "error", "-y", "-f", "rawvideo", "-pixel_format", "rgb24"]
        + ["-video_size", "\(frame.width)x\(frame.height)", "-framerate", "\(rate)"]
        // Players want two by two pixels to share a colour, which takes even sides.
        + ["-i", "pipe:0", "-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2", "-pix_fmt", "yuv420p"]
        + ["file:" + partial.path],
      readsInput: true
    )
    (process, size) = (started, (frame.width, frame.height))
    return started
  }

  private func failure(_ reason: String) -> PredictionError {
    PredictionError(
      .video,
      file: url.path,
      message:
        "the video cannot be written: \(reason); expected an ending such as .mp4, .mkv or .webm"
    )
  }
}
