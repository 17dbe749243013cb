package import Drawing

/// Pictures, or parts of them, with boxes on them: what a detector got wrong.
package struct PictureGallery: Codable, Hashable, Sendable {
  /// What a box is, which decides how it is drawn.
  package enum Role: String, Codable, Hashable, Sendable {
    /// A detection of something that is not there, or is something else.
    case falseAlarm = "false"
    /// An object that nothing found.
    case missed
    /// An annotated object.
    case object
    /// A detection that found its object.
    case found
    /// What counts neither for nor against.
    case ignored
    /// Two boxes that are held against each other.
    case first, second
  }

  /// A box on a picture.
  package struct Mark: Codable, Hashable, Sendable {
    /// In the picture's pixels; need not lie inside it.
    package var box: Rectangle
    package var role: Role
    /// What is written beside it; empty for a bare box.
    package var label: String

    package init(_ box: Rectangle, _ role: Role, label: String = "") {
      self.box = box
      self.role = role
      self.label = label
    }
  }

  /// One picture, or a part of it.
  package struct Tile: Codable, Hashable, Sendable {
    /// What it shows, in a few words.
    package var title: String
    /// What is wrong, in a sentence.
    package var text: String
    /// The picture's file name.
    package var file: String
    /// The part of the picture that is shown, in its pixels.
    package var part: Rectangle
    /// The pixels of that part; `nil` where there are none.
    package var picture: EmbeddedPicture?
    /// Why there are none; empty where there was no picture to look for.
    package var fault: String
    /// The first is the most important.
    package var marks: [Mark]

    package init(
      title: String,
      text: String,
      file: String,
      part: Rectangle,
      picture: EmbeddedPicture?,
      fault: String = "",
      marks: [Mark]
    ) {
      self.title = title
      self.text = text
      self.file = file
      self.part = part
      self.picture = picture
      self.fault = fault
      self.marks = marks
    }
  }

  package var heading: String
  /// How the tiles were chosen, in a sentence or two.
  package var note: String
  /// Whether the tiles show whole pictures, which get more room.
  package var isWhole: Bool
  package var tiles: [Tile]
  /// What roles are called where it is not what they are called elsewhere.
  package var roleNames: [Role: String] = [:]

  package init(heading: String, note: String, isWhole: Bool, tiles: [Tile]) {
    self.heading = heading
    self.note = note
    self.isWhole = isWhole
    self.tiles = tiles
  }
}

extension PictureGallery {
  /// The part of a picture to show of a box: the box in its surroundings, three units high to four wide.
  ///
  /// The box takes half of the width or height, or less where it is small: no part is narrower than
  /// 160 pixels, but for narrower pictures.
  /// - Parameters:
  ///   - box: In the picture's pixels; any numbers.
  ///   - width: Of the picture; 0 where it is not known.
  ///   - height: Of the picture; 0 where it is not known.
  /// - Returns: A part of the picture with an area; of an unknown size, one around the box.
  package static func part(around box: Rectangle, width: Int, height: Int) -> Rectangle {
    let numbers = [box.x, box.y, box.width, box.height]
    guard numbers.allSatisfy({ $0.isFinite && abs($0) < 1e7 }) else {
      return Rectangle(x: 0, y: 0, width: Double(max(width, 4)), height: Double(max(height, 3)))
    }
    let wanted = max(abs(box.width) * 2, abs(box.height) * 2 * 4 / 3, 160)
    let wide = width > 0 ? min(wanted, Double(width)) : wanted
    let high = height > 0 ? min(wanted * 3 / 4, Double(height)) : wanted * 3 / 4
    func start(_ middle: Double, _ length: Double, _ limit: Int) -> Double {
      let start = (middle - length / 2).rounded(.down)
      return limit > 0 ? min(max(start, 0), Double(limit) - length) : start
    }
    return Rectangle(
      x: start(box.x + box.width / 2, wide, width),
      y: start(box.y + box.height / 2, high, height),
      width: wide,
      height: high
    )
  }
}
