import FileErrors
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Whole files in and out.
enum COCOFile {
  /// Opens a file to be read from front to back.
  ///
  /// - Parameter url: A file or a pipe; not a folder, not a device.
  /// - Returns: Its bytes; those of a pipe are in memory.
  /// - Throws: ``COCOFormatError`` naming the file.
  static func source(of url: URL) throws(COCOFormatError) -> Source {
    // Not by way of FileManager, which follows the name of a pipe to where there is no file.
    var status = stat()
    guard stat(url.path, &status) == 0 else { throw unreadable(url, FileReason(errno: errno)) }
    switch status.st_mode & S_IFMT {
    case S_IFREG, S_IFIFO, S_IFSOCK: break
    default:
      // A device such as /dev/zero never ends.
      throw COCOFormatError(
        code: .unreadable,
        file: url.path,
        path: "",
        message: "expected a JSON file, found a folder or a device; name the file itself"
      )
    }
    let descriptor = open(url.path, O_RDONLY)
    guard descriptor >= 0 else { throw unreadable(url, FileReason(errno: errno)) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    if status.st_mode & S_IFMT == S_IFREG { return .file(file, count: Int(status.st_size)) }
    do {
      return .memory(try file.readToEnd() ?? Data())
    } catch {
      throw unreadable(url, FileReason(error))
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
        do {
          return try Data(contentsOf: url)
        } catch {
          throw COCOFile.unreadable(url, FileReason(error))
        }
      }
    }
  }

  private static func unreadable(_ url: URL, _ reason: FileReason) -> COCOFormatError {
    COCOFormatError(
      code: .unreadable,
      file: url.path,
      path: "",
      message: "the file cannot be read: \(reason)"
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
