/// An answer that is an error: a status, a code for programs and a line for people.
package struct ServerError: Error, Hashable, Sendable {
  /// What went wrong, for programs; each has its status.
  package enum Code: String, Hashable, Sendable, CaseIterable {
    case malformedRequest = "request.malformed"
    case invalidQuery = "query.invalid"
    case emptyBody = "body.empty"
    case incompleteBody = "body.incomplete"
    case malformedForm = "multipart.malformed"
    case undecodableImage = "image.undecodable"
    case unauthorized = "token.invalid"
    case unknownRoute = "route.unknown"
    case wrongMethod = "method.not_allowed"
    case slowBody = "body.timeout"
    case lengthRequired = "length.required"
    case bodyTooLarge = "body.too_large"
    case unsupportedMedia = "media.unsupported"
    case imageTooLarge = "image.too_large"
    case tooManyImages = "images.too_many"
    case inferenceFailed = "inference.failed"
    case queueFull = "queue.full"
    case outOfMemory = "memory.exhausted"
    case notReady = "server.not_ready"

    /// The HTTP status.
    package var status: Int {
      switch self {
      case .malformedRequest, .invalidQuery, .emptyBody, .incompleteBody, .malformedForm,
        .undecodableImage:
        400
      case .unauthorized: 401
      case .unknownRoute: 404
      case .wrongMethod: 405
      case .slowBody: 408
      case .lengthRequired: 411
      case .bodyTooLarge: 413
      case .unsupportedMedia: 415
      case .imageTooLarge, .tooManyImages: 422
      case .inferenceFailed: 500
      case .queueFull, .outOfMemory, .notReady: 503
      }
    }
  }

  package let code: Code
  /// What was found, what was expected and what to do, in one line.
  package let message: String
  /// When to try again, in seconds.
  package var retryAfter: Int?
  /// Whether the connection is of no use afterwards, as what follows on it is not the next request.
  package var closesConnection: Bool

  /// An error.
  ///
  /// - Parameters:
  ///   - code: What went wrong.
  ///   - message: One line.
  ///   - retryAfter: When to try again, in seconds.
  ///   - closesConnection: Whether the connection is of no use afterwards.
  package init(
    _ code: Code,
    _ message: String,
    retryAfter: Int? = nil,
    closesConnection: Bool = false
  ) {
    self.code = code
    self.message = message
    self.retryAfter = retryAfter
    self.closesConnection = closesConnection
  }

  /// The body of the answer.
  package var json: JSONText {
    var text = JSONText()
    text.raw("{\"error\":{\"code\":")
    text.string(code.rawValue)
    text.raw(",\"message\":")
    text.string(message)
    text.raw("}}")
    return text
  }

  /// A piece of a request as a message may show it: short, and nothing that commands a terminal.
  ///
  /// - Parameter text: The piece.
  /// - Returns: 60 characters of it at most.
  static func shown(_ text: some StringProtocol) -> String {
    var shown = String.UnicodeScalarView()
    for scalar in text.unicodeScalars.prefix(60) {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x202A...0x202E, 0x2066...0x2069: shown.append("\u{FFFD}")
      default: shown.append(scalar)
      }
    }
    if text.unicodeScalars.count > 60 { shown.append("…") }
    return String(shown)
  }
}

extension ServerError {
  /// What a library writes over several lines, as one.
  ///
  /// - Parameter text: Any text.
  /// - Returns: Its lines with spaces between them.
  static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
