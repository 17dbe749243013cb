import BoxGeometry
import Foundation

/// The anchors of each padded size, made once.
///
/// `@unchecked`: `entries` and `recent` are used under the lock.
final class AnchorCache: @unchecked Sendable {
  private let generator: AnchorGenerator
  private let lock = NSLock()
  private var entries: [Size: [BoundingBox]] = [:]
  private var recent: [Size] = []

  private struct Size: Hashable {
    var width: Int
    var height: Int
  }

  /// 800 by 1333 pixels have 200 thousand anchors of 16 bytes, and a dataset a dozen padded sizes.
  private static let capacity = 16

  init(configuration: AnchorConfiguration) {
    generator = AnchorGenerator(configuration: configuration)
  }

  /// The anchors of a padded picture.
  func anchors(width: Int, height: Int) -> [BoundingBox] {
    let size = Size(width: width, height: height)
    lock.lock()
    defer { lock.unlock() }
    if let known = entries[size] { return known }
    // Made under the lock: two threads asking for one new size must not both do the work.
    let anchors = generator.anchors(imageWidth: width, imageHeight: height)
    if recent.count == Self.capacity { entries[recent.removeFirst()] = nil }
    recent.append(size)
    entries[size] = anchors
    return anchors
  }
}
