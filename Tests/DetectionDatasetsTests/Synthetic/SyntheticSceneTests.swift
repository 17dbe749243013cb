import BoxGeometry
import DetectionDatasets
import Raster
import Testing

struct SyntheticSceneTests {
  /// Small pictures, so that many are soon made.
  private func small(_ change: (inout SyntheticConfiguration) -> Void = { _ in })
    -> SyntheticConfiguration
  {
    var configuration = SyntheticConfiguration.standard
    configuration.width = 160
    configuration.height = 120
    change(&configuration)
    return configuration
  }

  @Test func `a picture has the configured size and boxes within it`() {
    let scene = SyntheticScene(seed: 1)
    let (image, boxes) = scene.render(index: 0)
    #expect(image.width == 320 && image.height == 240)
    #expect(scene.categoryNames == ["star", "ring", "arrow", "cross"])
    for object in boxes {
      #expect(scene.categoryNames.indices.contains(object.label))
      #expect(object.box == object.box.clipped(width: 320, height: 240))
    }
  }

  @Test func `seed 1 makes the picture that it always made`() {
    // Recorded: results on synthetic data are compared over time. The tolerances leave room for the
    // last bit of another C library's sine.
    let (image, boxes) = SyntheticScene(seed: 1).render(index: 0)
    let expected: [(Int, SIMD4<Float>)] = [
      (2, SIMD4(38.99461, 127.636024, 68.1352, 155.87726)),
      (1, SIMD4(210.70491, 103.84867, 247.59155, 146.3754)),
      (1, SIMD4(203.02397, 182.7369, 229.35826, 207.83235)),
      (2, SIMD4(103.8457, 105.04896, 120.66235, 128.84381)),
      (1, SIMD4(31.381985, 24.78773, 71.72904, 64.06739)),
      (0, SIMD4(50.79693, 0.51864046, 75.65808, 22.916454)),
    ]
    #expect(boxes.map(\.label) == expected.map(\.0))
    for (object, (_, corners)) in zip(boxes, expected) {
      let difference = object.box.corners - corners
      #expect((difference * difference).sum() < 1e-6)
    }
    let total = image.pixels.reduce(0) { $0 + Int($1) }
    #expect(abs(total - 23_887_337) < 230)
    #expect(Array(image.pixels[0..<6]) == [81, 122, 115, 82, 121, 111])
  }

  @Test(arguments: [0, 1, 977, -3, Int.max])
  func `seed and index alone decide a picture, whatever was made before`(index: Int) {
    let first = SyntheticScene(configuration: small(), seed: 7)
    let (image, boxes) = first.render(index: index)
    let second = SyntheticScene(configuration: small(), seed: 7)
    _ = second.render(index: 5)
    let again = second.render(index: index)
    #expect(image == again.image)
    #expect(boxes == again.boxes)
    #expect(boxes == second.boxes(index: index))
  }

  @Test func `threads do not change a picture`() async {
    let scene = SyntheticScene(configuration: small(), seed: 3)
    let alone = (0..<8).map { scene.render(index: $0).image }
    let together = await withTaskGroup(of: (Int, RasterImage).self) { group in
      for index in (0..<8).reversed() {
        group.addTask { (index, scene.render(index: index).image) }
      }
      return await group.reduce(into: [Int: RasterImage]()) { $0[$1.0] = $1.1 }
    }
    for index in 0..<8 { #expect(together[index] == alone[index]) }
  }

  @Test func `another seed or index makes another picture`() {
    let pictures = [(1, 0), (1, 1), (2, 0), (2, 1), (0, 2)].map { seed, index in
      SyntheticScene(configuration: small(), seed: UInt64(seed)).render(index: index).image
    }
    #expect(Set(pictures).count == pictures.count)
  }

  @Test func `classes come as often as their frequencies say`() {
    let scene = SyntheticScene(seed: 11)
    var counts = [0, 0, 0, 0]
    for index in 0..<1200 {
      for object in scene.boxes(index: index) { counts[object.label] += 1 }
    }
    let total = Double(counts.reduce(0, +))
    for (count, expected) in zip(counts, [0.4, 0.275, 0.2, 0.125]) {
      // About 5800 objects: a standard deviation is 0.8 % at most.
      #expect(abs(Double(count) / total - expected) < 0.035)
    }
  }

  @Test func `some pictures are empty, most have few objects, none too many`() {
    let scene = SyntheticScene(seed: 12)
    let counts = (0..<600).map { scene.boxes(index: $0).count }
    let empty = Double(counts.count { $0 == 0 }) / 600
    #expect(abs(empty - 0.12) < 0.045)
    #expect(counts.max() == 12)
    let mean = Double(counts.reduce(0, +)) / 600
    #expect((4...6).contains(mean))
  }

  @Test func `objects cover a small part of the pictures, small ones being most common`() {
    let scene = SyntheticScene(seed: 13)
    let boxes = (0..<300).flatMap { scene.boxes(index: $0) }
    let share = boxes.reduce(0) { $0 + $1.box.area } / Float(300 * 320 * 240)
    #expect(share < 0.08)
    let sides = boxes.map { max($0.box.width, $0.box.height) }.sorted()
    #expect(sides[sides.count / 2] < 32)
    #expect((sides.last ?? 0) <= 72)
    #expect((sides.last ?? 0) > 56)
  }

  @Test func `objects do not overlap heavily`() {
    let scene = SyntheticScene(seed: 14)
    for index in 0..<200 {
      let boxes = scene.boxes(index: index).map(\.box)
      for (first, one) in boxes.enumerated() {
        for other in boxes[(first + 1)...] {
          #expect(one.intersectionArea(with: other) <= 0.13 * min(one.area, other.area))
        }
      }
    }
  }

  @Test func `pictures differ in light and detail, and none is one colour`() {
    let scene = SyntheticScene(configuration: small(), seed: 15)
    var means: [Double] = []
    for index in 0..<24 {
      let pixels = scene.render(index: index).image.pixels.map(Double.init)
      let mean = pixels.reduce(0, +) / Double(pixels.count)
      let variance =
        pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(pixels.count)
      #expect(variance > 20)
      #expect((15...240).contains(mean))
      means.append(mean)
    }
    #expect((means.max() ?? 0) - (means.min() ?? 0) > 50)
  }

  @Test(arguments: [(1, 1), (5, 3), (64, 8), (30, 200)])
  func `pictures of any size can be made`(width: Int, height: Int) {
    let configuration = small {
      $0.width = width
      $0.height = height
    }
    for index in 0..<6 {
      let scene = SyntheticScene(configuration: configuration, seed: 1)
      let (image, boxes) = scene.render(index: index)
      #expect(image.width == width && image.height == height)
      for object in boxes {
        #expect(object.box.isFinite && !object.box.isEmpty)
        #expect(
          object.box == object.box.clipped(width: Float(width), height: Float(height))
        )
      }
    }
  }

  @Test(arguments: [0, 1.0]) func `both ends of the difficulty can be made`(difficulty: Double) {
    let scene = SyntheticScene(configuration: small { $0.difficulty = difficulty }, seed: 4)
    #expect(scene.render(index: 0).boxes == scene.boxes(index: 0))
  }

  @Test func `a scene without objects has none`() {
    let none = SyntheticScene(configuration: small { $0.maximumObjects = 0 }, seed: 4)
    let empty = SyntheticScene(configuration: small { $0.emptyFraction = 1 }, seed: 4)
    for index in 0..<10 {
      #expect(none.boxes(index: index).isEmpty && empty.boxes(index: index).isEmpty)
    }
  }
}
