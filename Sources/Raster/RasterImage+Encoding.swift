import CImageCodecs
package import Foundation
import FileErrors

extension RasterImage {
  /// The picture as a JPEG file (4:2:0).
  ///
  /// Equal pictures give equal bytes.
  ///
  /// - Parameter quality: 1 to 100 on libjpeg's scale; values outside are taken as the nearest.
  /// - Returns: The bytes of the file.
  /// - Throws: ``RasterError`` if a side is above 65500 or memory runs out.
  package func jpegData(quality: Int = 90) throws(RasterError) -> [UInt8] {
    let quality = Int32(min(max(quality, 1), 100))
    return try encoded { pixels, result, error in
      ic_jpeg_encode(pixels, UInt32(width), UInt32(height), quality, &result, &error)
    }
  }

  /// The picture as a PNG file, without loss.
  ///
  /// Equal pictures give equal bytes.
  ///
  /// - Returns: The bytes of the file.
  /// - Throws: ``RasterError`` if memory runs out.
  package func pngData() throws(RasterError) -> [UInt8] {
    try encoded { pixels, result, error in
      ic_png_encode(pixels, UInt32(width), UInt32(height), &result, &error)
    }
  }

  /// Writes the picture as its name says: `.jpg` and `.jpeg` as JPEG, `.png` as PNG.
  ///
  /// The file appears complete or not at all.
  /// - Parameters:
  ///   - url: A file URL in a folder that exists.
  ///   - quality: Of a JPEG, as in ``jpegData(quality:)``.
  /// - Throws: ``RasterError`` if the extension is another one or the file cannot be written.
  package func write(to url: URL, quality: Int = 90) throws(RasterError) {
    let bytes: [UInt8]
    switch url.pathExtension.lowercased() {
    case "jpg", "jpeg":
      bytes = try jpegData(quality: quality)
    case "png":
      bytes = try pngData()
    case let other:
      throw RasterError(
        code: .invalidArgument,
        file: url.path,
        message: "the extension is \"\(other)\"; pictures are written as .jpg, .jpeg or .png"
      )
    }
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw RasterError(
        code: .unwritableFile,
        file: url.path,
        message: "cannot be written: \(FileReason(error))"
      )
    }
  }

  private func encoded(
    _ encode: (UnsafePointer<UInt8>?, inout ic_bytes, inout ic_error) -> Bool
  ) throws(RasterError) -> [UInt8] {
    var result = ic_bytes()
    var error = ic_error()
    let isDone = withCheckedPixels { encode($0.baseAddress, &result, &error) }
    guard isDone else { throw RasterError(error, file: "picture") }
    defer { ic_bytes_free(&result) }
    return Array(UnsafeBufferPointer(start: result.data, count: result.count))
  }
}
