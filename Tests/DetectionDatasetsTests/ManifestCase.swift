import Foundation
import TestSupport
import Testing

/// One file of the collection of bad inputs, and what is to become of it.
struct ManifestCase: Decodable, Sendable, CustomTestStringConvertible {
  enum Verdict: String, Decodable { case accept, skip, refuse, either }

  var path: String
  var expect: Verdict
  var why: String
  var boxes: Int?
  var difficult: Int?
  var crowds: Int?

  var testDescription: String { path }
  var url: URL { SharedData.url("bad_inputs/\(path)") }
  var name: String { url.lastPathComponent }

  private enum CodingKeys: CodingKey { case path, expect, why, boxes, difficult, crowds }

  /// The cases of one folder; none where the shared data is absent.
  static func all(in folder: String) -> [ManifestCase] {
    guard let data = try? Data(contentsOf: SharedData.url("bad_inputs/manifest.json")),
      let cases = try? JSONDecoder().decode([ManifestCase].self, from: data)
    else { return [] }
    return cases.filter { $0.path.hasPrefix(folder + "/") }
  }
}
