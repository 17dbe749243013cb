import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What the system says of a file that cannot be used, in words.
enum FileFailure {
  /// The reason in a few words, without a path.
  static func reason(of error: any Error) -> String {
    let error = error as NSError
    if error.domain == NSPOSIXErrorDomain { return words(Int32(truncatingIfNeeded: error.code)) }
    if let cause = error.userInfo[NSUnderlyingErrorKey] as? any Error {
      return reason(of: cause)
    }
    switch (error.domain, error.code) {
    case (NSCocoaErrorDomain, 4), (NSCocoaErrorDomain, 260): return words(ENOENT)
    case (NSCocoaErrorDomain, 257), (NSCocoaErrorDomain, 513): return words(EACCES)
    case (NSCocoaErrorDomain, 516): return words(EEXIST)
    case (NSCocoaErrorDomain, 640): return words(ENOSPC)
    case (NSCocoaErrorDomain, 642): return words(EROFS)
    default: return Console.oneLine(error.localizedDescription)
    }
  }

  /// A line for an error of the system that nobody has put into words; `nil` for any other error.
  static func line(for error: any Error) -> String? {
    let system = error as NSError
    guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(system.domain) else { return nil }
    let path =
      system.userInfo[NSFilePathErrorKey] as? String
      ?? (system.userInfo[NSURLErrorKey] as? URL)?.path
    return (path.map { "\($0): " } ?? "") + reason(of: error)
  }

  /// Why no file can be written at a path, as far as that can be told before the work; `nil` where nothing speaks
  /// against it.
  static func obstacle(toWriting path: String) -> String? {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      return isFolder.boolValue ? "it is a folder" : nil
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder) else {
      return "no such folder as \(folder)"
    }
    if !isFolder.boolValue { return "\(folder) is no folder" }
    return FileManager.default.isWritableFile(atPath: folder)
      ? nil : "permission denied in \(folder)"
  }

  /// - Throws: ``CommandFailure`` if what is nearest to a folder that shall be made is a file, or closed.
  static func check(folder path: String) throws {
    let manager = FileManager.default
    var nearest = URL(fileURLWithPath: path)
    while !manager.fileExists(atPath: nearest.path), nearest.path != "/" {
      nearest.deleteLastPathComponent()
    }
    var isFolder: ObjCBool = false
    guard manager.fileExists(atPath: nearest.path, isDirectory: &isFolder) else { return }
    let reason =
      !isFolder.boolValue
      ? "\(nearest.path) is a file"
      : manager.isWritableFile(atPath: nearest.path) ? nil : "permission denied in \(nearest.path)"
    if let reason {
      throw CommandFailure.failed("\(path): the folder cannot be made: \(reason)")
    }
  }

  private static func words(_ code: Int32) -> String {
    switch code {
    case ENOENT: "no such file or folder"
    case EISDIR: "it is a folder"
    case ENOTDIR: "a part of the path is a file and no folder"
    case EACCES, EPERM: "permission denied"
    case ENOSPC: "no space left on the device"
    case EROFS: "the file system can only be read"
    case EEXIST: "there is one of that name already"
    default: String(cString: strerror(code))
    }
  }
}
