import Foundation

/// Small whole pictures of every kind that is read: what is damaged to make trials.
enum SeedPictures {
  /// The files' bytes, in the order of ``texts``.
  static let files: [[UInt8]] = texts.map { entry in
    guard let data = Data(base64Encoded: entry.text) else {
      preconditionFailure("\(entry.name) is no base 64")
    }
    return Array(data)
  }
}
