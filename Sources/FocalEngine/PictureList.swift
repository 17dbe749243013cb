import CommandConsole
import FileErrors
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A picture file, or a picture that came by itself.
struct Picture: Sendable {
  /// The path as the user gave it: what is relative stays relative.
  let name: String
  /// What came on standard input.
  var bytes: [UInt8]?

  var url: URL { URL(fileURLWithPath: name, isDirectory: false) }
}

/// From what a user names to the picture files it stands for.
enum PictureList {
  private static let endings: Set<String> = ["jpg", "jpeg", "png", "webp"]

  /// The files, in the order named; a folder's in the order of their names.
  ///
  /// - Parameters:
  ///   - inputs: Pictures, folders, patterns.
  ///   - isRecursive: Whether folders stand for what is in the folders in them, too.
  /// - Returns: At least one for each input.
  /// - Throws: ``CommandFailure`` naming an input that stands for nothing.
  static func pictures(in inputs: [String], isRecursive: Bool = false) throws -> [Picture] {
    var pictures: [Picture] = []
    for input in inputs {
      var isFolder: ObjCBool = false
      if FileManager.default.fileExists(atPath: input, isDirectory: &isFolder) {
        pictures +=
          isFolder.boolValue ? try files(in: input, isRecursive) : [Picture(name: input)]
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

  private static func files(in folder: String, _ isRecursive: Bool) throws -> [Picture] {
    let names: [String]
    do {
      // Neither goes through links to folders, so that no circle of them is without an end.
      names =
        isRecursive
        ? try FileManager.default.subpathsOfDirectory(atPath: folder)
        : try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw CommandFailure.failed("\(folder): cannot be listed: \(FileReason(error))")
    }
    let pictures = names.filter { endings.contains(($0 as NSString).pathExtension.lowercased()) }
      .sorted()
    if pictures.isEmpty {
      throw CommandFailure.failed("\(folder): holds no .jpg, .jpeg, .png or .webp file")
    }
    let start = folder.hasSuffix("/") ? folder : folder + "/"
    return pictures.map { Picture(name: start + $0) }
  }

  private static func matches(of pattern: String) -> [Picture] {
    var result = glob_t()
    defer { globfree(&result) }
    guard glob(pattern, 0, nil, &result) == 0 else { return [] }
    return (0..<Int(result.gl_pathc)).compactMap { index in
      result.gl_pathv[index].map { Picture(name: String(cString: $0)) }
    }
  }
}
