import Testing

@testable import DetectionServer

@Suite
struct ServerLimitsTests {
  @Test
  func `the limits of a server that is not told others are sound`() {
    #expect(ServerLimits().fault == nil)
  }

  @Test
  func `each limit that nothing could pass is told`() {
    var limits = ServerLimits()
    limits.bodyBytes = 0
    #expect(limits.fault == "found a body of 0 bytes, expected 1...1073741824")
    limits = ServerLimits()
    limits.pixels = 0
    #expect(limits.fault == "found 0 pixels, expected 1 or more")
    limits = ServerLimits()
    limits.queueLength = 0
    #expect(limits.fault == "found a queue of 0, expected 1 or more")
    limits = ServerLimits()
    limits.bodySeconds = .nan
    #expect(limits.fault == "found nan seconds for a body, expected more than 0, a day at most")
  }
}
