import FileErrors
import Foundation
import Testing

struct FileReasonTests {
  /// What Foundation throws on this system, whatever it wraps it in.
  private func reason(_ body: () throws -> Void) throws -> FileReason {
    do {
      try body()
    } catch {
      return FileReason(error)
    }
    Issue.record("expected an error")
    return FileReason(errno: 0)
  }

  private let absent = URL(fileURLWithPath: "/no/such/folder/file")
  private let folder = FileManager.default.temporaryDirectory

  @Test func `a file that is not there is told alike by every way to it`() throws {
    let manager = FileManager.default
    let reasons = try [
      reason { _ = try Data(contentsOf: absent) },
      reason { _ = try String(contentsOf: absent, encoding: .utf8) },
      reason { _ = try FileHandle(forReadingFrom: absent) },
      reason { _ = try manager.contentsOfDirectory(atPath: absent.path) },
      reason { try manager.removeItem(at: absent) },
      reason { try Data().write(to: absent) },
      reason { try Data().write(to: absent, options: .atomic) },
      FileReason(errno: ENOENT),
    ]
    for reason in reasons {
      #expect("\(reason)" == "no such file or folder; check the path")
    }
  }

  @Test func `a folder in a file's place is told`() throws {
    #expect(try reason { _ = try Data(contentsOf: folder) }.found == "it is a folder")
    #expect(try reason { try Data().write(to: folder) }.found == "it is a folder")
  }

  @Test func `a file in a folder's place is told`() throws {
    let file = folder.appendingPathComponent("focal-test-\(UUID().uuidString)")
    try Data().write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let below = file.appendingPathComponent("below")
    let making = try reason {
      try FileManager.default.createDirectory(at: below, withIntermediateDirectories: true)
    }
    #expect(making.found == "a part of the path is a file and no folder")
    #expect(try reason { _ = try Data(contentsOf: below) } == making)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full"), "no /dev/full here"))
  func `a full disk is told with what to do`() throws {
    let full = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    let reason = try reason { try full.write(contentsOf: Data([1])) }
    #expect("\(reason)" == "no space left on the device; free some, or choose another place")
  }

  @Test(arguments: [EACCES, EPERM])
  func `permissions are told`(code: Int32) {
    #expect("\(FileReason(errno: code))" == "permission denied; check the permissions")
    #expect(FileReason(POSIXError(.init(rawValue: code) ?? .EINVAL)).found == "permission denied")
    for cocoa in [CocoaError.fileReadNoPermission, .fileWriteNoPermission] {
      #expect(FileReason(CocoaError(cocoa)).found == "permission denied")
    }
  }

  /// The outer error speaks of a name, the inner one has the reason.
  @Test func `the reason is the innermost`() {
    let inner = POSIXError(.ENOSPC)
    let middle = CocoaError(.fileWriteUnknown, userInfo: [NSUnderlyingErrorKey: inner])
    let outer = CocoaError(.fileWriteInvalidFileName, userInfo: [NSUnderlyingErrorKey: middle])
    #expect(FileReason(outer).found == "no space left on the device")
  }

  @Test func `a reason without a name of its own is still one line without Foundation's sentences`()
  {
    struct Odd: Error, CustomStringConvertible { let description = "odd\nand long" }
    #expect("\(FileReason(Odd()))" == "odd and long")
    let unknown = FileReason(CocoaError(.init(rawValue: 9999)))
    #expect("\(unknown)" == "the system gave no reason (Cocoa error 9999)")
    #expect(!FileReason(errno: ELOOP).found.isEmpty)
  }
}
