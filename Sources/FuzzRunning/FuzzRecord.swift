import Foundation

/// What a process at work has done so far, in a file that outlives it.
///
/// The file is mapped, so that writing costs no more than a store and a crash loses nothing.
final class FuzzRecord {
  /// The numbers of the file, each of 64 bits.
  enum Field {
    /// The input at work, or the next one.
    case seed
    /// Promises broken.
    case faults
    /// The most memory occupied, in bytes.
    case peakBytes
    /// How many inputs came so far.
    case outcome(Int)

    fileprivate var place: Int {
      switch self {
      case .seed: 0
      case .faults: 1
      case .peakBytes: 2
      case .outcome(let index): 3 + index
      }
    }
  }

  private let memory: UnsafeMutablePointer<UInt64>
  private static let size = 4096

  init(path: String) throws {
    let file = open(path, O_RDWR | O_CREAT, 0o600)
    guard file >= 0, ftruncate(file, off_t(Self.size)) == 0,
      let address = mmap(nil, Self.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
      address != MAP_FAILED
    else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    close(file)
    memory = address.bindMemory(to: UInt64.self, capacity: Self.size / 8)
  }

  deinit { munmap(memory, Self.size) }

  subscript(field: Field) -> UInt64 {
    get { memory[field.place] }
    set { memory[field.place] = newValue }
  }
}
