import FileErrors
import Foundation

/// Whole files in and out.
enum COCOFile {
  /// Opens a file to be read from front to back.
  ///
  /// - Parameter url: A file or a pipe; not a folder, not a device.
  /// - Returns: Its bytes; those of a pipe are in memory.
  /// - Throws: ``COCOFormatError`` naming the file.
  static func source(of url: URL) throws(COCOFormatError) -> Source {
    do {
      let path = url.resolvingSymlinksInPath().path
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      let type = attributes[.type] as? FileAttributeType
      // A device such as /dev/zero never ends.
      guard type != .typeDirectory, type != .typeCharacterSpecial, type != .typeBlockSpecial else {
        throw COCOFormatError(
          code: .unreadable,
          file: url.path,
          path: "",
          message: "expected a JSON file, found a folder or a device; name the file itself"
        )
      }
      guard type == .typeRegular else { return .memory(try Data(contentsOf: url)) }
      return .file(
        try FileHandle(forReadingFrom: url),
        count: (attributes[.size] as? NSNumber)?.intValue ?? 0
      )
    } catch let error as COCOFormatError {
      throw error
    } catch {
      throw unreadable(url, error)
    }
  }

  /// What can be read twice: quickly, and once more if something is wrong with it.
  enum Source {
    case memory(Data)
    case file(FileHandle, count: Int)

    var bytes: ByteSource {
      switch self {
      case .memory(let data): ByteSource(data)
      case .file(let handle, let count): ByteSource(handle, count: count)
      }
    }

    /// All of it at once.
    func data(_ url: URL) throws(COCOFormatError) -> Data {
      switch self {
      case .memory(let data): return data
      case .file:
        do { return try Data(contentsOf: url) } catch { throw COCOFile.unreadable(url, error) }
      }
    }
  }

  private static func unreadable(_ url: URL, _ error: any Error) -> COCOFormatError {
    COCOFormatError(
      code: .unreadable,
      file: url.path,
      path: "",
      message: "the file cannot be read: \(FileReason(error))"
    )
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
