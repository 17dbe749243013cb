import Foundation

@testable import Raster

/// A small generator of the tests' own; equal seeds give equal numbers everywhere.
struct TestGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

extension RasterImage {
  /// A picture of noise.
  static func noise(width: Int, height: Int, seed: UInt64 = 1) -> RasterImage {
    var generator = TestGenerator(state: seed)
    let pixels = (0..<(width * height * 3)).map { _ in UInt8.random(in: 0...255, using: &generator)
    }
    return RasterImage(width: width, height: height, pixels: pixels)
  }

  /// A picture without hard edges, which JPEG keeps well.
  static func gradient(width: Int, height: Int) -> RasterImage {
    var image = RasterImage(width: width, height: height, red: 0, green: 0, blue: 0)
    for y in 0..<height {
      for x in 0..<width {
        image[x, y] = SIMD3(
          UInt8(x * 255 / max(1, width - 1)),
          UInt8(y * 255 / max(1, height - 1)),
          UInt8((x + y) * 255 / max(1, width + height - 2))
        )
      }
    }
    return image
  }

  /// The largest difference of any value between two pictures of one size.
  func worstDifference(from other: RasterImage) -> Int {
    zip(pixels, other.pixels).map { abs(Int($0) - Int($1)) }.max() ?? 0
  }
}

extension [UInt8] {
  /// The bytes that a text of hexadecimal digits stands for.
  init(hexadecimal text: String) {
    let digits = Array<UInt8>(text.utf8)
    self = stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16) ?? 0
    }
  }
}

/// Where files for the tests lie.
enum TestFiles {
  private static let tests = URL(fileURLWithPath: #filePath)
    .resolvingSymlinksInPath().deletingLastPathComponent()

  /// A golden file beside the tests.
  static func golden(_ name: String) -> URL { tests.appendingPathComponent("Golden/\(name)") }

  /// The folder of broken and odd inputs, beside the repository.
  static let badInputs = tests.appendingPathComponent("../../../shared/data/bad_inputs")
    .standardizedFileURL

  /// Whether that folder is there.
  static let hasBadInputs = FileManager.default.fileExists(
    atPath: badInputs.appendingPathComponent("manifest.json").path
  )

  /// Runs `body` with a new, empty folder, which is removed afterwards.
  static func withTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("raster-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}

/// The error that `body` throws, or nil.
func rasterError(_ body: () throws(RasterError) -> Void) -> RasterError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}
