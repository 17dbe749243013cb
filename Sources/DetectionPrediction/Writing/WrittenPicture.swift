package import BoxGeometry

/// The detections in one picture, as files tell of them.
package struct WrittenPicture: Hashable, Sendable {
  /// Its number in the list, from 1; of a video the frame's, from 1.
  package let id: Int
  /// The file as the user named it.
  package let file: String
  /// Width in pixels.
  package let width: Int
  /// Height in pixels.
  package let height: Int
  /// Boxes in the picture's pixels, best first.
  package let boxes: [ScoredBox]
  /// Where it is in a video; `nil` for pictures.
  package let moment: VideoMoment?

  /// - Parameters:
  ///   - id: Its number, from 1.
  ///   - file: The file as the user named it.
  ///   - width: Width in pixels.
  ///   - height: Height in pixels.
  ///   - boxes: Boxes in the picture's pixels, best first.
  ///   - moment: Where it is in a video; `nil` for pictures.
  package init(
    id: Int,
    file: String,
    width: Int,
    height: Int,
    boxes: [ScoredBox],
    moment: VideoMoment? = nil
  ) {
    (self.id, self.file, self.width, self.height) = (id, file, width, height)
    (self.boxes, self.moment) = (boxes, moment)
  }
}

/// A place in a video.
package struct VideoMoment: Hashable, Sendable {
  /// The frame's number, from 0.
  package let frame: Int
  /// Seconds since the first frame.
  package let seconds: Double

  /// - Parameters:
  ///   - frame: The frame's number, from 0.
  ///   - seconds: Seconds since the first frame.
  package init(frame: Int, seconds: Double) { (self.frame, self.seconds) = (frame, seconds) }
}

/// The kinds of objects, as files name them.
package struct WrittenCategories: Hashable, Sendable {
  /// The name of each label.
  package let names: [String]
  /// The id of each label.
  package let ids: [Int]

  /// - Parameters:
  ///   - names: The name of each label.
  ///   - ids: The id of each label, as many.
  package init(names: [String], ids: [Int]) {
    precondition(names.count == ids.count, "an id for each name")
    (self.names, self.ids) = (names, ids)
  }
}

/// What takes the detections of one picture after the other.
package protocol PredictionWriter {
  /// Takes those of one picture.
  ///
  /// - Parameter picture: The detections.
  /// - Throws: Why they cannot be written.
  mutating func write(_ picture: WrittenPicture) throws

  /// Takes a picture that could not be read.
  ///
  /// - Parameters:
  ///   - file: The file as the user named it.
  ///   - id: Its number in the list, from 1.
  ///   - reason: Why not.
  /// - Throws: Why that cannot be written.
  mutating func write(unreadable file: String, id: Int, reason: String) throws

  /// Takes the end: what was written is complete.
  ///
  /// - Throws: Why it cannot stay.
  mutating func finish() throws
}

extension PredictionWriter {
  /// Says nothing of it.
  package mutating func write(unreadable file: String, id: Int, reason: String) {}
}
