import BoxGeometry
import DetectionModels
import HTTPTypes

/// An answer before it is written.
struct ServerAnswer: Sendable {
  var status = 200
  var contentType = "application/json"
  var body: [UInt8] = []
  var headers: [(name: HTTPField.Name, value: String)] = []
  var closesConnection = false
  /// What the log and the figures tell beside the status.
  var findings: [PictureFindings] = []
  var receivedBytes = 0

  /// An answer that is done.
  ///
  /// - Parameter json: Its body.
  init(_ json: JSONText) { body = json.bytes }

  /// A text.
  ///
  /// - Parameters:
  ///   - text: Its body.
  ///   - contentType: Its type.
  init(_ text: String, contentType: String) {
    body = Array(text.utf8)
    self.contentType = contentType
  }

  /// An error.
  ///
  /// - Parameter error: The error.
  init(_ error: ServerError) {
    self.init(error.json)
    status = error.code.status
    closesConnection = error.closesConnection
    if let seconds = error.retryAfter { headers.append((.retryAfter, "\(seconds)")) }
    if error.code == .unauthorized { headers.append((.wwwAuthenticate, "Bearer realm=\"focal\"")) }
  }

  /// The answer to a detection request.
  ///
  /// - Parameters:
  ///   - findings: One a picture.
  ///   - job: The request.
  ///   - total: Since the request's first line.
  init(_ findings: [PictureFindings], of job: DetectionJob, total: Duration) {
    let configuration = job.model.configuration
    var text = JSONText()
    text.raw("{\"model\":")
    text.string(job.model.name)
    text.raw(",\"images\":")
    text.list(Array(zip(job.pictures, findings))) { text, entry in
      let (picture, found) = entry
      text.raw("{\"file_name\":")
      text.string(picture.fileName)
      text.raw(",\"width\":")
      text.number(found.width)
      text.raw(",\"height\":")
      text.number(found.height)
      text.raw(",\"detections\":")
      text.list(found.boxes) { text, scored in
        text.raw("{\"category_id\":")
        text.number(configuration.categoryIDs[scored.label])
        text.raw(",\"category\":")
        text.string(configuration.categories[scored.label])
        text.raw(",\"bbox\":")
        let box = scored.box
        text.list([box.x1, box.y1, box.width, box.height]) { $0.number($1) }
        text.raw(",\"score\":")
        text.number(scored.score)
        text.raw("}")
      }
      text.raw("}")
    }
    text.raw(",\"timing\":{\"queue_ms\":")
    text.milliseconds(findings.map(\.queued).max() ?? .zero)
    text.raw(",\"decode_ms\":")
    text.milliseconds(findings.map(\.decoding).max() ?? .zero)
    text.raw(",\"inference_ms\":")
    text.milliseconds(findings.map(\.inference).max() ?? .zero)
    text.raw(",\"total_ms\":")
    text.milliseconds(total)
    text.raw(",\"batch\":")
    text.number(findings.map(\.batch).max() ?? 0)
    text.raw("}}")
    self.init(text)
    self.findings = findings
  }

  /// The head of the answer.
  ///
  /// - Parameters:
  ///   - id: The request's.
  ///   - allowedOrigin: Whose pages may read it.
  /// - Returns: Status and headers.
  func head(id: String, allowedOrigin: String?) -> HTTPResponse {
    var fields = HTTPFields()
    fields[.contentType] = contentType
    fields[.contentLength] = "\(body.count)"
    fields[.date] = HTTPDate.now
    fields[.requestID] = id
    fields[.cacheControl] = "no-store"
    fields[.xContentTypeOptions] = "nosniff"
    fields[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
    if closesConnection { fields[.connection] = "close" }
    if let allowedOrigin {
      fields[.accessControlAllowOrigin] = allowedOrigin
      if allowedOrigin != "*" { fields[.vary] = "Origin" }
    }
    for (name, value) in headers { fields[name] = value }
    if status == 204 || status == 304 {
      fields[.contentType] = nil
      fields[.contentLength] = nil
    }
    return HTTPResponse(status: HTTPResponse.Status(code: status), headerFields: fields)
  }
}
