import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Answers requests: routes, tokens, limits, one line in the log each.
struct RequestHandler: Sendable {
  let configuration: DetectionServerConfiguration
  let service: DetectionService
  let registry: ConnectionRegistry
  let status: ServerStatus
  let logger: Logger
  private let reader: BodyReader

  /// - Parameters:
  ///   - configuration: Token, limits, origin.
  ///   - service: What looks at pictures.
  ///   - registry: Open connections.
  ///   - status: Whether the server stops.
  ///   - logger: Where each request is told.
  init(
    configuration: DetectionServerConfiguration,
    service: DetectionService,
    registry: ConnectionRegistry,
    status: ServerStatus,
    logger: Logger
  ) {
    self.configuration = configuration
    self.service = service
    self.registry = registry
    self.status = status
    self.logger = logger
    reader = BodyReader(
      limits: configuration.limits,
      budget: BufferBudget(limit: configuration.limits.bufferedBytes)
    )
  }

  /// Answers a request and writes the answer.
  ///
  /// - Parameters:
  ///   - request: The request.
  ///   - writer: Where the answer goes.
  ///   - channel: The connection.
  /// - Throws: What the connection throws.
  func respond(
    to request: Request,
    _ writer: consuming ResponseWriter,
    on channel: any Channel
  ) async throws {
    let begin = ContinuousClock.now
    let id = RequestID.id(request.headers[.requestID])
    let route = Self.route(of: request)
    var answer: ServerAnswer
    do throws(ServerError) {
      answer = try await self.answer(
        to: request,
        route,
        since: begin,
        presence: registry.presence(on: channel)
      )
    } catch {
      answer = ServerAnswer(error)
      if error.code == .wrongMethod, let route {
        answer.headers.append((.allow, route.methods.joined(separator: ", ")))
      }
    }
    if request.headers[.connection]?.lowercased() == "close" { answer.closesConnection = true }
    let total = ContinuousClock.now - begin
    service.metrics.count(route?.rawValue ?? "other", status: answer.status)
    if route == .detections, request.method == .post { service.metrics.totalSeconds.observe(total) }
    log(answer, id, request, route, total)
    let head = answer.head(id: id, allowedOrigin: configuration.allowedOrigin)
    if request.method == .head || answer.body.isEmpty {
      try await writer.writeResponse(head)
    } else {
      try await writer.write(
        response: head,
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
      )
    }
  }

  private static func path(of request: Request) -> String {
    let path = request.head.path ?? ""
    return String(path.prefix { $0 != "?" && $0 != "#" })
  }

  private static func route(of request: Request) -> ServerRoute? {
    let path = path(of: request)
    return ServerRoute(rawValue: path)
      ?? (ServerPage.assets.contains { $0.path == path } ? .page : nil)
  }

  private static func query(of request: Request) -> String? {
    guard let path = request.head.path, let mark = path.firstIndex(of: "?") else { return nil }
    return String(path[path.index(after: mark)...].prefix { $0 != "#" })
  }

  private func answer(
    to request: Request,
    _ route: ServerRoute?,
    since begin: ContinuousClock.Instant,
    presence: ClientPresence?
  ) async throws(ServerError) -> ServerAnswer {
    guard let route else {
      throw ServerError(
        .unknownRoute,
        "found the path \(ServerError.shown(Self.path(of: request))), expected one of "
          + ServerRoute.allCases.map(\.rawValue).joined(separator: ", ")
      )
    }
    let method = request.method.rawValue
    if method == "OPTIONS", configuration.allowedOrigin != nil { return Self.preflight(route) }
    guard route.methods.contains(method) else {
      throw ServerError(
        .wrongMethod,
        "\(route.rawValue): found \(ServerError.shown(method)), expected \(route.methods.joined(separator: " or "))"
      )
    }
    if !route.isOpen, let token = configuration.token {
      guard let shown = request.headers[.authorization], token.matches(authorization: shown) else {
        throw ServerError(
          .unauthorized,
          request.headers[.authorization] == nil
            ? "found no token, expected the header Authorization: Bearer TOKEN"
            : "found a token that is not this server's, expected its own as Authorization: Bearer TOKEN"
        )
      }
    }
    switch route {
    case .page: return try Self.page(request)
    case .detections: return try await detections(request, since: begin, presence)
    case .model: return ServerAnswer(service.model.json)
    case .health: return ServerAnswer("ok\n", contentType: "text/plain; charset=utf-8")
    case .readiness:
      if status.isDraining {
        throw ServerError(
          .notReady,
          "the server stops; send requests to another one",
          retryAfter: 5
        )
      }
      return ServerAnswer("ready\n", contentType: "text/plain; charset=utf-8")
    case .metrics:
      let text = MetricsText(
        service,
        connections: registry.count,
        isDraining: status.isDraining,
        start: status.start
      )
      return ServerAnswer(text.text, contentType: MetricsText.contentType)
    case .document:
      return ServerAnswer(APIDocument.json(for: configuration), contentType: "application/json")
    }
  }

