import COCOFormat
import Foundation
import Testing

struct JSONPassTests {
  @Test(arguments: [1, 2, 3])
  func `a pass takes JSON and nothing else`(threads: Int) {
    let entries = (0..<20_000).map { "{\"a\":[\($0),1.5]}" }.joined(separator: ",")
    #expect(JSONPass.parse(Data("[\(entries)]".utf8), threads: threads))
    #expect(!JSONPass.parse(Data("[\(entries),]".utf8), threads: threads))
    #expect(!JSONPass.parse(Data("[\(entries)".utf8), threads: threads))
    #expect(!JSONPass.parse(Data(), threads: threads))
  }
}
