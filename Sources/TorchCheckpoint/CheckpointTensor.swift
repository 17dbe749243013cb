/// A tensor of a checkpoint: what is known of it, and its elements when they are asked for.
///
/// Type, shape and strides were checked against the storage when the checkpoint was opened: all
/// elements lie inside it, and their number times their width is a number.
package struct CheckpointTensor: Sendable {
  /// The type of its elements.
  package let dtype: CheckpointDType
  /// Elements along each axis; empty if it is one element.
  package let shape: [Int]
  /// Elements of storage from one element to the next along each axis, >= 0.
  package let strides: [Int]
  /// Elements of storage before its first.
  package let offset: Int
  /// The storage that it is a part of, perhaps among other tensors.
  package let storage: CheckpointStorage

  /// How many elements it has.
  package let count: Int
  private let layout: TensorLayout

  init(_ tensor: PickleTensor, layout: TensorLayout, storage: CheckpointStorage) {
    dtype = tensor.dtype
    shape = tensor.shape
    strides = tensor.strides
    offset = tensor.offset
    count = layout.count
    self.layout = layout
    self.storage = storage
  }

  /// Bytes of all elements.
  package var byteCount: Int { count * dtype.byteCount }

  /// Writes all elements to memory, row by row, in the byte order of this machine.
  ///
  /// - Parameter buffer: ``byteCount`` bytes.
  /// - Throws: ``TorchCheckpointError`` if the file cannot be read, is shorter by now, or has a
  ///   truth value that is neither.
  package func read(into buffer: UnsafeMutableRawBufferPointer) throws(TorchCheckpointError) {
    precondition(buffer.count == byteCount, "\(byteCount) bytes are read, not \(buffer.count)")
    let start = storage.range.lowerBound + offset * dtype.byteCount
    if layout.isRowMajor {
      try storage.file.read(into: buffer, at: start, place: storage.place)
    } else {
      let end = start + layout.extent * dtype.byteCount
      gather(try storage.file.bytes(in: start..<end, place: storage.place), into: buffer)
    }
    if dtype == .bool, let index = buffer.firstIndex(where: { $0 > 1 }) {
      throw storage.file.fault(
        .invalidElement,
        storage.place,
        "truth value \(index) is the byte \(buffer[index]), it has to be 0 or 1"
      )
    }
    if storage.isBigEndian != Self.machineIsBigEndian { swapBytes(of: buffer) }
  }

  /// All elements, row by row, in the byte order of this machine.
  ///
  /// - Returns: ``byteCount`` bytes.
  /// - Throws: As ``read(into:)``.
  package func bytes() throws(TorchCheckpointError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    try bytes.withUnsafeMutableBytes { buffer in
      Result { () throws(TorchCheckpointError) in try read(into: buffer) }
    }.get()
    return bytes
  }

  private static let machineIsBigEndian = 1.bigEndian == 1

  private func gather(_ source: [UInt8], into buffer: UnsafeMutableRawBufferPointer) {
    let width = dtype.byteCount
    // The step of an axis with one element is never taken and may be any number.
    let steps = zip(shape, strides).map { $0 > 1 ? $1 : 0 }
    var index = [Int](repeating: 0, count: shape.count)
    var place = 0
    source.withUnsafeBytes { source in
      for element in 0..<count {
        for byte in 0..<width { buffer[element * width + byte] = source[place * width + byte] }
        var axis = shape.count - 1
        while axis >= 0 {
          index[axis] += 1
          place += steps[axis]
          if index[axis] < shape[axis] { break }
          place -= steps[axis] * shape[axis]
          index[axis] = 0
          axis -= 1
        }
      }
    }
  }

  private func swapBytes(of buffer: UnsafeMutableRawBufferPointer) {
    let width = dtype.byteCount
    guard width > 1 else { return }
    for start in stride(from: 0, to: buffer.count, by: width) {
      for byte in 0..<(width / 2) { buffer.swapAt(start + byte, start + width - 1 - byte) }
    }
  }
}
