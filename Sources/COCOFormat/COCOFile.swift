import FileErrors
import Foundation

/// Whole files in and out.
enum COCOFile {
  /// Reads a file.
  ///
  /// - Parameter url: A file; not a folder, not a device.
  /// - Returns: Its bytes.
  /// - Throws: ``COCOFormatError`` naming the file.
  static func bytes(of url: URL) throws(COCOFormatError) -> Data {
    do {
      let path = url.resolvingSymlinksInPath().path
      let type = try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
      // A device such as /dev/zero never ends.
      guard type != .typeDirectory, type != .typeCharacterSpecial, type != .typeBlockSpecial else {
        throw COCOFormatError(
          code: .unreadable,
          file: url.path,
          path: "",
          message: "expected a JSON file, found a folder or a device; name the file itself"
        )
      }
      return try Data(contentsOf: url)
    } catch let error as COCOFormatError {
      throw error
    } catch {
      throw COCOFormatError(
        code: .unreadable,
        file: url.path,
        path: "",
        message: "the file cannot be read: \(FileReason(error))"
      )
    }
  }

  /// Writes a file beside its final name and renames it, so that no torn file is left.
  ///
  /// - Parameters:
  ///   - bytes: The contents.
  ///   - url: The final name.
  /// - Throws: ``COCOFormatError`` naming the file.
  static func write(_ bytes: [UInt8], to url: URL) throws(COCOFormatError) {
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw COCOFormatError(
        code: .unwritable,
        file: url.path,
        path: "",
        message: "the file cannot be written: \(FileReason(error))"
      )
    }
  }
}
