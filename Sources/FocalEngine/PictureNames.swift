import CommandConsole
import FileErrors
import Foundation

/// Names of pictures that a file or standard input gives.
enum PictureNames {
  /// - Parameter path: A file; `-`: standard input.
  /// - Returns: The pictures, in order; whether they are there is found when they are read.
  /// - Throws: ``CommandFailure`` if the list cannot be read or names nothing.
  static func read(_ path: String) throws -> [Picture] {
    let place = path == "-" ? "standard input" : path
    let data: Data
    do {
      data =
        path == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data()
        : try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure.failed("\(place): the list cannot be read: \(FileReason(error))")
    }
    // As find -print0 writes them: names may hold new lines then.
    let isByZeros = data.contains(0)
    let names = data.split { isByZeros ? $0 == 0 : $0 == 10 || $0 == 13 }
      .map { Picture(name: String(decoding: $0, as: UTF8.self)) }
    guard !names.isEmpty else {
      throw CommandFailure.failed(
        "\(place): the list names no picture; expected one name a line, or names ended by zero bytes (find -print0)"
      )
    }
    return names
  }
}

/// A picture on standard input.
enum StandardInputPicture {
  /// What it is called in tables and files.
  static let name = "-"

  /// - Parameter limit: Bytes at most.
  /// - Returns: The picture, not yet decoded.
  /// - Throws: ``CommandFailure`` if nothing comes, or too much.
  static func read(limit: Int) throws -> Picture {
    var data = Data()
    do {
      while data.count <= limit,
        let more = try FileHandle.standardInput.read(upToCount: 1 << 20), !more.isEmpty
      { data += more }
    } catch {
      throw CommandFailure.failed("standard input: cannot be read: \(FileReason(error))")
    }
    guard data.count <= limit else {
      throw CommandFailure.failed(
        "standard input: found more than \(limit) bytes, expected one JPEG, PNG or WebP picture"
      )
    }
    return Picture(name: name, bytes: Array(data))
  }
}
