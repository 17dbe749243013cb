import Foundation
import Testing

@testable import DetectionServer

@Suite struct HTTPDetectionServerTests {
  private typealias Reply = LoopbackClient.Reply

  @Test func `a picture comes back as its detections`() async throws {
    let server = try await TestServer()
    let png = try TestPicture.png(48, 32)
    let reply = try await server.client {
      try $0.ask(
        "POST",
        "/v1/detections?threshold=0.2",
        headers: ["Content-Type: image/png", "X-Request-Id: mine-1"],
        body: png
      )
    }
    #expect(reply.status == 200)
    #expect(reply.headers["content-type"] == "application/json")
    #expect(reply.headers["x-request-id"] == "mine-1")
    #expect(reply.headers["x-content-type-options"] == "nosniff")
    #expect(reply.headers["cache-control"] == "no-store")
    #expect(reply.headers["access-control-allow-origin"] == nil)
    let start =
      #"{"model":"pets","images":[{"file_name":null,"width":48,"height":32,"detections":["#
    let cat = #"{"category_id":1,"category":"cat","bbox":[0.0,0.0,8.5,4.0],"score":0.75}"#
    let dog = #"{"category_id":7,"category":"dog","bbox":[1.0,2.0,2.0,2.0],"score":0.5}"#
    #expect(reply.text.hasPrefix("\(start)\(cat),\(dog)]}],\"timing\":{"), "\(reply.text)")
    let timing = try #require(try reply.json()["timing"] as? [String: Any])
    #expect(Set(timing.keys) == ["queue_ms", "decode_ms", "inference_ms", "total_ms", "batch"])
    #expect(timing["batch"] as? Int == 1)
    try await server.stop()
    let line = try #require(server.lines.all.first { $0.contains("id=mine-1") })
    #expect(line.contains("route=/v1/detections status=200") && line.contains("bytes=\(png.count)"))
  }

  @Test func `a form of pictures comes back in its order`() async throws {
    let server = try await TestServer()
    var body: [UInt8] = []
    for (name, size) in [("a.png", 32), ("b.png", 40)] {
      body += Array(
        "--XX\r\nContent-Disposition: form-data; name=\"image\"; filename=\"\(name)\"\r\n\r\n".utf8
      )
      body += try TestPicture.png(size, 32) + Array("\r\n".utf8)
    }
    let whole = body + Array("--XX--\r\n".utf8)
    let reply = try await server.client {
      try $0.ask(
        "POST",
        "/v1/detections?classes=dog",
        headers: ["Content-Type: multipart/form-data; boundary=XX"],
        body: whole
      )
    }
    let images = try #require(try reply.json()["images"] as? [[String: Any]])
    #expect(images.map { $0["file_name"] as? String } == ["a.png", "b.png"])
    #expect(images.map { $0["width"] as? Int } == [32, 40])
    #expect(images.allSatisfy { ($0["detections"] as? [Any])?.count == 1 })
    try await server.stop()
  }

