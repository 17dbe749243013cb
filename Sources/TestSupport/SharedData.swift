package import Foundation
package import Testing

/// Real data that lies beside the package, at `../shared/data`, and not in it.
///
/// ```swift
/// @Test(.requiresSharedData("bccd")) func `the photographs have boxes`() throws {
///   let folder = SharedData.url("bccd")
/// ```
package enum SharedData {
  /// The folder that holds the package's manifest, behind any symbolic link.
  package static let packageRoot: URL = {
    // PACKAGE/Sources/TestSupport/SharedData.swift
    URL(fileURLWithPath: #filePath)
      .resolvingSymlinksInPath()
      .deletingLastPathComponent()
      .deletingLastPathComponent()
      .deletingLastPathComponent()
  }()

  /// Where a file or folder of the shared data is, or would be.
  ///
  /// - Parameter path: Path below `shared/data`, as `coco_eval/README.md`.
  /// - Returns: A file URL; nothing need exist there.
  package static func url(_ path: String = "") -> URL {
    let data = packageRoot.deletingLastPathComponent().appendingPathComponent("shared/data")
    return path.isEmpty ? data : data.appendingPathComponent(path)
  }

  /// Whether a file or folder of the shared data exists.
  ///
  /// - Parameter path: Path below `shared/data`.
  /// - Returns: Whether something is there.
  package static func exists(_ path: String = "") -> Bool {
    FileManager.default.fileExists(atPath: url(path).path)
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test, saying so, where shared data that it needs is absent.
  ///
  /// - Parameter path: Path below `shared/data` that has to exist.
  /// - Returns: A trait for a test or a suite.
  package static func requiresSharedData(_ path: String = "") -> Self {
    .enabled(if: SharedData.exists(path), "needs ../shared/data/\(path)")
  }
}
