import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// The memory that this process occupies now, shared pages of libraries among it.
enum ResidentMemory {
  /// In MiB; `nil` on systems without `/proc`.
  static var mebibytes: Double? {
    #if os(Linux)
      // "size resident shared …", in pages.
      guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
        let pages = text.split(separator: " ").dropFirst().first.flatMap({ Double($0) })
      else { return nil }
      return pages * Double(sysconf(Int32(_SC_PAGESIZE))) / 1_048_576
    #else
      return nil
    #endif
  }
}
