import BoxGeometry
import COCOEvaluation

/// A ground truth and a results file as text, both well formed and of the same pictures.
struct FuzzDocuments {
  private(set) var groundTruth = ""
  private(set) var detections = ""
  private var generator: SplitMix64
  private var images: [Int] = []
  private var categories: [Int] = []

  /// Small files that hold something of everything.
  ///
  /// - Parameter generator: Decides on what they hold.
  init(generator: SplitMix64) {
    self.generator = generator
    images = (0..<1 + below(4)).map { 3 * $0 - 1 }
    categories = (0..<1 + below(3)).map { 7 * $0 }
    let annotations = (0..<below(7)).map { annotation(id: $0) }
    groundTruth = document(annotations)
    detections = list((0..<below(9)).map { _ in detection() })
  }

  private mutating func document(_ annotations: [String]) -> String {
    var members = [
      "\"images\":"
        + list(
          images.map { "{\"id\":\($0),\"file_name\":\"\($0).jpg\",\"width\":64,\"height\":48}" }
        ),
      "\"categories\":" + list(categories.map { "{\"id\":\($0),\"name\":\"class \($0)\"}" }),
      "\"annotations\":" + list(annotations),
    ]
    if below(3) == 0 { members.append("\"info\":{\"year\":2017,\"contributor\":\"nobody\"}") }
    // The order is free, and a reader that goes once through the file meets each.
    for index in members.indices { members.swapAt(index, below(members.count)) }
    return "{\(members.joined(separator: below(2) == 0 ? "," : ",\n"))}"
  }

  private mutating func annotation(id: Int) -> String {
    let box = box()
    var text =
      "{\"id\":\(id),\"image_id\":\(pick(images)),\"category_id\":\(pick(categories)),\"bbox\":\(box)"
    if below(4) > 0 { text += ",\"area\":\(below(20_000))" }
    if below(4) > 0 { text += ",\"iscrowd\":\(below(5) == 0 ? 1 : 0)" }
    if below(4) == 0 { text += ",\"segmentation\":[[1,2,3,4,5.5,6]]" }
    if below(6) == 0 { text += ",\"ignore\":\(below(2))" }
    return text + "}"
  }

  private mutating func detection() -> String {
    "{\"image_id\":\(pick(images)),\"category_id\":\(pick(categories)),\"bbox\":\(box()),"
      + "\"score\":\(Double(below(64)) / 64)}"
  }

  /// Few places and sizes, so that boxes do meet, and some that no file should hold.
  private mutating func box() -> String {
    let numbers = (0..<4).map { _ in Double(below(12)) * 2.5 }
    return "[\(numbers.map { "\($0)" }.joined(separator: ","))]"
  }

  private mutating func list(_ entries: [String]) -> String {
    "[\(entries.joined(separator: below(2) == 0 ? "," : ", "))]"
  }

  private mutating func below(_ bound: Int) -> Int { Int(generator.next() % UInt64(bound)) }
  private mutating func pick(_ values: [Int]) -> Int { values[below(values.count)] }
}
