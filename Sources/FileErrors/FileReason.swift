import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Why the system did not do something with a file, in words, and what to do about it.
///
/// Foundation's own descriptions come in whole sentences that name the file once more and the reason often not.
package struct FileReason: Hashable, Sendable, CustomStringConvertible {
  /// What was found, in a few words without a path.
  package let found: String
  /// What to do about it; empty where there is no general advice.
  package let remedy: String

  /// `found; remedy`.
  package var description: String { remedy.isEmpty ? found : "\(found); \(remedy)" }

  /// The reason of a system call that failed.
  ///
  /// - Parameter code: What it left in `errno`.
  package init(errno code: Int32) {
    switch code {
    case ENOENT: self.init("no such file or folder", "check the path")
    case EISDIR: self.init("it is a folder", "name a file")
    case ENOTDIR: self.init("a part of the path is a file and no folder", "check the path")
    case EACCES, EPERM: self.init("permission denied", "check the permissions")
    case ENOSPC: self.init("no space left on the device", "free some, or choose another place")
    case EDQUOT: self.init("the disk quota is used up", "free some, or choose another place")
    case EROFS: self.init("read-only file system", "choose another place")
    case EEXIST: self.init("there is one of that name already", "choose another name")
    case ENAMETOOLONG: self.init("the name is too long", "choose a shorter one")
    case EMFILE, ENFILE: self.init("too many files are open", "raise the limit (ulimit -n)")
    default: self.init(String(cString: strerror(code)), "")
    }
  }

  /// The reason behind an error that Foundation threw.
  ///
  /// - Parameter error: The error.
  package init(_ error: any Error) {
    let system = error as NSError
    if system.domain == NSPOSIXErrorDomain {
      self.init(errno: Int32(truncatingIfNeeded: system.code))
    } else if let cause = system.userInfo[NSUnderlyingErrorKey] as? any Error {
      self.init(cause)
    } else if system.domain == NSCocoaErrorDomain {
      self.init(CocoaError.Code(rawValue: system.code))
    } else {
      self.init(Self.oneLine("\(error)"), "")
    }
  }

  private init(_ code: CocoaError.Code) {
    switch code {
    case .fileNoSuchFile, .fileReadNoSuchFile: self.init(errno: ENOENT)
    case .fileReadNoPermission, .fileWriteNoPermission: self.init(errno: EACCES)
    case .fileWriteFileExists: self.init(errno: EEXIST)
    case .fileWriteOutOfSpace: self.init(errno: ENOSPC)
    case .fileWriteVolumeReadOnly: self.init(errno: EROFS)
    case .fileReadInvalidFileName, .fileWriteInvalidFileName:
      self.init("no file can have this name", "choose another one")
    case .fileReadInapplicableStringEncoding: self.init("it is not UTF-8 text", "check the file")
    case .fileReadTooLarge: self.init("it is too large", "name a smaller file")
    default: self.init("the system gave no reason (Cocoa error \(code.rawValue))", "")
    }
  }

  private init(_ found: String, _ remedy: String) {
    (self.found, self.remedy) = (found, remedy)
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
