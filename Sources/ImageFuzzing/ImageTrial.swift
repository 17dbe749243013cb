import BoxGeometry
package import Raster

/// One damaged picture, made from a seed, on its way through the decoders.
package struct ImageTrial: Sendable {
  /// How far a picture came.
  package enum Outcome: String, CaseIterable, Sendable {
    /// The header was refused, or what it declares.
    case refusedByHeader
    /// The picture data was refused.
    case refused
    /// There is a picture.
    case decoded
  }

  /// A promise that was broken without a crash.
  package struct Fault: Error, CustomStringConvertible {
    package let description: String
  }

  /// The file.
  package let bytes: [UInt8]
  private let choices: UInt64

  /// So small that what a trial takes shows in the memory of the process.
  package static let limits = ImageLimits(
    maximumPixels: 1 << 18,
    maximumBytes: 1 << 20,
    maximumMemory: 4 << 20
  )

  /// The picture of a seed; equal seeds give equal ones.
  ///
  /// - Parameter seed: Any number.
  package init(seed: UInt64) {
    choices = SplitMix64(mixing: seed, 2).state
    let files = SeedPictures.files
    var mutator = PictureMutator(generator: SplitMix64(mixing: seed, 1))
    bytes = mutator.mutated(files[Int(seed % UInt64(files.count))])
  }

  /// Decodes the picture: whole, scaled, and resampled on the way, which must not contradict.
  ///
  /// - Returns: How far it came.
  /// - Throws: ``Fault`` for a picture of another size than its header says, ways of decoding that
  ///   differ, or an error of several lines.
  package func run() throws -> Outcome {
    let picture: EncodedPicture
    do throws(RasterError) {
      picture = try EncodedPicture(bytes, name: Self.name, limits: Self.limits)
    } catch {
      try check(error)
      return .refusedByHeader
    }
    guard picture.width * picture.height <= Self.limits.maximumPixels else {
      throw Fault(description: "\(picture.width) x \(picture.height) pixels passed the limit")
    }
    let whole = Result { () throws(RasterError) in try picture.decoded() }
    if case .success(let image) = whole,
      image.width != picture.width || image.height != picture.height
    {
      throw Fault(
        description:
          "the header says \(picture.width) x \(picture.height), found \(image.width) x \(image.height)"
      )
    }
    try compareResized(picture, whole)
    try decodeScaled(picture)
    guard case .failure(let error) = whole else { return .decoded }
    try check(error)
    return .refused
  }

  private static let name = "fuzz.picture"

  /// Resampled while decoding, the picture is the one resampled afterwards, or refused as well.
  private func compareResized(
    _ picture: EncodedPicture,
    _ whole: Result<RasterImage, RasterError>
  ) throws {
    let width = max(1, picture.width * Int(choices % 100 + 20) / 120)
    let height = max(1, picture.height * Int(choices >> 8 % 100 + 20) / 120)
    let resized = Result { () throws(RasterError) in
      try picture.resized(width: width, height: height)
    }
    switch (whole, resized) {
    case (.success(let image), .success(let small)):
      guard image.resized(width: width, height: height) == small else {
        throw Fault(description: "resampled on the way, the pixels differ")
      }
    case (.failure(let one), .failure(let other)):
      guard one.code == other.code else {
        throw Fault(description: "refused as \(one), resampled on the way as \(other)")
      }
    default:
      throw Fault(description: "decoded: \(told(whole)); resampled on the way: \(told(resized))")
    }
  }

  /// At a fraction of its size the picture is not below the size asked for.
  private func decodeScaled(_ picture: EncodedPicture) throws {
    let target = (
      width: 1 + Int(choices >> 16 % 20), height: 1 + Int(choices >> 24 % 20)
    )
    let scaled = Result { () throws(RasterError) in
      try RasterImage(decoding: bytes, name: Self.name, limits: Self.limits, fitting: target)
    }
    guard case .success(let image) = scaled else { return }
    guard image.width >= min(target.width, picture.width),
      image.height >= min(target.height, picture.height)
    else {
      throw Fault(description: "\(image.width) x \(image.height) pixels to fit \(target)")
    }
  }

  private func told(_ result: Result<RasterImage, RasterError>) -> String {
    switch result {
    case .success(let image): "\(image.width) x \(image.height) pixels"
    case .failure(let error): "\(error)"
    }
  }

  private func check(_ error: RasterError) throws {
    let message = error.description
    guard message.hasPrefix(Self.name + ": "), error.message.count > 20, message.count < 1000,
      !message.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
    else { throw Fault(description: "no message of one line: \(message.debugDescription)") }
  }
}
