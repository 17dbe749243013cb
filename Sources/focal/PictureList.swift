import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// From what a user names to the picture files it stands for.
enum PictureList {
  private static let endings: Set<String> = ["jpg", "jpeg", "png"]

  /// The files, in the order named; a folder's in the order of their names.
  ///
  /// - Throws: ``CommandFailure`` naming an input that stands for nothing.
  static func pictures(in inputs: [String]) throws -> [URL] {
    var pictures: [URL] = []
    for input in inputs {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) {
        let url = URL(fileURLWithPath: input, isDirectory: isFolder.boolValue)
        pictures += isFolder.boolValue ? try files(in: url) : [url]
      } else if input.contains(where: { "*?[".contains($0) }) {
        let matches = matches(of: input)
        if matches.isEmpty { throw CommandFailure.failed("\(input): no file matches this pattern") }
        pictures += matches
      } else {
        throw CommandFailure.failed(
          "\(input): no such file or folder; expected a picture, a folder or a pattern"
        )
      }
    }
    return pictures
  }

  private static func files(in folder: URL) throws -> [URL] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
    } catch {
      throw CommandFailure.failed("\(folder.path): cannot be listed: \(error.localizedDescription)")
    }
    let pictures = names.filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }
      .sorted()
    if pictures.isEmpty {
      throw CommandFailure.failed("\(folder.path): holds no .jpg, .jpeg or .png file")
    }
    return pictures.map { folder.appendingPathComponent($0) }
  }

  private static func matches(of pattern: String) -> [URL] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, 0, nil, &result) == 0 else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { index in
      result.gl_pathv[index].map { URL(fileURLWithPath: String(cString: $0)) }
    }
  }
}
