import Foundation

/// What a process at work has done so far, in a file that outlives it.
///
/// The file is mapped, so that writing costs no more than a store and a crash loses nothing.
final class FuzzRecord {
  /// The numbers of the file, each of 64 bits.
  enum Field: Int, CaseIterable {
    /// The pair at work, or the next one.
    case seed
    case refusedGroundTruth, refusedDetections, refusedByEvaluator, evaluated
    /// Promises broken.
    case faults
    /// The most memory occupied, in bytes.
    case peakBytes
  }

  private let memory: UnsafeMutablePointer<UInt64>
  private static let size = Field.allCases.count * 8

  init(path: String) throws {
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0, ftruncate(file, off_t(Self.size)) == 0,
      let address = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
      address != MAP_FAILED
    else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    close(file)
    memory = address.bindMemory(to: UInt64.self, capacity: Field.allCases.count)
  }

  deinit { munmap(memory, Self.size) }

  subscript(field: Field) -> UInt64 {
    get { memory[field.rawValue] }
    set { memory[field.rawValue] = newValue }
  }
}
