import Foundation
import Testing

@testable import RunLogs

@Suite struct MetricsFollowerTests {
  @Test func `lines come once, when they are whole`() throws {
    let temporary = try LogFolder()
    let url = temporary.url.appendingPathComponent("metrics.jsonl")
    var follower = MetricsFollower(url)
    #expect(try follower.newLines().isEmpty)
    try Data("{\"step\":1}\n{\"step\":2}\n{\"st".utf8).write(to: url)
    #expect(try follower.newLines().map(\.step) == [1, 2])
    #expect(try follower.newLines().isEmpty)
    let handle = try FileHandle(forWritingTo: url)
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("ep\":3,\"loss\":0.1}\n".utf8))
    try handle.close()
    #expect(try follower.newLines() == [MetricsEntry(step: 3, ["loss": 0.1])])
  }

  @Test func `a damaged line is passed over, and what comes after it is read`() throws {
    let temporary = try LogFolder()
    let url = temporary.url.appendingPathComponent("metrics.jsonl")
    try Data("{\"step\":1}\nnonsense\n\u{0}\u{0}\n{\"step\":3}\n".utf8).write(to: url)
    var follower = MetricsFollower(url)
    #expect(try follower.newLines().map(\.step) == [1, 3])
    #expect(try follower.newLines().isEmpty)
  }
}
