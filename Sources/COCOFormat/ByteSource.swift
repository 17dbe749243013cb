import FileErrors
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Bytes read from front to back, from a file or from memory.
final class ByteSource {
  private let file: FileHandle?
  private let memory: Data
  private var position = 0
  /// How many bytes there are, as far as is known before they are read.
  let expectedCount: Int

  /// Bytes that are in memory.
  init(_ bytes: Data) {
    file = nil
    memory = bytes
    expectedCount = bytes.count
  }

  /// The bytes of an open regular file.
  init(_ file: FileHandle, count: Int) {
    self.file = file
    memory = Data()
    expectedCount = count
  }

  /// Reads as many bytes as there is room for, fewer only at the end.
  ///
  /// - Parameter room: Where to.
  /// - Returns: How many bytes were read; `nil` if the file cannot be read.
  func read(into room: UnsafeMutableRawBufferPointer) -> Int? {
    guard let file else {
      let count = min(room.count, memory.count - position)
      let start = memory.startIndex + position
      memory.copyBytes(
        to: UnsafeMutableRawBufferPointer(rebasing: room.prefix(count)),
        from: start..<start + count
      )
      position += count
      return count
    }
    var filled = 0
    while filled < room.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: room.dropFirst(filled))
      let count = systemRead(file.fileDescriptor, rest)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { break }
      filled += count
    }
    return filled
  }

  private func systemRead(_ descriptor: Int32, _ room: UnsafeMutableRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.read(descriptor, room.baseAddress, room.count)
    #elseif canImport(Musl)
      Musl.read(descriptor, room.baseAddress, room.count)
    #elseif canImport(Darwin)
      Darwin.read(descriptor, room.baseAddress, room.count)
    #endif
  }
}