  @Test func `one connection serves many requests, in chunks too, and HEAD has no body`()
    async throws
  {
    let server = try await TestServer()
    let png = try TestPicture.png()
    try await server.client { (client: LoopbackClient) throws -> Void in
      #expect(try client.ask("GET", "/healthz").text == "ok\n")
      #expect(try client.ask("GET", "/readyz").text == "ready\n")
      let head = try client.ask("HEAD", "/v1/model")
      #expect(
        head.status == 200 && head.body.isEmpty
          && Int(head.headers["content-length"] ?? "") ?? 0 > 10
      )
      client.send("POST /v1/detections HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      for byte in png.chunked(into: 7) {
        client.send("\(String(byte.count, radix: 16))\r\n")
        client.send(byte + Array("\r\n".utf8))
      }
      client.send("0\r\n\r\n")
      #expect(try client.reply().status == 200)
      let model = try client.ask("GET", "/v1/model").json()
      #expect(model["name"] as? String == "pets")
      #expect((model["categories"] as? [[String: Any]])?.map { $0["id"] as? Int } == [1, 7])
      #expect((model["detection"] as? [String: Any])?["detectionsPerImage"] as? Int == 100)
    }
    try await server.stop()
  }

  struct Refusal: Sendable, CustomTestStringConvertible {
    var method = "POST"
    var target = "/v1/detections"
    var headers: [String] = []
    var body: [UInt8]? = Array("x".utf8)
    let status: Int
    let code: ServerError.Code
    var testDescription: String { "\(method) \(target) \(headers) -> \(status) \(code.rawValue)" }
  }

  static let refusals = [
    Refusal(status: 400, code: .undecodableImage), Refusal(body: [], status: 400, code: .emptyBody),
    Refusal(body: nil, status: 411, code: .lengthRequired),
    Refusal(target: "/v1/detections?threshold=7", status: 400, code: .invalidQuery),
    Refusal(headers: ["Content-Type: text/plain"], status: 415, code: .unsupportedMedia),
    Refusal(
      headers: ["Content-Type: multipart/form-data; boundary=XX"],
      status: 400,
      code: .malformedForm
    ),
    Refusal(body: Array(repeating: 0, count: 2001), status: 413, code: .bodyTooLarge),
    Refusal(method: "GET", body: nil, status: 405, code: .wrongMethod),
    Refusal(method: "DELETE", target: "/healthz", body: nil, status: 405, code: .wrongMethod),
    Refusal(method: "OPTIONS", body: nil, status: 405, code: .wrongMethod),
    Refusal(method: "BREW", target: "/v1/model", body: nil, status: 400, code: .malformedRequest),
    Refusal(method: "GET", target: "/v1", body: nil, status: 404, code: .unknownRoute),
    Refusal(method: "GET", target: "/v1/model/", body: nil, status: 404, code: .unknownRoute),
    Refusal(
      method: "GET",
      target: "/%2e%2e/etc/passwd",
      body: nil,
      status: 404,
      code: .unknownRoute
    ),
    Refusal(method: "GET", target: "*", body: nil, status: 404, code: .unknownRoute),
  ]

  @Test(arguments: refusals)
  func `what cannot be answered is told as an error with its status`(_ refusal: Refusal)
    async throws
  {
    let server = try await TestServer { $0.limits.bodyBytes = 2000 }
    let reply = try await server.client {
      try $0.ask(refusal.method, refusal.target, headers: refusal.headers, body: refusal.body)
    }
    #expect(
      reply.status == refusal.status && reply.errorCode == refusal.code.rawValue,
      "\(reply.text)"
    )
    let message = (try reply.json()["error"] as? [String: Any])?["message"] as? String
    #expect(
      message?.contains("found ") == true || message?.contains("not a picture") == true,
      "\(reply.text)"
    )
    if refusal.status == 405 { #expect(reply.headers["allow"] != nil) }
    #expect(try await server.client { try $0.ask("GET", "/healthz").status } == 200)
    try await server.stop()
  }

  @Test func `a body in chunks is cut off at the limit`() async throws {
    let server = try await TestServer { $0.limits.bodyBytes = 2000 }
    let reply = try await server.client { client in
      client.send("POST /v1/detections HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
      for _ in 0..<5 { client.send("1F4\r\n" + String(repeating: "x", count: 500) + "\r\n") }
      return try client.reply()
    }
    #expect(reply.status == 413 && reply.headers["connection"] == "close")
    try await server.stop()
  }

  @Test(arguments: [
    "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\r\n\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 20_000) + "\r\n\r\n",
  ])
  func `what is no request is told so, and the connection closed`(text: String) async throws {
    let server = try await TestServer()
    let reply = try await server.client { client in
      client.send(text)
      return try client.reply()
    }
    #expect(reply.status == 400 && reply.errorCode == "request.malformed", "\(reply)")
    #expect(reply.headers["connection"] == "close")
    #expect(try await server.client { try $0.ask("GET", "/healthz").status } == 200)
    try await server.stop()
  }

  @Test func `a slow body is given up, one that never ends too`() async throws {
    let server = try await TestServer { $0.limits.bodySeconds = 0.2 }
    let reply = try await server.client { client in
      client.send("POST /v1/detections HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
      let reply = try client.reply()
      #expect(client.isClosedByServer())
      return reply
    }
    #expect(reply.status == 408 && reply.errorCode == "body.timeout")
    try await server.stop()
  }

  @Test func `a connection without a request is closed`() async throws {
    let server = try await TestServer { $0.limits.idleSeconds = 0.2 }
    try await server.client { (client: LoopbackClient) throws -> Void in
      client.send("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ")
      #expect(client.isClosedByServer())
    }
    try await server.stop()
  }

  @Test func `a client that asks first is told to go on`() async throws {
    let server = try await TestServer()
    let png = try TestPicture.png()
    try await server.client { (client: LoopbackClient) throws -> Void in
      client.send(
        "POST /v1/detections HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: \(png.count)\r\n\r\n"
      )
      #expect(try client.reply().status == 100)
      client.send(png)
      #expect(try client.reply().status == 200)
    }
    try await server.stop()
  }

  @Test func `the token is asked for everywhere but at the probes and the page`() async throws {
    let server = try await TestServer { $0.token = AccessToken("s3cret") }
    let png = try TestPicture.png()
    try await server.client { (client: LoopbackClient) throws -> Void in
      for route in ServerRoute.allCases where !route.isOpen {
        let isPost = route == .detections
        let method = isPost ? "POST" : "GET"
        let none = try client.ask(method, route.rawValue, body: isPost ? png : nil)
        #expect(none.status == 401 && none.errorCode == "token.invalid")
        #expect(none.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
        let wrong = try client.ask(
          method,
          route.rawValue,
          headers: ["Authorization: Bearer s3cres"],
          body: isPost ? png : nil
        )
        #expect(wrong.status == 401)
        let right = try client.ask(
          method,
          route.rawValue,
          headers: ["Authorization: Bearer s3cret"],
          body: isPost ? png : nil
        )
        #expect(right.status == 200, "\(route)")
      }
      for path in ["/healthz", "/readyz", "/", "/page.js"] {
        #expect(try client.ask("GET", path).status == 200, "\(path)")
      }
    }
    try await server.stop()
  }

  @Test func `the page and its files come with their own headers, and once`() async throws {
    let server = try await TestServer()
    try await server.client { (client: LoopbackClient) throws -> Void in
      for asset in ServerPage.assets {
        let reply = try client.ask("GET", asset.path)
        #expect(reply.status == 200 && reply.text == asset.body, "\(asset.path)")
        #expect(reply.headers["content-type"] == asset.contentType)
        #expect(reply.headers["etag"] == asset.entityTag)
        #expect(reply.headers["cache-control"] == "no-cache")
        #expect(reply.headers["content-security-policy"] == ServerPage.contentSecurityPolicy)
        for tag in [asset.entityTag, "W/\(asset.entityTag)", "\"x\", \(asset.entityTag)", "*"] {
          let again = try client.ask("GET", asset.path, headers: ["If-None-Match: \(tag)"])
          #expect(again.status == 304 && again.body.isEmpty, "\(tag)")
        }
        #expect(try client.ask("GET", asset.path, headers: ["If-None-Match: \"x\""]).status == 200)
        let head = try client.ask("HEAD", asset.path)
        #expect(head.status == 200 && head.headers["content-length"] == "\(asset.body.utf8.count)")
      }
    }
    try await server.stop()
  }

  @Test func `only an allowed origin's pages may ask`() async throws {
    let server = try await TestServer { $0.allowedOrigin = "https://example.org" }
    try await server.client { (client: LoopbackClient) throws -> Void in
      let asked = try client.ask("OPTIONS", "/v1/detections")
      #expect(asked.status == 204 && asked.headers["access-control-allow-methods"] == "POST")
      #expect(asked.headers["access-control-allow-origin"] == "https://example.org")
      let answer = try client.ask("GET", "/healthz")
      #expect(answer.headers["access-control-allow-origin"] == "https://example.org")
      #expect(answer.headers["vary"] == "Origin")
    }
    try await server.stop()
  }

  @Test func `beyond the queue the answer is 503 with a time to come back`() async throws {
    let server = try await TestServer {
      $0.limits.queueLength = 1
      $0.batch = 1
    }
    server.engine.hold()
    let png = try TestPicture.png()
    async let first = server.client { try $0.ask("POST", "/v1/detections", body: png) }
    try await onThread { server.engine.waitForBatches(1) }
    async let second = server.client { try $0.ask("POST", "/v1/detections", body: png) }
    while server.service.queueLength == 0 { await Task.yield() }
    let third = try await server.client { try $0.ask("POST", "/v1/detections", body: png) }
    #expect(third.status == 503 && third.errorCode == "queue.full")
    #expect((Int(third.headers["retry-after"] ?? "") ?? 0) >= 1)
    server.engine.release()
    #expect(try await first.status == 200)
    #expect(try await second.status == 200)
    try await server.stop()
  }

  @Test func `a request whose client went away is not computed`() async throws {
    let server = try await TestServer { $0.batch = 1 }
    server.engine.hold()
    let png = try TestPicture.png()
    async let first = server.client { try $0.ask("POST", "/v1/detections", body: png) }
    try await onThread { server.engine.waitForBatches(1) }
    try await server.client { (client: LoopbackClient) throws -> Void in
      client.send("POST /v1/detections HTTP/1.1\r\nHost: x\r\nContent-Length: \(png.count)\r\n\r\n")
      client.send(png)
      while server.service.queueLength == 0 { usleep(1000) }
    }
    while server.service.queueLength > 0 { await Task.yield() }
    server.engine.release()
    #expect(try await first.status == 200)
    try await server.stop()
    #expect(server.engine.seen.count == 1)
    #expect(server.service.metrics.abandoned.total == 1)
  }

  /// The request in the network is answered, one that is on its way is too, and nobody new is let in.
  @Test func `stopping answers what was accepted`() async throws {
    let server = try await TestServer { $0.batch = 1 }
    server.engine.hold()
    let png = try TestPicture.png()
    async let first = server.client { try $0.ask("POST", "/v1/detections", body: png) }
    async let second = server.client { try $0.ask("POST", "/v1/detections", body: png) }
    try await onThread { server.engine.waitForBatches(1) }
    while server.service.queueLength == 0 { await Task.yield() }
    async let unfinished = server.stop()
    // A connection is refused once the port is closed.
    while (try? await server.client({ _ in })) != nil { await Task.yield() }
    server.engine.release()
    let replies = try await [first, second]
    #expect(replies.map(\.status) == [200, 200])
    #expect(replies.allSatisfy { $0.headers["connection"] == "close" })
    #expect(try await unfinished == 0)
  }

  @Test func `while it stops, an open connection hears that it is not ready`() async throws {
    let server = try await TestServer()
    server.engine.hold()
    let png = try TestPicture.png()
    let (sent, mark) = AsyncStream<Void>.makeStream()
    let (drained, go) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    async let statuses = server.client { client in
      // Both requests are on the connection before the first is answered.
      client.send("POST /v1/detections HTTP/1.1\r\nHost: x\r\nContent-Length: \(png.count)\r\n\r\n")
      client.send(png)
      server.engine.waitForBatches(1)
      mark.finish()
      drained.wait()
      go.signal()
      return try client.reply().status
    }
    for await _ in sent {}
    async let unfinished = server.stop()
    while !server.server.isDraining { await Task.yield() }
    drained.signal()
    try await onThread { go.wait() }
    server.engine.release()
    #expect(try await statuses == 200)
    #expect(try await unfinished == 0)
  }

  @Test func `what takes longer than the grace is given up and counted`() async throws {
    let server = try await TestServer { $0.shutdownGrace = 0.2 }
    server.engine.hold()
    let png = try TestPicture.png()
    async let first = server.client { try? $0.ask("POST", "/v1/detections", body: png).status }
    try await onThread { server.engine.waitForBatches(1) }
    #expect(await server.server.stop() == 1)
    server.engine.release()
    #expect(try await first == 200)
  }

  @Test func `a port that is taken is told in plain words`() async throws {
    let server = try await TestServer()
    let error = await #expect(throws: ListeningError.self) {
      _ = try await TestServer { $0.port = server.port }
    }
    #expect(
      error?.description.hasPrefix(
        "127.0.0.1:\(server.port): cannot be listened on: another program"
      ) == true
    )
    let host = await #expect(throws: ListeningError.self) {
      _ = try await TestServer { $0.host = "192.0.2.1" }
    }
    #expect(host?.description.contains("no such address") == true)
    try await server.stop()
  }

  @Test func `the figures add up`() async throws {
    let server = try await TestServer()
    let png = try TestPicture.png()
    let text = try await server.client { client in
      for _ in 0..<3 { _ = try client.ask("POST", "/v1/detections", body: png) }
      _ = try client.ask("GET", "/made-up")
      let reply = try client.ask("GET", "/metrics")
      #expect(reply.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
      return reply.text
    }
    let lines = text.split(separator: "\n")
    for line in [
      #"focal_http_requests_total{route="/v1/detections",status="200"} 3"#,
      #"focal_http_requests_total{route="other",status="404"} 1"#,
      "focal_pictures_total 3", "focal_queue_length 0", "focal_connections 1", "focal_ready 1",
      "focal_request_seconds_count 3", "focal_inference_seconds_count 3",
      #"focal_batch_pictures_bucket{le="1.0"} 3"#,
      #"focal_model_info{name="pets",precision="float32"} 1"#,
    ] {
      #expect(lines.contains(Substring(line)), "\(line)\n\(text)")
    }
    // Each figure is announced once, before its samples.
    var announced: Set<Substring> = []
    for line in lines {
      if line.hasPrefix("# TYPE ") {
        #expect(announced.insert(line.split(separator: " ")[2]).inserted)
      } else if !line.hasPrefix("#") {
        let name = line.prefix { $0 != "{" && $0 != " " }
        let family = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }
          .map { name.dropLast($0.count) }
        #expect(
          announced.contains(name) || family.map { announced.contains($0) } == true,
          "\(line)"
        )
        #expect(Double(line.split(separator: " ").last ?? "") != nil, "\(line)")
      }
    }
    try await server.stop()
  }
}

extension Array {
  fileprivate func chunked(into count: Int) -> [[Element]] {
    stride(from: 0, to: self.count, by: count).map {
      Array(self[$0..<Swift.min($0 + count, self.count)])
    }
  }
}
