package import Foundation
package import Raster

/// The frames of a video, one after the other, as ffmpeg decodes them.
///
/// Frames come at a constant rate: where the video's do not, ffmpeg repeats or leaves out some, so that a frame's number
/// says when it is shown. `@unchecked`: one thread reads at a time, as the source is sequential.
package final class FrameReader: @unchecked Sendable {
  private let file: URL
  private let process: MediaProcess
  private var isAtEnd = false

  /// Starts to read.
  ///
  /// - Parameters:
  ///   - file: The video.
  ///   - facts: What there is to know of it.
  ///   - every: One frame of so many is given, the first with them.
  ///   - ffmpeg: The programs.
  /// - Throws: ``PredictionError`` if ffmpeg cannot be started.
  package init(_ file: URL, facts: VideoFacts, every: Int = 1, by ffmpeg: FFmpeg) throws {
    self.file = file
    // A portable pixmap says how large it is, also of a video that is shown turned.
    process = try MediaProcess(
      ffmpeg.ffmpeg,
      ["-nostdin", "-v", "error"] + FFmpeg.input(file) + ["-map", "0:v:0"]
        + ["-vf", "fps=\(facts.rate)" + (every > 1 ? ",framestep=\(every)" : "")]
        + ["-f", "image2pipe", "-c:v", "ppm", "-pix_fmt", "rgb24", "pipe:1"],
      readsInput: false
    )
  }

  /// The frames as a source.
  ///
  /// - Parameter facts: What there is to know of the video.
  /// - Returns: A source of unknown length.
  package func source(_ facts: VideoFacts) -> PictureSource {
    let bytes = facts.width.multipliedReportingOverflow(by: 3 * facts.height).partialValue
    return PictureSource(
      count: nil,
      isSequential: true,
      expectedBytes: { _ in max(0, bytes) },
      load: { _ in self.next() }
    )
  }

  /// The next frame; `nil` after the last, and after a failure.
  package func next() -> Result<RasterImage, any Error>? {
    if isAtEnd { return nil }
    do {
      if let frame = try frame() { return .success(frame) }
      isAtEnd = true
      return nil
    } catch {
      isAtEnd = true
      return .failure(error)
    }
  }

  /// Ends the reading.
  package func stop() { process.stop() }

  private func frame() throws(PredictionError) -> RasterImage? {
    guard let size = try header() else { return nil }
    let count = size.width * size.height * 3
    var read = 0
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      read = process.read(into: UnsafeMutableRawBufferPointer(buffer))
      initialized = read
    }
    guard read == count else { throw failure("a frame ends too early") }
    return RasterImage(width: size.width, height: size.height, pixels: pixels)
  }

  /// `P6`, width, height and 255, each ended by white space; `nil` at the end of the video.
  private func header() throws(PredictionError) -> (width: Int, height: Int)? {
    var words: [String] = []
    var word = ""
    var byte: UInt8 = 0
    while words.count < 4 {
      let count = withUnsafeMutableBytes(of: &byte) { process.read(into: $0) }
      if count == 0 {
        guard words.isEmpty, word.isEmpty else { throw failure("a frame ends too early") }
        let status = process.wait()
        if status != 0 { throw failure(process.lastWords) }
        return nil
      }
      if byte == 32 || byte == 10 {
        words.append(word)
        word = ""
      } else if word.count < 12 {
        word.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        throw failure("found no frame")
      }
    }
    guard words[0] == "P6", words[3] == "255", let width = Int(words[1]),
      let height = Int(words[2]),
      width > 0, height > 0,
      width.multipliedReportingOverflow(by: height).partialValue
        <= ImageLimits.default.maximumPixels
    else { throw failure("found a frame of \(words[1]) x \(words[2]) pixels") }
    return (width, height)
  }

  private func failure(_ reason: String) -> PredictionError {
    PredictionError(
      .video,
      file: file.path,
      message: "the video cannot be read to its end: \(reason); expected a video that ffmpeg reads"
    )
  }
}
