import CImageCodecs

/// An encoded picture whose header has been read and held against the limits.
struct EncodedImage {
  let bytes: UnsafeBufferPointer<UInt8>
  let name: String
  let format: ImageFormat
  /// Sides as stored, before the orientation is applied.
  let storedWidth: Int
  let storedHeight: Int
  let orientation: ImageOrientation
  /// Whether the bytes end before the orientation may be told.
  let isPartial: Bool

  /// Width and height as the picture is looked at.
  var size: (width: Int, height: Int) {
    orientation.swapsSides ? (storedHeight, storedWidth) : (storedWidth, storedHeight)
  }

  /// Recognises the format and reads the header.
  init(
    bytes: UnsafeBufferPointer<UInt8>,
    name: String,
    limits: ImageLimits
  ) throws(RasterError) {
    guard bytes.count <= limits.maximumBytes else {
      throw RasterError(
        code: .limitExceeded,
        file: name,
        message: "\(bytes.count) bytes; the limit is \(limits.maximumBytes). Scale it down"
      )
    }
    format = try Self.recognize(bytes, name: name)
    var header = ic_header()
    var error = ic_error()
    let isRead =
      switch format {
      case .jpeg: ic_jpeg_header(bytes.baseAddress, bytes.count, &header, &error)
      case .webp: ic_webp_header(bytes.baseAddress, bytes.count, &header, &error)
      default: ic_png_header(bytes.baseAddress, bytes.count, &header, &error)
      }
    guard isRead else { throw RasterError(error, file: name) }
    self.bytes = bytes
    self.name = name
    storedWidth = Int(header.width)
    storedHeight = Int(header.height)
    orientation = ImageOrientation(rawValue: Int(header.orientation)) ?? .upright
    isPartial = header.is_partial
    let (pixels, overflows) = storedWidth.multipliedReportingOverflow(by: storedHeight)
    guard !overflows, pixels <= limits.maximumPixels else {
      throw RasterError(
        code: .limitExceeded,
        file: name,
        message: """
          the header declares \(storedWidth) x \(storedHeight) pixels; the limit is \
          \(limits.maximumPixels) pixels in all. If the file is genuine, scale it down
          """
      )
    }
    // Turning a picture takes a second one.
    let copies = orientation == .upright ? 1 : 2
    let bytesOfPixel = RasterImage.channels * copies + Int(header.working_bytes)
    guard pixels <= limits.maximumMemory / bytesOfPixel else {
      throw RasterError(
        code: .limitExceeded,
        file: name,
        message: """
          \(storedWidth) x \(storedHeight) pixels of this kind take \(bytesOfPixel) bytes each to \
          decode; the limit is \(limits.maximumMemory) bytes in all. Scale it down, or save it as \
          a sequential JPEG
          """
      )
    }
  }

  /// Decodes the pixels, upright.
  ///
  /// - Parameter target: If given and at most half the picture's size, a JPEG is decoded at the
  ///   smallest of 1/2, 1/4 and 1/8 of its size that is not below the target.
  /// - Returns: The picture, at least as large as the target if it was so before.
  /// - Throws: ``RasterError`` if the picture data is damaged or of a kind that is not read.
  func decoded(fitting target: (width: Int, height: Int)?) throws(RasterError) -> RasterImage {
    let denominator = target.map(denominator(fitting:)) ?? 1
    let width = (storedWidth + denominator - 1) / denominator
    let height = (storedHeight + denominator - 1) / denominator
    var error = ic_error()
    var isDecoded = false
    let count = width * height * RasterImage.channels
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
      let (start, target) = (bytes.baseAddress, buffer.baseAddress)
      let (columns, rows) = (UInt32(width), UInt32(height))
      isDecoded =
        switch format {
        case .jpeg:
          ic_jpeg_decode(start, bytes.count, UInt32(denominator), columns, rows, target, &error)
        case .webp: ic_webp_decode(start, bytes.count, columns, rows, target, &error)
        default: ic_png_decode(start, bytes.count, columns, rows, target, &error)
        }
      initializedCount = isDecoded ? count : 0
    }
    guard isDecoded else { throw RasterError(error, file: name) }
    return RasterImage(width: width, height: height, pixels: pixels).upright(from: orientation)
  }

  private func denominator(fitting target: (width: Int, height: Int)) -> Int {
    guard format == .jpeg else { return 1 }
    return RasterImage.scaleDenominator(width: size.width, height: size.height, fitting: target)
  }

  private static func recognize(
    _ bytes: UnsafeBufferPointer<UInt8>,
    name: String
  ) throws(RasterError) -> ImageFormat {
    guard !bytes.isEmpty else {
      throw RasterError(
        code: .damaged,
        file: name,
        message: "the file is empty; expected a JPEG, PNG or WebP picture. Fetch or export it again"
      )
    }
    guard let format = ImageFormat(recognizing: bytes) else {
      let start = bytes.prefix(8).map { byte in
        let digits = String(byte, radix: 16)
        return digits.count < 2 ? "0" + digits : digits
      }
      throw RasterError(
        code: .unsupportedFormat,
        file: name,
        message: """
          not a picture: it begins with the bytes \(start.joined(separator: " ")); expected a JPEG, \
          PNG or WebP picture
          """
      )
    }
    guard case .other(let kind) = format else { return format }
    throw RasterError(
      code: .unsupportedFormat,
      file: name,
      message: "\(kind), which is not read; convert it to JPEG, PNG or WebP"
    )
  }
}

extension RasterError {
  /// Turns what the codecs report into an error that says what to do.
  init(_ error: ic_error, file: String) {
    let text = withUnsafeBytes(of: error.message) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    switch error.status {
    case IC_UNSUPPORTED:
      let advice = "save it again as a plain RGB JPEG or PNG, or as a still WebP"
      let message = "\(text); \(advice)"
      self.init(code: .unsupportedFormat, file: file, message: message)
    case IC_OUT_OF_MEMORY:
      self.init(code: .outOfMemory, file: file, message: text)
    case IC_BAD_ARGUMENT:
      self.init(code: .invalidArgument, file: file, message: text)
    default:
      let message = "the picture is damaged: \(text). Fetch or export the file again"
      self.init(code: .damaged, file: file, message: message)
    }
  }
}
