import CommandConsole
import Foundation

/// Places that a command may write to without a file of somebody's being lost.
///
/// A dataset consists of more files than a command line names: lists, label files, pictures. So no file is replaced
/// that does not begin as what is written there.
package enum InspectionOutput {
  /// How every page begins.
  private static let page =
    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
  /// What tells a contact sheet from other pages.
  private static let sheet = "\n<title>Training pictures of "

  /// Lets a page be replaced, and nothing else.
  ///
  /// - Parameters:
  ///   - path: Where the page shall be written.
  ///   - inputs: Data as the user wrote it.
  /// - Throws: ``CommandFailure`` if there is a file that is no page.
  static func check(report path: String, inputs: [String]) throws {
    try check(path, "--report", inputs: inputs, start: page, kind: "page")
  }

  /// Lets found anchors be replaced, and nothing else.
  ///
  /// - Parameters:
  ///   - path: Where the anchors shall be written.
  ///   - inputs: Data as the user wrote it.
  /// - Throws: ``CommandFailure`` if there is a file that does not begin as anchors do.
  static func check(anchors path: String, inputs: [String]) throws {
    try check(path, "--out", inputs: inputs, start: AnchorsFragment.start, kind: "recipe")
  }

  /// Lets contact sheets be made in folders that are new or empty, or hold an earlier one.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - count: How many sheets; several have folders of their own in it, 1 and so on.
  /// - Throws: ``CommandFailure`` if the folder cannot be made or holds anything else.
  package static func check(sheets path: String, count: Int) throws {
    try FileFailure.check(folder: path)
    guard count > 1 else { return try check(sheet: path) }
    let names = Set((1...count).map(String.init))
    if let other = contents(of: path).first(where: { !names.contains($0) }) {
      throw refusal(ofFolder: path, other)
    }
    for name in names.sorted() {
      try FileFailure.check(folder: "\(path)/\(name)")
      try check(sheet: "\(path)/\(name)")
    }
  }

  private static func check(sheet path: String) throws {
    let names = contents(of: path)
    if names.isEmpty { return }
    let other = names.first { name in
      name != "index.html" && !(name.hasPrefix("sheet-") && name.hasSuffix(".png"))
    }
    if let other { throw refusal(ofFolder: path, other) }
    let text = start(of: "\(path)/index.html")
    if !text.hasPrefix(page) || !text.contains(sheet) { throw refusal(ofFolder: path, names[0]) }
  }

  private static func refusal(ofFolder path: String, _ name: String) -> CommandFailure {
    .failed(
      "\(path): holds \"\(name)\", which is of no contact sheet; name a new or empty folder (--augmented DIR)"
    )
  }

  private static func check(
    _ path: String,
    _ option: String,
    inputs: [String],
    start: String,
    kind: String
  ) throws {
    func goal(_ path: String) -> URL {
      URL(fileURLWithPath: path).resolvingSymlinksInPath().standardizedFileURL
    }
    if inputs.map(goal).contains(goal(path)) {
      throw CommandFailure.usage("\(option): \(path) is read here; name another file")
    }
    let file = FileFailure.goal(ofWriting: path).path
    guard FileManager.default.fileExists(atPath: file), !self.start(of: file).hasPrefix(start)
    else { return }
    throw CommandFailure.failed(
      "\(path): is a file already, and no \(kind) that was written here before; name another file (\(option)) or remove it"
    )
  }

  /// The first of a text; empty where there is none.
  private static func start(of path: String) -> String {
    guard let handle = FileHandle(forReadingAtPath: path),
      let bytes = try? handle.read(upToCount: 4096)
    else { return "" }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func contents(of path: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    return names.filter { $0 != ".DS_Store" }.sorted()
  }
}
