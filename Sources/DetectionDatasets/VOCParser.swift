import FileErrors
import Foundation

#if canImport(FoundationXML)
  import FoundationXML
#endif

extension VOCAnnotation {
  /// Reads a Pascal VOC annotation.
  ///
  /// Nothing outside the file is read: a DOCTYPE is refused, so there are no entities but XML's own.
  /// - Parameters:
  ///   - url: The file.
  ///   - limits: What bounds the reading.
  /// - Throws: ``DatasetError`` naming the file and the element at fault.
  init(contentsOf url: URL, limits: VOCLimits = VOCLimits()) throws(DatasetError) {
    let bytes: Data
    do {
      let handle = try FileHandle(forReadingFrom: url)
      defer { try? handle.close() }
      bytes = try handle.read(upToCount: limits.maximumBytes + 1) ?? Data()
    } catch {
      throw DatasetError(
        .unreadable,
        file: url.path,
        message: "cannot be read: \(FileReason(error))"
      )
    }
    try self.init(parsing: bytes, file: url.path, limits: limits)
  }

  /// Reads a Pascal VOC annotation from memory.
  /// - Parameters:
  ///   - bytes: The XML.
  ///   - file: Its name, for messages.
  ///   - limits: What bounds the reading.
  /// - Throws: ``DatasetError`` naming the file and the element at fault.
  init(parsing bytes: Data, file: String, limits: VOCLimits = VOCLimits()) throws(DatasetError) {
    guard bytes.count <= limits.maximumBytes else {
      throw DatasetError(
        .malformed,
        file: file,
        message: "is larger than \(limits.maximumBytes) bytes; a VOC annotation is a few kilobytes"
      )
    }
    let parser = XMLParser(data: try VOCText.decode(bytes, file: file))
    parser.shouldResolveExternalEntities = false
    parser.shouldProcessNamespaces = false
    let reader = VOCReader(limits: limits)
    parser.delegate = reader
    let isWellFormed = parser.parse()
    if let fault = reader.fault {
      throw DatasetError(.malformed, file: file, place: fault.place, message: fault.message)
    }
    guard isWellFormed, reader.isComplete else {
      throw DatasetError(
        .malformed,
        file: file,
        place: "line \(max(parser.lineNumber, 1))",
        message: "is not well-formed XML (cut off, or tags that do not match); write it anew"
      )
    }
    self = reader.annotation
  }
}

/// Collects the elements we know by their path; all others, `<part>` too, are passed over.
private final class VOCReader: NSObject, XMLParserDelegate {
  private let limits: VOCLimits
  private(set) var annotation = VOCAnnotation()
  private(set) var fault: (place: String, message: String)?
  private(set) var isComplete = false
  private var path: [String] = []
  private var text = ""
  private var object: [String: String] = [:]

  init(limits: VOCLimits) {
    self.limits = limits
  }

  func parser(
    _ parser: XMLParser,
    didStartElement elementName: String,
    namespaceURI: String?,
    qualifiedName qName: String?,
    attributes attributeDict: [String: String] = [:]
  ) {
    guard fault == nil else { return }
    path.append(elementName)
    text = ""
    if path.count > limits.maximumDepth {
      fail(parser, "line \(parser.lineNumber)", "elements are nested deeper than expected")
    } else if path.count == 1, elementName != "annotation" {
      let name = quoted(elementName, limit: 40)
      fail(parser, "", "the root element is \(name); expected \"annotation\"")
    } else if path == ["annotation", "object"] {
      object = [:]
    }
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    if fault == nil { text += string }
  }

  func parser(_ parser: XMLParser, foundCDATA CDATABlock: Data) {
    if fault == nil { text += String(decoding: CDATABlock, as: UTF8.self) }
  }

  func parser(
    _ parser: XMLParser,
    didEndElement elementName: String,
    namespaceURI: String?,
    qualifiedName qName: String?
  ) {
    guard fault == nil, !path.isEmpty else { return }
    let value = text.trimmingCharacters(in: .whitespacesAndNewlines)
    switch path.dropFirst().joined(separator: "/") {
    case "": isComplete = true
    case "filename": annotation.fileName = value
    case "size": annotation.statesSize = true
    // A size is a statement about the picture, which is asked itself: what cannot be read is absent.
    case "size/width": annotation.width = Int(value).flatMap { $0 > 0 ? $0 : nil }
    case "size/height": annotation.height = Int(value).flatMap { $0 > 0 ? $0 : nil }
    case "object": finishObject(parser)
    case "object/name", "object/difficult", "object/bndbox", "object/bndbox/xmin",
      "object/bndbox/ymin", "object/bndbox/xmax", "object/bndbox/ymax":
      let key = path.dropFirst(2).joined(separator: ".")
      if object.updateValue(value, forKey: key) != nil {
        fail(parser, place(key), "stands twice in one object; expected once")
      }
    default: break
    }
    text = ""
    path.removeLast()
  }

  private func finishObject(_ parser: XMLParser) {
    guard let name = object["name"], !name.isEmpty else {
      let found = object["name"] == nil ? "is missing" : "is empty"
      return fail(parser, place("name"), "\(found); expected the object's class")
    }
    guard object["bndbox"] != nil else {
      return fail(parser, place("bndbox"), "is missing; expected xmin, ymin, xmax and ymax")
    }
    var corners: [Double] = []
    for corner in ["xmin", "ymin", "xmax", "ymax"] {
      guard let written = object["bndbox.\(corner)"] else {
        return fail(parser, place("bndbox.\(corner)"), "is missing; expected a number of pixels")
      }
      guard let number = Self.number(written) else {
        return fail(
          parser,
          place("bndbox.\(corner)"),
          "is \(quoted(written)); expected a finite number of pixels"
        )
      }
      corners.append(number)
    }
    annotation.objects.append(
      VOCObject(
        name: name,
        xMin: corners[0],
        yMin: corners[1],
        xMax: corners[2],
        yMax: corners[3],
        isDifficult: ["1", "true"].contains(object["difficult"]?.lowercased())
      )
    )
  }

  /// A decimal number; `Double` alone would also take `nan`, `inf` and hexadecimal.
  private static func number(_ text: String) -> Double? {
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }), let value = Double(text),
      value.isFinite
    else { return nil }
    return value
  }

  private func place(_ element: String) -> String {
    "object[\(annotation.objects.count)].\(element)"
  }

  private func fail(_ parser: XMLParser, _ place: String, _ message: String) {
    fault = fault ?? (place, message)
    parser.abortParsing()
  }
}
