/// What there is to know of a video before it is read.
package struct VideoFacts: Hashable, Sendable {
  /// Width as it is stored, in pixels; a video that is shown turned has it as its height.
  package let width: Int
  /// Height as it is stored.
  package let height: Int
  /// Frames a second.
  package let rate: FrameRate
  /// About how many frames; `nil` where the file does not tell.
  package let frames: Int?

  init?(_ file: ProbedFile) {
    guard let stream = file.streams.first, let width = stream.width, let height = stream.height,
      width > 0, height > 0
    else { return nil }
    (self.width, self.height) = (width, height)
    let average = stream.avg_frame_rate.flatMap { FrameRate($0) }
    let lowest = stream.r_frame_rate.flatMap { FrameRate($0) }
    // An average over a file may be off by its last frame; where frames come at will, only the average says anything.
    var rate = average ?? lowest ?? FrameRate(numerator: 25, denominator: 1)
    if let average, let lowest, abs(lowest.perSecond / average.perSecond - 1) < 0.01 {
      rate = lowest
    }
    self.rate = rate
    let seconds = (stream.duration ?? file.format?.duration).flatMap { Double($0) }
    let counted = seconds.map { ($0 * rate.perSecond).rounded() }
    frames =
      stream.nb_frames.flatMap { Int($0) }
      ?? counted.flatMap { $0.isFinite && $0 > 0 && $0 < 1e12 ? Int($0) : nil }
  }
}

/// Frames a second, as a fraction.
package struct FrameRate: Hashable, Sendable, CustomStringConvertible {
  let numerator: Int
  let denominator: Int

  /// - Parameters:
  ///   - numerator: At least 1.
  ///   - denominator: At least 1.
  package init(numerator: Int, denominator: Int) {
    precondition(numerator > 0 && denominator > 0, "a rate is above 0")
    (self.numerator, self.denominator) = (numerator, denominator)
  }

  /// Reads `30000/1001`; `nil` for what is no rate above 0.
  init?(_ text: String) {
    let parts = text.split(separator: "/").map { Int($0) }
    guard let top = parts.first.flatMap(\.self), top > 0, top < 1 << 31, parts.count <= 2 else {
      return nil
    }
    let bottom = parts.count == 2 ? parts[1] : 1
    guard let bottom, bottom > 0, bottom < 1 << 31 else { return nil }
    self.init(numerator: top, denominator: bottom)
  }

  /// Frames a second.
  package var perSecond: Double { Double(numerator) / Double(denominator) }

  /// When a frame is shown.
  ///
  /// - Parameter frame: Its number, from 0.
  /// - Returns: Seconds since the first.
  package func seconds(atFrame frame: Int) -> Double {
    Double(frame) * Double(denominator) / Double(numerator)
  }

  /// The rate of one frame of so many.
  ///
  /// - Parameter frames: How many, at least 1.
  /// - Returns: A part of this rate.
  package func divided(by frames: Int) -> FrameRate {
    FrameRate(numerator: numerator, denominator: denominator * frames)
  }

  /// As ffmpeg reads it.
  package var description: String { "\(numerator)/\(denominator)" }
}
