import BoxGeometry
import DetectionModels
import Testing

@testable import DetectionServer

@Suite struct DetectionQueryTests {
  private func query(_ text: String?) throws -> DetectionQuery {
    try DetectionQuery(text, for: .pets())
  }

  @Test(arguments: [nil, "", "&"])
  func `nothing asked is the model's own`(text: String?) throws {
    let query = try query(text)
    #expect(query.rules == ServedModel.pets().configuration.detection)
    #expect(query.categories == nil)
  }

  @Test func `each parameter changes its rule and no other`() throws {
    let found = try query("threshold=0.25&top_k=7&iou=0.4&classes=dog")
    var rules = DetectionConfiguration()
    rules.scoreThreshold = 0.25
    rules.detectionsPerImage = 7
    rules.iouThreshold = 0.4
    #expect(found.rules == rules)
    #expect(found.categories == [1])
  }

  @Test(arguments: [
    "cat,dog", "1,7", "cat,7", "%63at,do%67", "cat%2Cdog", "cat,+dog", "cat,dog,cat",
  ])
  func `categories by name or id`(classes: String) throws {
    #expect(try query("classes=\(classes)").categories == [0, 1])
  }

  @Test(arguments: [
    ("threshold=2", "threshold", "0...1"), ("threshold=-0.1", "threshold", "0...1"),
    ("threshold=nan", "threshold", "found nan"), ("threshold=inf", "threshold", "0...1"),
    ("threshold=", "threshold", "found nothing"), ("threshold", "threshold", "found nothing"),
    ("threshold=0,5", "threshold", "found 0,5"), ("iou=1.01", "iou", "0...1"),
    ("top_k=0", "top_k", "1...1000"), ("top_k=1001", "top_k", "1...1000"),
    ("top_k=1.5", "top_k", "whole"), ("top_k=99999999999999999999", "top_k", "1...1000"),
    ("classes=", "classes", "cat, dog"), ("classes=cow", "classes", "found cow"),
    ("classes=cat,,dog", "classes", "found nothing"), ("classes=2", "classes", "found 2"),
    ("limit=3", "limit", "no such parameter"), ("threshold=0.1&threshold=0.2", "threshold", "once"),
    ("threshold=%", "query", "percent"), ("classes=%FF", "query", "UTF-8"),
    ("=1", "", "no such parameter"),
  ])
  func `what cannot be is told with what was found and expected`(
    text: String,
    name: String,
    part: String
  ) throws {
    let error = #expect(throws: ServerError.self) { try query(text) }
    #expect(error?.code == .invalidQuery)
    #expect(
      error?.message.contains(name) == true && error?.message.contains(part) == true,
      "\(error?.message ?? "")"
    )
  }

  @Test func `a huge query is refused, and a message is short and plain`() throws {
    let error = #expect(throws: ServerError.self) {
      try query(String(repeating: "x=1&", count: 3000))
    }
    #expect(error?.message.contains("12000 bytes") == true)
    let other = #expect(throws: ServerError.self) {
      try query("threshold=%1B%5B2J" + String(repeating: "x", count: 4000))
    }
    let message = try #require(other?.message)
    #expect(message.utf8.count < 300 && !message.unicodeScalars.contains("\u{1B}"))
  }

  /// Two best cats stand before the dogs: the best two dogs are found all the same.
  @Test func `the best of the categories asked for are chosen`() throws {
    let box = BoundingBox(x1: 0, y1: 0, x2: 1, y2: 1)
    let boxes = [(0, 0.9), (0, 0.8), (1, 0.7), (1, 0.6), (1, 0.5)].map {
      ScoredBox(box: box, label: $0.0, score: $0.1)
    }
    let found = try query("classes=dog&top_k=2")
    #expect(found.chosen(boxes).map(\.score) == [0.7, 0.6])
    #expect(found.networkRules.detectionsPerImage == 5000)
    #expect(try query("top_k=2").networkRules.detectionsPerImage == 2)
  }
}
