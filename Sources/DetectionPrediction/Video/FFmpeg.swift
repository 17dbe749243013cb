package import Foundation

/// The programs `ffmpeg` and `ffprobe`, which read and write videos.
package struct FFmpeg: Hashable, Sendable {
  let ffmpeg: URL
  let ffprobe: URL

  /// Looks for both.
  ///
  /// - Parameter path: Folders to look in, with colons between them; `nil`: the environment's `PATH`.
  /// - Throws: ``PredictionError`` where one is absent.
  package init(path: String? = nil) throws(PredictionError) {
    let path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
    ffmpeg = try Self.find("ffmpeg", path)
    ffprobe = try Self.find("ffprobe", path)
  }

  private static func find(_ name: String, _ path: String) throws(PredictionError) -> URL {
    for folder in path.split(separator: ":") {
      let url = URL(fileURLWithPath: String(folder)).appendingPathComponent(name)
      if FileManager.default.isExecutableFile(atPath: url.path) { return url }
    }
    throw PredictionError(
      .noFFmpeg,
      file: name,
      message:
        "not found in any folder of PATH; videos are read and written by ffmpeg and ffprobe: install them "
        + "(apt install ffmpeg, brew install ffmpeg)"
    )
  }

  /// What a file is called on the command line: a file, and never an address.
  static func input(_ file: URL) -> [String] {
    ["-protocol_whitelist", "file,pipe,crypto,data", "-i", "file:" + file.path]
  }

  /// What there is to know of a video before it is read.
  ///
  /// - Parameter file: The video.
  /// - Returns: The facts of its first video stream.
  /// - Throws: ``PredictionError`` if it is no video.
  package func facts(of file: URL) throws -> VideoFacts {
    let run = try MediaProcess(
      ffprobe,
      ["-v", "error", "-select_streams", "v:0"]
        + ["-show_entries", "stream=width,height,avg_frame_rate,r_frame_rate,nb_frames,duration"]
        + ["-show_entries", "format=duration", "-of", "json"] + Self.input(file),
      readsInput: false
    )
    let output = run.readToEnd(limit: 1 << 20)
    let status = run.wait()
    guard status == 0 else {
      throw PredictionError(
        .video,
        file: file.path,
        message: "cannot be read as a video: \(run.lastWords)"
      )
    }
    let description = try? JSONDecoder().decode(ProbedFile.self, from: output)
    guard let facts = description.flatMap(VideoFacts.init) else {
      throw PredictionError(
        .video,
        file: file.path,
        message: "holds no video stream; expected a video that ffmpeg reads"
      )
    }
    return facts
  }
}

/// What ffprobe says of a file.
struct ProbedFile: Decodable {
  struct Stream: Decodable {
    let width: Int?
    let height: Int?
    let avg_frame_rate: String?
    let r_frame_rate: String?
    let nb_frames: String?
    let duration: String?
  }

  struct Format: Decodable {
    let duration: String?
  }

  let streams: [Stream]
  let format: Format?
}
