import Foundation

extension DatasetWriter {
  /// What stands in the files and Focal does not read, a line each.
  func unread() -> [String] {
    let files = Set(parts.filter { $0.dataset.format == .coco }.map(\.dataset.location))
    var extras = COCOExtras()
    for file in files.sorted() { extras.add(URL(fileURLWithPath: file)) }
    var annotations = Set<String>()
    for part in parts where part.dataset.format == .voc {
      annotations.formUnion(part.dataset.samples.map(\.annotationFile))
    }
    return extras.lines + VOCExtras.lines(of: annotations)
  }
}

/// What COCO files hold beside boxes.
private struct COCOExtras {
  private var masks = 0
  private var keypoints = 0
  private var others: Set<String> = []

  private static let read: [String: Set<String>] = [
    "images": ["id", "file_name", "width", "height"],
    "categories": ["id", "name"],
    "annotations": [
      "id", "image_id", "category_id", "bbox", "area", "iscrowd", "difficult", "ignore",
      "num_keypoints",
    ],
  ]

  /// Looks through a file.
  mutating func add(_ file: URL) {
    guard let data = try? Data(contentsOf: file) else { return }
    let json = JSONRanges(
      bytes: Array(data.starts(with: [0xEF, 0xBB, 0xBF]) ? data.dropFirst(3) : data)
    )
    func isEmpty(_ range: Range<Int>) -> Bool {
      let bytes = json.bytes[range]
      return bytes.elementsEqual("null".utf8)
        || bytes.allSatisfy { "[]{}\" \t\r\n,".utf8.contains($0) }
    }
    for member in json.members(at: 0) {
      let (key, value) = (member.name, member.value)
      guard let known = Self.read[key] else {
        if !isEmpty(value) { others.insert(quoted(key)) }
        continue
      }
      for entry in json.entries(at: value.lowerBound) {
        for extra in json.members(at: entry.lowerBound)
        where !known.contains(extra.name) && !isEmpty(extra.value) {
          switch (key, extra.name) {
          case ("annotations", "segmentation"): masks += 1
          case ("annotations", "keypoints"): keypoints += 1
          default: others.insert("\(quoted(extra.name)) of \(key)")
          }
        }
      }
    }
  }

  var lines: [String] {
    var lines: [String] = []
    if masks > 0 {
      lines.append("\(DatasetWriter.counted(masks, "mask")): Focal reads boxes")
    }
    if keypoints > 0 {
      let objects = DatasetWriter.counted(keypoints, "object")
      lines.append("the keypoints of \(objects): Focal reads boxes")
    }
    if !others.isEmpty {
      lines.append("\(others.sorted().joined(separator: ", ")): Focal does not read them")
    }
    return lines
  }
}

/// What VOC annotations hold beside boxes.
private enum VOCExtras {
  static func lines(of files: Set<String>) -> [String] {
    var found: Set<String> = []
    for file in files {
      guard let data = try? Data(contentsOf: URL(fileURLWithPath: file)) else { continue }
      let text = String(decoding: data, as: UTF8.self)
      for mark in ["truncated", "occluded"]
      where values(of: mark, in: text).contains(where: { !["", "0", "false"].contains($0) }) {
        found.insert(mark)
      }
      let poses = values(of: "pose", in: text)
      if poses.contains(where: { !["", "unspecified"].contains($0) }) { found.insert("pose") }
      if text.contains("<part>") { found.insert("parts") }
    }
    guard !found.isEmpty else { return [] }
    return ["\(found.sorted().joined(separator: ", ")) of VOC objects: Focal does not read them"]
  }

  /// What stands between tags, in small letters.
  private static func values(of element: String, in text: String) -> [String] {
    text.components(separatedBy: "<\(element)>").dropFirst().map { rest in
      rest.prefix { $0 != "<" }.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
    }
  }
}
