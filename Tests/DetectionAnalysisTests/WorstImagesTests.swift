import COCOFormat
import DetectionAnalysis
import Testing

struct WorstImagesTests {
  @Test func `the cost is the scores of false positives and one for each object not found`() {
    var scene = ErrorScene(images: 4)
    // 1: right. 2: a sure error of class. 3: two objects missed. 4: nothing at all.
    scene.object(1, .square(0), image: 1)
    scene.detection(1, .square(0), 0.9, image: 1)
    let cat = scene.object(1, .square(0), image: 2)
    scene.detection(2, .square(0), 0.75, image: 2)
    scene.detection(1, .square(500), 0.125, image: 2)
    scene.object(1, .square(0), image: 3)
    scene.object(2, .square(500), image: 3)
    let analysis = scene.analysis()
    let images = WorstImages(analysis).images
    #expect(images.map(\.image.id) == [3, 2])
    #expect(images.map(\.cost) == [2, 1.875])
    #expect(images.map(\.image.fileName) == ["3.jpg", "2.jpg"])
    #expect(images.map(\.objects) == [2, 1] && images.map(\.found) == [0, 0])
    #expect(images.map(\.falsePositives) == [0, 2])
    #expect(images[0].marks.map(\.kind) == [.missed, .missed])
    #expect(images[0].marks.map(\.box) == [.square(0), .square(500)])
    #expect(images[0].marks.map(\.score) == [nil, nil])
    let marks = images[1].marks
    #expect(marks.map(\.kind) == [.classification, .background])
    #expect(marks.map(\.categoryID) == [2, 1] && marks.map(\.score) == [0.75, 0.125])
    #expect(marks[0].object == analysis.groundTruth.annotations[cat] && marks[0].overlap == 1)
    #expect(marks[1].object == nil && marks[1].overlap == 0)
  }

  @Test func `limits are kept, and the surest false positives have marks`() {
    var scene = ErrorScene(images: 3)
    for image in 1...3 {
      for rank in 1...5 {
        scene.detection(1, .square(0), Double(rank) / 8, image: image)
      }
    }
    let all = WorstImages(scene.analysis(), limit: 2, falsePositiveLimit: 3).images
    // Of equal costs the smaller ids.
    #expect(all.map(\.image.id) == [1, 2])
    #expect(all[0].falsePositives == 5)
    #expect(all[0].marks.map(\.score) == [0.625, 0.5, 0.375])
    #expect(WorstImages(scene.analysis(), limit: 0).images.isEmpty)
    #expect(WorstImages(scene.analysis(), falsePositiveLimit: 0).images[0].marks.isEmpty)
  }

  @Test func `scores outside 0 to 1 weigh by their place among all`() {
    var scene = ErrorScene(images: 3)
    scene.detection(1, .square(0), -10, image: 1)
    scene.detection(1, .square(0), 20, image: 2)
    scene.detection(1, .square(0), 30, image: 3)
    let images = WorstImages(scene.analysis()).images
    #expect(images.map(\.image.id) == [3, 2])
    #expect(images.map(\.cost) == [1, 0.75])
  }

  @Test func `what does not count costs nothing`() {
    var scene = ErrorScene()
    scene.object(1, COCOBox(x: 0, y: 0, width: 500, height: 500), isCrowd: true)
    scene.detection(1, .square(0), 0.9)
    scene.detection(9, .square(700), 0.9)
    #expect(WorstImages(scene.analysis()).images.isEmpty)
  }

  @Test(arguments: 0..<UInt64(40))
  func `marks are the errors of their image and its missed objects`(seed: UInt64) {
    let data = TideDataset(seed: seed)
    let analysis = DetectionErrorAnalysis(
      groundTruth: data.truth,
      detections: COCODetections(data.detections)
    )
    let summary = DetectionErrorSummary(analysis)
    let images = WorstImages(analysis, limit: .max, falsePositiveLimit: .max).images
    for kind in DetectionErrorKind.allCases {
      let marks = images.reduce(0) { $0 + $1.marks.count { $0.kind == kind } }
      #expect(marks == summary[kind].count)
    }
    #expect(zip(images, images.dropFirst()).allSatisfy { $0.cost >= $1.cost })
    let notFound = images.reduce(0) { $0 + $1.objects - $1.found }
    #expect(notFound == summary.objects - summary.found)
    for image in images {
      let scores = image.marks.reduce(0) { $0 + ($1.score ?? 0) }
      #expect(abs(image.cost - scores - Double(image.objects - image.found)) < 1e-9)
      #expect(image.marks.allSatisfy { $0.object.map { $0.imageID == image.image.id } ?? true })
    }
  }
}
