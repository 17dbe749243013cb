import Foundation
import Raster

/// Where the pictures of an annotation file are.
///
/// A folder that the user names is the only one looked into. Without it, for a COCO file
/// `DIR/NAME.json`, the first of these that holds one of the first pictures named in the file:
/// `DIR`, `DIR/images`, `DIR/JPEGImages`, `DIR/NAME`, and then, as COCO's own files lie in a folder
/// `annotations` beside those of the pictures, `DIR/../images`, `DIR/..` and `DIR/../SPLIT` for a
/// NAME that ends in `_SPLIT`.
package enum PictureFolder {
  /// Endings of picture files, the preferred ones first.
  ///
  /// Those that cannot be decoded are among them: such a picture is named, not passed over.
  static let extensions = [
    "jpg", "jpeg", "png", "webp", "bmp", "gif", "tif", "tiff", "mpo", "heic", "heif", "avif", "jp2",
    "dng", "pfm",
  ]

  /// Whether a file is, by its name, a picture.
  static func isPicture(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: "."), !name.hasPrefix(".") else { return false }
    return extensions.contains(name[name.index(after: dot)...].lowercased())
  }

  /// Some pictures may be missing; all of the first few hardly are.
  private static let namesTried = 8

  /// The folders looked into for a COCO file, in their order.
  static func candidates(for file: URL) -> [URL] {
    let folder = file.standardizedFileURL.deletingLastPathComponent()
    let parent = folder.deletingLastPathComponent()
    let name = file.deletingPathExtension().lastPathComponent
    var folders = [
      folder, folder.appendingPathComponent("images"), folder.appendingPathComponent("JPEGImages"),
      folder.appendingPathComponent(name), parent.appendingPathComponent("images"), parent,
    ]
    if let split = name.split(separator: "_").last, split != name {
      folders.append(parent.appendingPathComponent(String(split)))
    }
    return folders
  }

  /// The folder of a COCO file's pictures.
  /// - Parameters:
  ///   - names: The pictures' names in the file.
  ///   - file: The COCO file.
  ///   - images: The folder that the user named.
  /// - Returns: A folder that can be read from.
  /// - Throws: ``DatasetError`` that names what was tried.
  static func find(
    for names: [String],
    of file: URL,
    images: URL?
  ) throws(DatasetError) -> ContainedFolder {
    if let images { return try open(images) }
    let candidates = candidates(for: file)
    let first = names.prefix(namesTried)
    for candidate in candidates {
      guard let folder = ContainedFolder(candidate) else { continue }
      for name in first where (try? folder.file(named: name, in: "", at: "")) != nil {
        return folder
      }
    }
    guard let name = first.first else { return try open(file.deletingLastPathComponent()) }
    throw DatasetError(
      .notFound,
      file: file.path,
      place: "images[0].file_name",
      message: "there is no picture \(quoted(name)) in any of "
        + candidates.map(\.path).joined(separator: ", ")
        + "; name the folder of the pictures (--images DIR)"
    )
  }

  /// A folder that the user named.
  static func open(_ url: URL) throws(DatasetError) -> ContainedFolder {
    guard let folder = ContainedFolder(url) else {
      throw DatasetError(
        .notFound,
        file: url.path,
        message: "expected a folder of pictures, found none here"
      )
    }
    return folder
  }

  /// A picture file and what its header says, or why it cannot be used.
  typealias Located = Result<(url: URL, width: Int, height: Int), DatasetError>

  /// Finds a picture and reads its header.
  /// - Parameter find: Gives the file.
  /// - Returns: The file and the size of the upright picture.
  static func located(_ find: () throws(DatasetError) -> URL) -> Located {
    do throws(DatasetError) {
      let url = try find()
      do {
        let size = try RasterImage.size(of: url)
        return .success((url, size.width, size.height))
      } catch {
        throw DatasetError(.badPicture, file: error.file, message: error.message)
      }
    } catch {
      guard error.code == .unreadable else { return .failure(error) }
      return .failure(
        DatasetError(.badPicture, file: error.file, place: error.place, message: error.message)
      )
    }
  }

  /// Threads that read headers: mostly waiting for the disk.
  static var readers: Int { min(ProcessInfo.processInfo.activeProcessorCount * 2, 16) }
}
