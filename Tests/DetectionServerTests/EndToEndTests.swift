import BoxGeometry
import DetectionInference
import DetectionModels
import Foundation
import Raster
import Testing
import Torch
import TorchNN
import TorchTestSupport

@testable import DetectionServer

@Suite struct EndToEndTests {
  /// A small network with random weights, whose classes' bias lets about half of all anchors pass.
  private func detector() throws -> Detector {
    var configuration = ServedModel.pets().configuration
    configuration.pyramidChannels = 16
    configuration.head.depth = 1
    configuration.head.priorProbability = 0.5
    var generator = SplitMix64(state: 3)
    return Detector(
      model: try RetinaNet(configuration: configuration, using: &generator),
      precision: .float32
    )
  }

  /// A picture of stripes, another for each number.
  private func picture(_ number: Int) -> RasterImage {
    let (width, height) = (70 + 10 * number, 60)
    var pixels: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        pixels += [UInt8((x * (number + 3)) % 256), UInt8((y * 5) % 256), UInt8((x + y) % 256)]
      }
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }

  /// What comes over HTTP, out of batches of whatever was there, is what the network finds in each picture alone.
  @Test func `detections over HTTP are those of the engine`() async throws {
    var configuration = DetectionServerConfiguration()
    configuration.port = 0
    configuration.batchWait = 0.05
    let pictures = (0..<4).map { picture($0) }
    let alone = try detector()
    let expected = try pictures.map { try alone.detections(in: $0) }
    #expect(expected.allSatisfy { $0.count > 10 })
    let model = ServedModel(
      name: "tiny",
      configuration: alone.model.configuration,
      precision: "float32"
    )
    let service = DetectionService(
      LoadedModel(model, engine: try detector()),
      configuration: configuration,
      metrics: ServerMetrics()
    )
    let (ports, mark) = AsyncStream<Int>.makeStream()
    let server = HTTPDetectionServer(
      configuration,
      service: service,
      logger: Lines().logger(),
      listening: { mark.yield($0) }
    )
    let running = Task { try await server.run() }
    var port = 0
    for await first in ports {
      port = first
      break
    }
    let (target, bodies) = (port, try pictures.map { try $0.pngData() })
    let replies = try await withThrowingTaskGroup(of: (Int, LoopbackClient.Reply).self) { group in
      for (index, body) in bodies.enumerated() {
        group.addTask {
          let reply = try await onThread {
            try LoopbackClient(port: target).ask("POST", "/v1/detections", body: body)
          }
          return (index, reply)
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    for (index, boxes) in expected.enumerated() {
      let reply = try #require(replies[index])
      let image = try #require((try reply.json()["images"] as? [[String: Any]])?.first)
      let found = try #require(image["detections"] as? [[String: Any]])
      #expect(found.count == boxes.count)
      // A batch's sums are rounded in another order, which may also turn neighbours of almost one score.
      let rows = try found.map { row in
        (
          numbers: try #require(row["bbox"] as? [Double]),
          score: try #require(row["score"] as? Double),
          category: row["category"] as? String
        )
      }
      for scored in boxes {
        let box = scored.box
        let expected = [box.x1, box.y1, box.width, box.height].map { Double($0) }
        let isFound = rows.contains { row in
          row.category == ["cat", "dog"][scored.label]
            && abs(row.score - Double(scored.score)) < 1e-5
            && zip(row.numbers, expected).allSatisfy { abs($0 - $1) < 1e-3 }
        }
        #expect(isFound, "\(scored)")
      }
    }
    #expect(await server.stop() == 0)
    try await running.value
    try await onThread { service.stop() }
    await server.close()
  }
}
