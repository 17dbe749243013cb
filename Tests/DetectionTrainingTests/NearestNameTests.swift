import Testing

@testable import DetectionTraining

struct NearestNameTests {
  @Test(arguments: [
    ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0),
    ("flaw", "lawn", 2), ("ab", "ba", 2),
  ])
  func `the distance is the number of single-letter edits`(
    first: String,
    second: String,
    edits: Int
  ) {
    #expect(NearestName.distance(Array(first), Array(second)) == edits)
    #expect(NearestName.distance(Array(second), Array(first)) == edits)
  }

  @Test func `a slip is forgiven, something else is not`() {
    let names = ["epochs", "batchSize", "milestones"]
    #expect(NearestName.suggestion(for: "epoch", among: names) == "epochs")
    #expect(NearestName.suggestion(for: "batchsize", among: names) == "batchSize")
    #expect(NearestName.suggestion(for: "mile_stones", among: names) == "milestones")
    #expect(NearestName.suggestion(for: "learningRate", among: names) == nil)
    #expect(NearestName.suggestion(for: "", among: names) == nil)
    #expect(NearestName.suggestion(for: "epochs", among: []) == nil)
  }

  @Test func `of two as near the first is taken`() {
    #expect(NearestName.suggestion(for: "bat", among: ["cat", "rat"]) == "cat")
  }
}
