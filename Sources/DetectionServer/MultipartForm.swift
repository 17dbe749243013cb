import Foundation

/// A picture as a client sent it.
struct ReceivedPicture: Hashable, Sendable {
  /// The client's name for it, if it gave one.
  var fileName: String?
  /// The encoded picture.
  var bytes: [UInt8]
}

/// A body of the type `multipart/form-data`, read strictly: what is not exactly a form of pictures is refused.
///
/// RFC 7578 and RFC 2046, section 5.1, without preamble, nesting and transfer encodings, which no client sends.
struct MultipartForm {
  /// Longest head of a part, in bytes.
  static let longestHead = 8192

  private let boundary: [UInt8]

  /// Reads the boundary.
  ///
  /// - Parameter contentType: The header's value, a `multipart/form-data`.
  /// - Throws: ``ServerError`` if it names no boundary, or one that cannot be.
  init(contentType: String) throws(ServerError) {
    let parameters = contentType.split(separator: ";").dropFirst()
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard let parameter = parameters.first(where: { $0.lowercased().hasPrefix("boundary=") }) else {
      throw Self.fault("Content-Type", "no boundary", "multipart/form-data; boundary=…")
    }
    var value = Substring(parameter.dropFirst("boundary=".count))
    if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
      value = value.dropFirst().dropLast()
    }
    let bytes = Array(value.utf8)
    guard (1...70).contains(bytes.count), bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      throw Self.fault(
        "Content-Type",
        "the boundary \(ServerError.shown(value))",
        "1 to 70 visible characters"
      )
    }
    boundary = bytes
  }

  /// The pictures in a body.
  ///
  /// - Parameters:
  ///   - body: The body.
  ///   - limit: Most pictures.
  /// - Returns: At least one, in order.
  /// - Throws: ``ServerError`` naming the part and what is wrong with it.
  func pictures(in body: [UInt8], limit: Int) throws(ServerError) -> [ReceivedPicture] {
    let delimiter = Array("--".utf8) + boundary
    let separator = Array("\r\n".utf8) + delimiter
    guard body.starts(with: delimiter) else {
      throw Self.fault("the body", "another start", "it to begin with the boundary")
    }
    var position = delimiter.count
    var pictures: [ReceivedPicture] = []
    while true {
      let place = "part \(pictures.count + 1)"
      if Self.matches(body, "--", at: position) {
        position += 2
        let isEnd =
          position == body.count
          || (body.count == position + 2 && Self.matches(body, "\r\n", at: position))
        if !isEnd { throw Self.fault("the body", "bytes after the last boundary", "its end") }
        break
      }
      guard Self.matches(body, "\r\n", at: position) else {
        throw Self.fault(
          place,
          "no line end after the boundary",
          "CR LF, or -- after the last part"
        )
      }
      position += 2
      if pictures.count == limit {
        throw ServerError(
          .tooManyImages,
          "the body: found more than \(limit) parts, expected \(limit) pictures at most; send the rest in another request"
        )
      }
      let fileName = try head(of: body, from: &position, place)
      guard let end = Self.find(separator, in: body, from: position) else {
        throw Self.fault(place, "no boundary after it", "the body to end with --boundary--")
      }
      pictures.append(ReceivedPicture(fileName: fileName, bytes: Array(body[position..<end])))
      position = end + separator.count
    }
    if pictures.isEmpty {
      throw Self.fault("the body", "no part", "at least one part named image")
    }
    return pictures
  }

  /// Reads the lines before a part's content.
  private func head(
    of body: [UInt8],
    from position: inout Int,
    _ place: String
  ) throws(ServerError) -> String? {
    // The empty line may follow at once; the line end before it is then the boundary's.
    let start = position - 2
    let window = min(body.count, position + Self.longestHead)
    guard let end = Self.find(Array("\r\n\r\n".utf8), in: body, from: start, to: window) else {
      throw Self.fault(
        place,
        "no empty line in its first \(Self.longestHead) bytes",
        "its headers to end with one"
      )
    }
    position = end + 4
    var disposition: String?
    for line in String(decoding: body[min(start + 2, end)..<end], as: UTF8.self).split(
      separator: "\r\n"
    ) {
      guard let colon = line.firstIndex(of: ":") else {
        throw Self.fault(
          place,
          "the line \(ServerError.shown(line))",
          "headers such as Content-Disposition: form-data"
        )
      }
      if line[..<colon].lowercased() == "content-disposition" {
        disposition = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
      }
    }
    guard let disposition, disposition.lowercased().hasPrefix("form-data") else {
      throw Self.fault(
        place,
        disposition.map { "Content-Disposition: \(ServerError.shown($0))" }
          ?? "no Content-Disposition",
        "Content-Disposition: form-data; name=\"image\""
      )
    }
    let parameters = Self.parameters(of: disposition)
    guard parameters["name"] == "image" else {
      throw Self.fault(
        place,
        parameters["name"].map { "the name \(ServerError.shown($0))" } ?? "no name",
        "name=\"image\"; thresholds and the like go into the query"
      )
    }
    return parameters["filename"].flatMap { $0.isEmpty ? nil : String($0.prefix(255)) }
  }

  /// The parameters behind `form-data`: tokens, or strings in quotes with backslashes before quotes.
  static func parameters(of disposition: String) -> [String: String] {
    var found: [String: String] = [:]
    var rest = Substring(disposition)
    while let semicolon = rest.firstIndex(of: ";") {
      rest = rest[rest.index(after: semicolon)...].drop { $0 == " " || $0 == "\t" }
      guard let equals = rest.firstIndex(of: "=") else { break }
      let name = rest[..<equals].lowercased()
      rest = rest[rest.index(after: equals)...]
      var value = ""
      if rest.first == "\"" {
        rest = rest.dropFirst()
        while let character = rest.popFirst(), character != "\"" {
          if character == "\\", let next = rest.first, next == "\"" || next == "\\" {
            value.append(next)
            rest = rest.dropFirst()
          } else {
            value.append(character)
          }
        }
      } else {
        value = rest.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces)
      }
      if found[name] == nil { found[name] = value }
    }
    return found
  }

  private static func matches(_ body: [UInt8], _ text: String, at position: Int) -> Bool {
    body.count >= position + text.utf8.count && body[position...].starts(with: text.utf8)
  }

  /// The first place of a sequence that begins with CR.
  private static func find(
    _ needle: [UInt8],
    in body: [UInt8],
    from start: Int,
    to limit: Int? = nil
  ) -> Int? {
    body.withUnsafeBytes { body in
      needle.withUnsafeBytes { needle in
        guard let base = body.baseAddress, let sought = needle.baseAddress else { return nil }
        let last = min(limit ?? body.count, body.count) - needle.count
        var position = start
        while position <= last {
          guard let hit = memchr(base + position, 13, last - position + 1) else { return nil }
          position = UnsafeRawPointer(hit) - base
          if memcmp(base + position, sought, needle.count) == 0 { return position }
          position += 1
        }
        return nil
      }
    }
  }

  private static func fault(_ place: String, _ found: String, _ expected: String) -> ServerError {
    ServerError(.malformedForm, "\(place): found \(found), expected \(expected)")
  }
}
