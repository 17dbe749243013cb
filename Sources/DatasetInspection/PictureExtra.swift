import DetectionDatasets
package import Foundation

/// What a picture file holds besides the picture that is read.
package enum PictureExtra: String, Hashable, Sendable, Codable, CaseIterable {
  /// A second picture behind the first (MPO, "multi-picture format"); the first is read.
  case secondPicture
  /// Where on earth it was taken (EXIF's GPS), which goes along with whatever is passed on.
  case position

  /// What a file holds besides its picture.
  /// - Parameter url: A picture file.
  /// - Returns: Nothing of one that is no JPEG or cannot be read.
  package static func extras(of url: URL) -> Set<PictureExtra> {
    guard let file = try? FileHandle(forReadingFrom: url) else { return [] }
    defer { try? file.close() }
    return extras { offset, count in
      guard (try? file.seek(toOffset: UInt64(offset))) != nil,
        let bytes = try? file.read(upToCount: count)
      else { return [] }
      return [UInt8](bytes)
    }
  }

  /// The same, of whatever gives bytes.
  /// - Parameter read: Gives so many bytes from an offset on, or fewer at the end.
  /// - Returns: What was found before the picture's own data.
  static func extras(reading read: (_ offset: Int, _ count: Int) -> [UInt8]) -> Set<PictureExtra> {
    guard read(0, 2) == [0xFF, 0xD8] else { return [] }
    var extras: Set<PictureExtra> = []
    var offset = 2
    // Real files have a dozen segments before the picture's data.
    for _ in 0..<mostSegments {
      let head = read(offset, 4)
      guard head.count == 4, head[0] == 0xFF, head[1] != startOfScan else { break }
      let length = Int(head[2]) << 8 | Int(head[3])
      guard length >= 2 else { break }
      if head[1] == 0xE1, EXIFPosition.isIn(read(offset + 4, length - 2)) {
        extras.insert(.position)
      } else if head[1] == 0xE2, read(offset + 4, 4) == Array("MPF\0".utf8) {
        extras.insert(.secondPicture)
      }
      offset += 2 + length
    }
    return extras
  }

  private static let startOfScan: UInt8 = 0xDA
  private static let mostSegments = 256
}

/// A latitude in an EXIF segment; any bytes are safe.
enum EXIFPosition {
  private static let pointerToGPS = 0x8825
  private static let latitude = 2

  static func isIn(_ segment: [UInt8]) -> Bool {
    guard segment.starts(with: Array("Exif\0\0".utf8)) else { return false }
    let tiff = Array(segment.dropFirst(6))
    guard tiff.count >= 8 else { return false }
    let isLittle = tiff.starts(with: [0x49, 0x49])
    guard isLittle || tiff.starts(with: [0x4D, 0x4D]) else { return false }
    func number(_ place: Int, _ count: Int) -> Int? {
      guard place >= 0, place + count <= tiff.count else { return nil }
      let bytes =
        isLittle ? tiff[place..<(place + count)].reversed() : Array(tiff[place..<(place + count)])
      return bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    /// The value of an entry of the directory at a place; `nil` if it has none of this tag.
    func value(of tag: Int, at directory: Int) -> Int? {
      guard let count = number(directory, 2) else { return nil }
      for index in 0..<count {
        let entry = directory + 2 + 12 * index
        guard let found = number(entry, 2) else { return nil }
        if found == tag { return number(entry + 8, 4) }
      }
      return nil
    }
    guard let first = number(4, 4), let gps = value(of: pointerToGPS, at: first) else {
      return false
    }
    return value(of: latitude, at: gps) != nil
  }
}

/// A picture whose file holds more than the picture.
package struct PictureNote: Hashable, Sendable, Codable {
  package var picture: InspectedPicture
  package var extra: PictureExtra

  /// Looks into the files of all pictures.
  /// - Parameter splits: The parts.
  /// - Returns: The notes, in the order of the pictures.
  /// - Throws: Nothing that can be foreseen.
  package static func all(in splits: [InspectedSplit]) throws -> [PictureNote] {
    let pictures = splits.pictures
    let extras = try inParallel(
      count: pictures.count,
      workers: ProcessInfo.processInfo.activeProcessorCount
    ) { index -> Set<PictureExtra> in
      guard case .file(let url) = splits[pictures[index]].source else { return [] }
      return PictureExtra.extras(of: url)
    }
    return zip(pictures, extras).flatMap { picture, extras in
      PictureExtra.allCases.filter(extras.contains).map {
        PictureNote(picture: splits.named(picture), extra: $0)
      }
    }
  }
}
