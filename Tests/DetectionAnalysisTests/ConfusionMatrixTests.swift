import COCOFormat
import DetectionAnalysis
import Testing

struct ConfusionMatrixTests {
  @Test func `right, mistaken, invented and missed lie in their fields`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.object(1, .square(200))
    scene.object(2, .square(400))
    scene.object(3, .square(600))
    scene.detection(1, .square(0), 0.9)
    scene.detection(2, .square(200), 0.8)
    scene.detection(2, .square(400), 0.7)
    scene.detection(3, .square(0, 500), 0.6)
    let matrix = ConfusionMatrix(scene.analysis())
    #expect(matrix.categoryIDs == [1, 2, 3] && matrix.names == ["cat", "dog", "cow"])
    #expect(
      matrix.table() == [
        [1, 1, 0, 0],  // cats: one right, one taken for a dog
        [0, 1, 0, 0],
        [0, 0, 0, 1],  // the cow was missed
        [0, 0, 1, 0],  // and one invented
      ]
    )
    #expect(matrix.normalizedTable()[0] == [0.5, 0.5, 0, 0])
    #expect(matrix.count(truth: 2, prediction: nil) == 1)
    #expect(matrix.count(truth: nil, prediction: 2) == 1)
    #expect(matrix.count(truth: 1, prediction: 0) == 0)
    #expect(matrix.row(0).map(\.prediction) == [0, 1])
    #expect(matrix.row(nil).map(\.share) == [1])
    let largest = matrix.largestConfusions(limit: 9)
    #expect(largest.count == 1 && largest[0].truth == 0 && largest[0].prediction == 1)
    #expect(largest[0].share == 0.5)
    #expect(matrix.largestConfusions(limit: 0).isEmpty)
    #expect(matrix.largestConfusions(limit: -1).isEmpty)
  }

  @Test func `the surer detection takes the object, whatever its class`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.detection(1, .square(0), 0.5)
    scene.detection(2, .square(0), 0.6)
    let matrix = ConfusionMatrix(scene.analysis())
    #expect(matrix.count(truth: 0, prediction: 1) == 1)
    #expect(matrix.count(truth: nil, prediction: 0) == 1)
    #expect(matrix.count(truth: 0, prediction: nil) == 0)
  }

  @Test func `the greatest overlap is taken, of equal ones its own class, then the later`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.object(2, .square(0))
    scene.object(3, .square(0))
    scene.detection(2, .square(0), 0.9)
    #expect(ConfusionMatrix(scene.analysis()).count(truth: 1, prediction: 1) == 1)
    var other = ErrorScene()
    other.object(1, .square(0))
    other.object(2, .square(10))
    other.detection(2, .square(2), 0.9)
    #expect(ConfusionMatrix(other.analysis()).count(truth: 0, prediction: 1) == 1)
    var strange = ErrorScene()
    strange.object(1, .square(0))
    strange.object(3, .square(0))
    strange.detection(2, .square(0), 0.9)
    #expect(ConfusionMatrix(strange.analysis()).count(truth: 2, prediction: 1) == 1)
  }

  @Test func `both thresholds belong to what counts`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    let half = COCOBox(x: 0, y: 0, width: 100, height: 50)
    scene.detection(1, half, 0.3)
    func count(_ iou: Double?, _ score: Double) -> Int {
      ConfusionMatrix(scene.analysis(), iouThreshold: iou, scoreThreshold: score)
        .count(truth: 0, prediction: 0)
    }
    #expect(count(nil, 0.3) == 1 && count(0.5, 0.3) == 1)
    #expect(count(0.51, 0.3) == 0 && count(nil, 0.31) == 0)
    let matrix = ConfusionMatrix(scene.analysis())
    #expect(matrix.iouThreshold == 0.5 && matrix.scoreThreshold == 0.3)
  }

  @Test func `at threshold 1 a box finds itself`() {
    var scene = ErrorScene()
    // Its overlap with itself is 0.9999999999999976.
    let box = COCOBox(x: 736.5, y: 773.8, width: 66.8, height: 38.9)
    scene.object(1, box)
    scene.detection(1, box, 0.9)
    let matrix = ConfusionMatrix(scene.analysis(), iouThreshold: 1)
    #expect(matrix.count(truth: 0, prediction: 0) == 1)
  }

  @Test func `a crowd neither counts nor is taken, and hides detections of its class alone`() {
    var scene = ErrorScene()
    scene.object(1, COCOBox(x: 0, y: 0, width: 500, height: 500), isCrowd: true)
    scene.object(1, .square(0))
    scene.object(2, .square(200))
    scene.detection(1, .square(0), 0.9)
    // In the crowd of cats: the dog under it is none of its business.
    scene.detection(1, .square(200), 0.8)
    scene.detection(1, .square(400), 0.7)
    scene.detection(2, .square(400), 0.6)
    let matrix = ConfusionMatrix(scene.analysis())
    #expect(
      matrix.table() == [
        [1, 0, 0, 0],
        [0, 0, 0, 1],
        [0, 0, 0, 0],
        [0, 1, 0, 0],
      ]
    )
  }

  @Test func `classes are told apart where the analysis forgets them`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.object(9, .square(500))
    scene.detection(2, .square(0), 0.9)
    scene.detection(9, .square(500), 0.9)
    let matrix = ConfusionMatrix(scene.analysis(DetectionErrorParameters(classAgnostic: true)))
    #expect(matrix.entries.count == 1)
    #expect(matrix.count(truth: 0, prediction: 1) == 1)
  }

  @Test func `scores below 0 count when the threshold is lower still`() {
    var scene = ErrorScene()
    scene.object(1, .square(0))
    scene.detection(1, .square(0), -5)
    #expect(ConfusionMatrix(scene.analysis()).count(truth: 0, prediction: nil) == 1)
    let matrix = ConfusionMatrix(scene.analysis(), scoreThreshold: -.infinity)
    #expect(matrix.count(truth: 0, prediction: 0) == 1)
  }

  @Test func `a thousand classes take no more room than their fields`() {
    var scene = ErrorScene()
    scene.categories = (1...1203).map { COCOCategory(id: $0, name: "\($0)") }
    for category in 1...1203 {
      let box = COCOBox(x: Double(category) * 20, y: 0, width: 10, height: 10)
      scene.object(category, box)
      // Every third is taken for its neighbour.
      scene.detection(category % 3 == 0 ? category - 1 : category, box, 0.9)
    }
    let matrix = ConfusionMatrix(scene.analysis())
    #expect(matrix.entries.count == 1203)
    #expect(matrix.largestConfusions(limit: 10_000).count == 401)
    // Of equal counts by row.
    #expect(matrix.largestConfusions(limit: 2).map(\.truth) == [2, 5])
  }

  @Test(arguments: 0..<UInt64(40))
  func `the table is that of a plain loop over all pairs`(seed: UInt64) {
    let data = TideDataset(seed: seed)
    let analysis = DetectionErrorAnalysis(
      groundTruth: data.truth,
      detections: COCODetections(data.detections)
    )
    for (iou, score) in [(0.5, 0.3), (0.25, 0), (0.75, 0.6)] {
      let matrix = ConfusionMatrix(analysis, iouThreshold: iou, scoreThreshold: score)
      #expect(matrix.table() == plainTable(data, iou: iou, score: score))
    }
  }

  @Test(arguments: 0..<UInt64(40))
  func `rows add up to the objects, columns to the detections that count`(seed: UInt64) {
    let data = TideDataset(seed: seed)
    let analysis = DetectionErrorAnalysis(
      groundTruth: data.truth,
      detections: COCODetections(data.detections)
    )
    let table = ConfusionMatrix(analysis, scoreThreshold: 0).table()
    for (row, id) in ConfusionMatrix(analysis).categoryIDs.enumerated() {
      let objects = data.annotations.count { $0.categoryID == id && !$0.isCrowd }
      #expect(table[row].reduce(0, +) == objects)
      let counted = data.detections.indices.count {
        data.detections[$0].categoryID == id && analysis.verdict(of: $0) != .uncounted
      }
      let column = table.reduce(0) { $0 + $1[row] }
      #expect(column <= counted)
      if !data.annotations.contains(where: \.isCrowd) { #expect(column == counted) }
    }
    for row in ConfusionMatrix(analysis).normalizedTable() {
      let sum = row.reduce(0, +)
      #expect(sum == 0 || abs(sum - 1) < 1e-12)
    }
  }

  /// The same by every pair of boxes, without a thought of time.
  private func plainTable(_ data: TideDataset, iou: Double, score: Double) -> [[Int]] {
    let ids = data.truth.categories.map(\.id).sorted()
    func place(_ id: Int) -> Int { ids.firstIndex(of: id) ?? ids.count }
    var table = Array(repeating: Array(repeating: 0, count: ids.count + 1), count: ids.count + 1)
    for image in data.images {
      let objects = data.annotations.filter { $0.imageID == image.id }
      var isFree = objects.map { !$0.isCrowd }
      var seen: [Int: Int] = [:]
      let found = data.detections.filter { $0.imageID == image.id }.enumerated()
        .sorted { ($1.element.score, $0.offset) < ($0.element.score, $1.offset) }.map(\.element)
      for detection in found {
        seen[detection.categoryID, default: 0] += 1
        guard detection.score >= score, seen[detection.categoryID, default: 0] <= 100 else {
          continue
        }
        let isInCrowd = objects.contains {
          $0.isCrowd && $0.categoryID == detection.categoryID
            && overlap(detection.box, $0.box) / detection.box.area >= iou
        }
        var best: (iou: Double, isSame: Bool, index: Int)?
        for (index, object) in objects.enumerated() where isFree[index] {
          let isSame = object.categoryID == detection.categoryID
          if isInCrowd && !isSame { continue }
          let shared = overlap(detection.box, object.box)
          let value = shared / (detection.box.area + object.box.area - shared)
          guard value >= iou else { continue }
          if let other = best {
            if value < other.iou || value == other.iou && other.isSame && !isSame { continue }
          }
          best = (value, isSame, index)
        }
        if let best {
          isFree[best.index] = false
          table[place(objects[best.index].categoryID)][place(detection.categoryID)] += 1
        } else if !isInCrowd {
          table[ids.count][place(detection.categoryID)] += 1
        }
      }
      for (index, object) in objects.enumerated() where isFree[index] {
        table[place(object.categoryID)][ids.count] += 1
      }
    }
    return table
  }

  private func overlap(_ a: COCOBox, _ b: COCOBox) -> Double {
    max(0, min(a.x + a.width, b.x + b.width) - max(a.x, b.x))
      * max(0, min(a.y + a.height, b.y + b.height) - max(a.y, b.y))
  }
}
