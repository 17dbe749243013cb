/// A picture's format, recognised by its first bytes: names lie more often than content does.
enum ImageFormat: Hashable, Sendable {
  case jpeg, png, webp
  /// A known format that is not read, by its name with article: "a TIFF picture".
  case other(String)

  /// Recognises the format of a file by its content.
  ///
  /// - Parameter bytes: The start of the file; 16 bytes suffice.
  init?(recognizing bytes: UnsafeBufferPointer<UInt8>) {
    func starts(_ signature: [UInt8], at offset: Int = 0) -> Bool {
      bytes.count >= offset + signature.count
        && bytes[offset..<(offset + signature.count)].elementsEqual(signature)
    }
    func starts(_ text: String, at offset: Int = 0) -> Bool { starts(Array(text.utf8), at: offset) }

    if starts([0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if starts([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if starts("GIF87a") || starts("GIF89a") {
      self = .other("a GIF picture")
    } else if starts("RIFF") && starts("WEBP", at: 8) {
      self = .webp
    } else if starts("II*\0") || starts("MM\0*") || starts("II+\0") || starts("MM\0+") {
      self = .other("a TIFF picture")
    } else if starts("ftypavif", at: 4) || starts("ftypavis", at: 4) {
      self = .other("an AVIF picture")
    } else if ["heic", "heix", "hevc", "heim", "mif1", "msf1"].contains(where: {
      starts("ftyp" + $0, at: 4)
    }) {
      self = .other("a HEIF picture")
    } else if starts("ftyp", at: 4) {
      self = .other("an MP4 or QuickTime film")
    } else if starts([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20]) || starts([0xFF, 0x4F, 0xFF, 0x51]) {
      self = .other("a JPEG 2000 picture")
    } else if starts([0xFF, 0x0A]) || starts([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20]) {
      self = .other("a JPEG XL picture")
    } else if starts("8BPS") {
      self = .other("a Photoshop document")
    } else if starts("%PDF-") {
      self = .other("a PDF document")
    } else if starts("BM") && starts([0, 0, 0, 0], at: 6) {
      self = .other("a BMP picture")
    } else {
      return nil
    }
  }
}