  private static func preflight(_ route: ServerRoute) -> ServerAnswer {
    var answer = ServerAnswer(JSONText())
    answer.status = 204
    answer.headers = [
      (.accessControlAllowMethods, route.methods.joined(separator: ", ")),
      (.accessControlAllowHeaders, "Authorization, Content-Type, X-Request-Id"),
      (.accessControlMaxAge, "600"),
    ]
    return answer
  }

  /// A file of the page, or that the browser has it already.
  private static func page(_ request: Request) throws(ServerError) -> ServerAnswer {
    let path = path(of: request)
    guard let asset = ServerPage.assets.first(where: { $0.path == path }) else {
      throw ServerError(
        .unknownRoute,
        "found the path \(ServerError.shown(path)), which is none of the page's"
      )
    }
    var answer = ServerAnswer(asset.body, contentType: asset.contentType)
    answer.headers = [(.eTag, asset.entityTag), (.cacheControl, "no-cache")]
    for header in ServerPage.securityHeaders {
      if let name = HTTPField.Name(header.name) { answer.headers.append((name, header.value)) }
    }
    let known = request.headers[.ifNoneMatch]?.split(separator: ",").map { tag in
      let tag = tag.trimmingCharacters(in: .whitespaces)
      return tag.hasPrefix("W/") ? String(tag.dropFirst(2)) : tag
    }
    if let known, known.contains(asset.entityTag) || known == ["*"] {
      answer.status = 304
      answer.body = []
    }
    return answer
  }
}

// MARK: - Detections

extension RequestHandler {
  private func detections(
    _ request: Request,
    since begin: ContinuousClock.Instant,
    _ presence: ClientPresence?
  ) async throws(ServerError) -> ServerAnswer {
    let model = service.model
    let query = try DetectionQuery(Self.query(of: request), for: model)
    let contentType = request.headers[.contentType]
    let form = try Self.form(contentType)
    let promised = try reader.check(request.headers)
    // A full queue is told before the body is read; a client that asks first then need not send it.
    try service.checkRoom()
    let bytes = try await reader.bytes(of: request.body, promised: promised)
    defer { reader.budget.giveBack(bytes.count) }
    let pictures =
      try form?.pictures(in: bytes, limit: configuration.limits.picturesPerRequest)
      ?? [ReceivedPicture(fileName: nil, bytes: bytes)]
    let job = DetectionJob(pictures, query: query, model: model)
    try service.submit(job)
    presence?.whenGone { [service] in service.abandon(job) }
    let outcome = await job.outcome()
    presence?.forget()
    switch outcome {
    case .done(let findings):
      var answer = ServerAnswer(findings, of: job, total: ContinuousClock.now - begin)
      answer.receivedBytes = bytes.count
      return answer
    case .failed(let error): throw error
    case .abandoned:
      service.metrics.abandoned.add()
      throw ServerError(
        .incompleteBody,
        "the client closed its side of the connection, expected it to stay open until the answer",
        closesConnection: true
      )
    }
  }

  /// How the body holds its pictures: `nil`: it is one.
  private static func form(_ contentType: String?) throws(ServerError) -> MultipartForm? {
    guard let contentType else { return nil }
    let kind = contentType.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
    if kind == "multipart/form-data" { return try MultipartForm(contentType: contentType) }
    if kind.hasPrefix("image/") || kind == "application/octet-stream" { return nil }
    throw ServerError(
      .unsupportedMedia,
      "Content-Type: found \(ServerError.shown(kind)), expected image/jpeg, image/png, image/webp, "
        + "application/octet-stream or multipart/form-data; with curl, add -H 'Content-Type: image/jpeg'"
    )
  }
}

// MARK: - The log

extension RequestHandler {
  private func log(
    _ answer: ServerAnswer,
    _ id: String,
    _ request: Request,
    _ route: ServerRoute?,
    _ total: Duration
  ) {
    var metadata: Logger.Metadata = [
      "id": "\(id)", "method": "\(ServerError.shown(request.method.rawValue))",
      "route": "\(route?.rawValue ?? ServerError.shown(Self.path(of: request)))",
      "status": "\(answer.status)", "ms": "\(Self.milliseconds(total))",
    ]
    if answer.receivedBytes > 0 { metadata["bytes"] = "\(answer.receivedBytes)" }
    if !answer.findings.isEmpty {
      metadata["pictures"] = "\(answer.findings.count)"
      metadata["queue_ms"] = "\(Self.milliseconds(answer.findings.map(\.queued).max() ?? .zero))"
      metadata["batch"] = "\(answer.findings.map(\.batch).max() ?? 0)"
    }
    logger.info("request", metadata: metadata)
  }

  private static func milliseconds(_ duration: Duration) -> String {
    let tenths = Int((duration / .milliseconds(1) * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }
}
