package import Foundation

/// A checkpoint of PyTorch, as `torch.save` writes it to `.pth` and `.pt` files.
///
/// The form of a zip archive and the older one of pickles in a row are read. Nothing in the file is
/// executed: the pickle is followed by a machine that knows the few names which a checkpoint of
/// tensors needs and refuses every other. Type, shape and place of each tensor are checked when the
/// file is opened, elements are read when they are asked for.
///
/// Not read: compressed or encrypted archives, TorchScript, the tar files of the first PyTorch,
/// whole modules, arrays of NumPy, and tensors that are complex, quantised, sparse or of 8-bit
/// floats. Checksums of the archive are not compared, as PyTorch does not either.
package struct TorchCheckpoint: Sendable {
  /// How a checkpoint is written.
  package enum Form: Hashable, Sendable {
    /// A zip archive; PyTorch 1.6 and later.
    case zip
    /// Pickles in a row, then elements; PyTorch before 1.6.
    case legacy
  }

  /// The path of the file.
  package let path: String
  /// How it is written.
  package let form: Form
  /// All that is in it.
  package let value: PickledValue

  private let file: CheckpointFile

  /// Opens a checkpoint and checks all of it but its elements.
  ///
  /// - Parameters:
  ///   - url: The file.
  ///   - limits: What it may ask for.
  /// - Throws: ``TorchCheckpointError`` that names the file, the place and the reason.
  package init(
    contentsOf url: URL,
    limits: CheckpointLimits = CheckpointLimits()
  ) throws(TorchCheckpointError) {
    try self.init(CheckpointFile(reading: url.path), limits: limits)
  }

  /// Reads a checkpoint in memory.
  ///
  /// - Parameters:
  ///   - bytes: The bytes of the file.
  ///   - name: How messages call it.
  ///   - limits: What it may ask for.
  /// - Throws: ``TorchCheckpointError`` that names the file, the place and the reason.
  package init(
    bytes: [UInt8],
    name: String,
    limits: CheckpointLimits = CheckpointLimits()
  ) throws(TorchCheckpointError) {
    try self.init(CheckpointFile(bytes: bytes, name: name), limits: limits)
  }

  private init(_ file: CheckpointFile, limits: CheckpointLimits) throws(TorchCheckpointError) {
    self.file = file
    path = file.path
    form = try CheckpointSignature.form(of: file)
    value =
      switch form {
      case .zip: try zipValue(of: file, limits: limits)
      case .legacy: try legacyValue(of: file, limits: limits)
      }
  }

  func fault(
    _ code: TorchCheckpointError.Code,
    _ place: String,
    _ message: String
  ) -> TorchCheckpointError {
    file.fault(code, place, message)
  }
}
