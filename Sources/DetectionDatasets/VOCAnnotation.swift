/// One Pascal VOC annotation file, as written: corners in pixels, edges, no "- 1".
struct VOCAnnotation: Hashable, Sendable {
  /// The picture's name inside the file; the name of the XML file counts before it.
  var fileName: String?
  /// Whether there is a `<size>`, of whatever numbers.
  var statesSize = false
  /// The picture's width as stated, if it is a positive number.
  var width: Int?
  /// The picture's height as stated, if it is a positive number.
  var height: Int?
  /// The objects in their order in the file.
  var objects: [VOCObject] = []
}

/// One `<object>` of a Pascal VOC annotation; its `<part>` elements are not objects.
struct VOCObject: Hashable, Sendable {
  /// The class.
  var name: String
  /// Left edge.
  var xMin: Double
  /// Upper edge.
  var yMin: Double
  /// Right edge.
  var xMax: Double
  /// Lower edge.
  var yMax: Double
  /// Marked as hard to recognise: trained on, and in evaluation neither asked for nor punished.
  var isDifficult: Bool
}

/// What bounds the reading of one Pascal VOC file.
struct VOCLimits: Hashable, Sendable {
  /// Largest file read, in bytes; 30 objects take some 10 kB.
  var maximumBytes = 16 << 20
  /// Deepest nesting followed; the format needs five levels.
  var maximumDepth = 32
}
