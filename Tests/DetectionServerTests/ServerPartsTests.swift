import Foundation
import Logging
import Testing

@testable import DetectionServer

@Suite struct AccessTokenTests {
  @Test func `only the token itself matches`() throws {
    let token = try #require(AccessToken(" s3cret\n"))
    #expect(token.matches(authorization: "Bearer s3cret"))
    #expect(token.matches(authorization: "bearer s3cret"))
    for other in [
      "", "Bearer", "Bearer ", "s3cret", "Basic s3cret", "Bearer s3cre", "Bearer s3cret2",
      "Bearer S3cret", "Bearer s3crets3cret", "Bearer x", "Bearers3cret",
    ] {
      #expect(!token.matches(authorization: other), "\(other)")
    }
  }

  @Test(arguments: ["", " ", "\n", "two words", "ä", "a\nb", "\u{7F}"])
  func `what could not stand in a header is no token`(text: String) {
    #expect(AccessToken(text) == nil)
  }
}

@Suite struct JSONTextTests {
  private func text(_ write: (inout JSONText) -> Void) -> String {
    var text = JSONText()
    write(&text)
    return String(decoding: text.bytes, as: UTF8.self)
  }

  @Test func `strings, numbers, lists`() {
    #expect(text { $0.string("a\"\\\n\u{1}ä😀") } == #""a\"\\\u000a\u0001ä😀""#)
    #expect(text { $0.string(nil as String?) } == "null")
    #expect(text { $0.number(0.1 as Float) } == "0.1")
    #expect(text { $0.number(Float.infinity) } == "null")
    #expect(text { $0.list([1, 2, 3]) { $0.number($1) } } == "[1,2,3]")
    #expect(text { $0.list([] as [Int]) { $0.number($1) } } == "[]")
  }

  @Test(arguments: [
    (0, "0"), (1, "0.001"), (999, "0.999"), (1000, "1"), (1234, "1.234"), (61_050, "61.050"),
    (-5, "0"),
  ])
  func `times to the microsecond`(microseconds: Int, expected: String) {
    #expect(text { $0.milliseconds(.microseconds(microseconds)) } == expected)
  }

  /// Foundation reads back what is written here.
  @Test func `what is written is JSON`() throws {
    for scalar in (0..<0x300).compactMap(Unicode.Scalar.init) {
      let json = text { $0.string("x\(scalar)y") }
      let back = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
      #expect(back as? String == "x\(scalar)y")
    }
    for number in [0.1, 1e-7, 123_456_792, 3.402_823_5e38, 1.0 / 3] as [Float] {
      let json = text { $0.number(number) }
      let back = try JSONSerialization.jsonObject(with: Data(json.utf8), options: .fragmentsAllowed)
      #expect((back as? Double).map { Float($0) } == number)
    }
  }
}

@Suite struct SmallPartsTests {
  @Test func `dates as RFC 9110 has them`() {
    #expect(HTTPDate.text(784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate.text(0) == "Thu, 01 Jan 1970 00:00:00 GMT")
  }

  @Test func `a request keeps its name if that is a name`() {
    #expect(RequestID.id("a-1_2.3:B") == "a-1_2.3:B")
    for bad in [nil, "", "a b", "a\n", "ä", String(repeating: "x", count: 65)] as [String?] {
      let id = RequestID.id(bad)
      #expect(id.count == 16 && id != bad)
    }
    #expect(RequestID.id(nil) != RequestID.id(nil))
  }

  @Test func `histograms count a bound in its own bucket`() {
    let histogram = Histogram(bounds: [1, 2, 4])
    for value in [0, 1, 2, 3, 4, 5] { histogram.observe(value) }
    #expect(histogram.cumulative.counts == [2, 3, 5])
    #expect(histogram.cumulative.total == 6)
    #expect(histogram.cumulative.sum == 15)
  }

  @Test func `labels are escaped`() {
    #expect(MetricsText.escaped("a\"b\\c\nd") == #"a\"b\\c\nd"#)
  }

  @Test func `a configuration that cannot be is told`() {
    #expect(DetectionServerConfiguration().fault == nil)
    let faults: [(inout DetectionServerConfiguration) -> Void] = [
      { $0.port = 65_536 }, { $0.port = -1 }, { $0.batch = 0 }, { $0.batch = 257 },
      { $0.batchWait = -0.1 }, { $0.batchWait = .nan }, { $0.decoders = 0 },
      { $0.shutdownGrace = .infinity }, { $0.allowedOrigin = "example.org" },
      { $0.allowedOrigin = "https://a/b" }, { $0.allowedOrigin = "https://a\r\nX: y" },
      { $0.limits.connections = 0 }, { $0.limits.idleSeconds = 0 },
      { $0.limits.picturesPerRequest = 0 },
    ]
    for (index, change) in faults.enumerated() {
      var configuration = DetectionServerConfiguration()
      change(&configuration)
      #expect(configuration.fault?.contains("expected") == true, "case \(index)")
    }
    var configuration = DetectionServerConfiguration()
    for origin in ["*", "https://example.org", "http://localhost:3000"] {
      configuration.allowedOrigin = origin
      #expect(configuration.fault == nil)
    }
  }

  @Test(arguments: LineLogHandler.Format.allCases)
  func `an event is one line, whatever is in it`(format: LineLogHandler.Format) throws {
    let lines = Lines()
    var logger = Logger(label: "test") { _ in
      LineLogHandler(format: format, level: .info) { lines.add($0) }
    }
    logger[metadataKey: "zone"] = "1"
    logger.info("a\nb", metadata: ["status": "200", "id": "x y\"\n", "ms": "1.5"])
    logger.debug("unseen")
    #expect(lines.all.count == 1)
    let line = try #require(lines.all.first)
    #expect(line.hasSuffix("\n") && line.dropLast().allSatisfy { $0 != "\n" })
    if format == .text {
      #expect(line.contains(" info a b id=\"x y\\\"\\u000a\" status=200 ms=1.5 zone=1\n"))
    } else {
      let object = try #require(
        try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      )
      #expect(object["message"] as? String == "a\nb")
      #expect(object["status"] as? Int == 200 && object["ms"] as? Double == 1.5)
      #expect(object["id"] as? String == "x y\"\n" && object["zone"] as? String == "1")
    }
  }
}

/// Lines that were logged.
///
/// `@unchecked`: `lines` is read and written under the lock.
final class Lines: @unchecked Sendable {
  private let lock = NSLock()
  private var lines: [String] = []
  var all: [String] { lock.withLock { lines } }
  func add(_ line: String) { lock.withLock { lines.append(line) } }
}

extension Lines {
  /// A log of these lines.
  func logger(_ written: @escaping @Sendable () -> Void = {}) -> Logger {
    Logger(label: "test") { _ in
      LineLogHandler(format: .text, level: .info) { line in
        self.add(line)
        written()
      }
    }
  }
}
