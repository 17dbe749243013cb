import Foundation

/// Files that PyTorch wrote, and what it sees in them; `Scripts/golden/torch_checkpoints.py` says
/// how.
enum GoldenFiles {
  /// A tensor as PyTorch sees it.
  struct Tensor: Decodable {
    var name: String
    var dtype: String
    var shape: [Int]
    var strides: [Int]
    var offset: Int
    /// Number of its storage, in the order of appearance.
    var storage: Int
    var values: [Number]
  }

  /// A file and the dictionary of tensors in it.
  struct File: Decodable {
    var path: [String]
    var tensors: [Tensor]
  }

  /// A number, or the word for one that JSON has not.
  struct Number: Decodable {
    var integer: Int?
    var double: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        double = Double(text) ?? 0
      } else if let flag = try? container.decode(Bool.self) {
        integer = flag ? 1 : 0
        double = flag ? 1 : 0
      } else {
        integer = try? container.decode(Int.self)
        double = try container.decode(Double.self)
      }
    }
  }

  private struct Expected: Decodable {
    var files: [String: File]
  }

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "Golden")

  static func url(_ name: String) -> URL { folder.appending(path: name) }

  static func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: url(name))) }

  /// All files that are to be read; none if the list is missing, which a test of their number sees.
  static let expected: [String: File] = {
    guard let data = try? Data(contentsOf: url("expected.json")),
      let expected = try? JSONDecoder().decode(Expected.self, from: data)
    else { return [:] }
    return expected.files
  }()
}
