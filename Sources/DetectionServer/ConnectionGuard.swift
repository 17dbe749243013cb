import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// What the framework leaves to the connection: clients that go away, that send on and on, that are told to close.
///
/// It lives on the connection's event loop.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  /// How long a connection that will be closed is listened to, so that the client can read its answer: closing with
  /// bytes unread would take it away.
  private static let lingering = TimeAmount.seconds(2)
  /// How long a request that is on its way when the server stops may take to arrive on an idle connection.
  private static let farewell = TimeAmount.milliseconds(250)

  private let registry: ConnectionRegistry
  private let bodyLimit: Int
  private let presence = ClientPresence()
  /// Requests that are not answered in full.
  private var pending = 0
  /// Requests that were read in full.
  private var requestsRead = 0
  private var isReading = false
  private var isDraining = false
  private var announcesClose = false
  private var isClosing = false

  /// - Parameters:
  ///   - registry: Where the connection is found.
  ///   - bodyLimit: Greatest body that a client is told to go on with.
  init(registry: ConnectionRegistry, bodyLimit: Int) {
    self.registry = registry
    self.bodyLimit = bodyLimit
  }

  func handlerAdded(context: ChannelHandlerContext) {
    registry.set(presence, on: context.channel)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    registry.set(nil, on: context.channel)
    presence.leave()
  }

  func channelInactive(context: ChannelHandlerContext) {
    registry.set(nil, on: context.channel)
    presence.leave()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      isReading = true
      if !isClosing { pending += 1 }
      invite(head, context)
    case .body: break
    case .end:
      isReading = false
      requestsRead += 1
    }
    // What follows an answer that said `close` is nobody's.
    if !isClosing { context.fireChannelRead(data) }
  }

  /// Tells a client that asks first, as curl does, to send its body.
  private func invite(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
    guard pending == 1, !isClosing, head.headerFields[.expect]?.lowercased() == "100-continue",
      head.headerFields[.contentLength].flatMap({ Int($0) }) ?? 0 <= bodyLimit
    else { return }
    context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if head.status.kind == .informational {
        context.write(data, promise: promise)
        return
      }
      let isFrameworks = head.status == .badRequest && head.headerFields[.requestID] == nil
      if isFrameworks || isDraining { head.headerFields[.connection] = "close" }
      announcesClose = head.headerFields[.connection]?.lowercased() == "close"
      if isFrameworks {
        writeMalformed(head, context, promise)
      } else {
        context.write(wrapOutboundOut(.head(head)), promise: promise)
      }
    case .body: context.write(data, promise: promise)
    case .end:
      pending = max(0, pending - 1)
      let written = promise ?? context.eventLoop.makePromise()
      let channel = context.channel
      if announcesClose {
        isClosing = true
        written.futureResult.whenComplete { _ in
          channel.close(mode: .output, promise: nil)
          channel.eventLoop.scheduleTask(in: Self.lingering) { channel.close(promise: nil) }
        }
      } else if isReading {
        closeUnlessRead(context)
      }
      context.write(data, promise: written)
    }
  }

  /// An answer to what is no request comes from the framework, without a body.
  private func writeMalformed(
    _ head: HTTPResponse,
    _ context: ChannelHandlerContext,
    _ promise: EventLoopPromise<Void>?
  ) {
    let error = ServerError(
      .malformedRequest,
      "found what is no HTTP/1.1 request, or headers beyond 16 KiB; expected a request line, headers and a "
        + "body as RFC 9112 has them; check the client"
    )
    let body = error.json.bytes
    var head = head
    head.headerFields[.contentLength] = "\(body.count)"
    head.headerFields[.contentType] = "application/json"
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(
      wrapOutboundOut(.body(context.channel.allocator.buffer(bytes: body))),
      promise: promise
    )
  }

  /// An answer that came before its request was read in full leaves the rest a moment to arrive.
  private func closeUnlessRead(_ context: ChannelHandlerContext) {
    let (read, bound) = (requestsRead, NIOLoopBound(self, eventLoop: context.eventLoop))
    let channel = context.channel
    context.eventLoop.scheduleTask(in: Self.lingering) {
      if bound.value.requestsRead == read { channel.close(promise: nil) }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent {
      isDraining = true
      if pending > 0 { return }
      let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
      let channel = context.channel
      context.eventLoop.scheduleTask(in: Self.farewell) {
        if bound.value.pending == 0 { channel.close(promise: nil) }
      }
      return
    }
    if case .some(.inputClosed) = event as? ChannelEvent {
      presence.leave()
      if isClosing { context.close(promise: nil) }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // A head that parses and is no request all the same, such as one with an impossible method.
    let isForeign = !(error is HTTPParserError || error is IOError || error is ChannelError)
    context.fireErrorCaught(isForeign ? HTTPParserError.unknown : error)
  }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}

extension HTTPField.Name {
  /// What an answer and the line in the log have in common.
  static let requestID = xRequestID

  private static let xRequestID: HTTPField.Name = HTTPField.Name("X-Request-Id") ?? .eTag
}
