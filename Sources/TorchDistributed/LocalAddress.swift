import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// By which of its own addresses this machine reaches another.
///
/// The machine's name often stands for the loopback interface, or for a network that the others are not on;
/// the way to the machine where the workers meet is one that they all have.
enum LocalAddress {
  /// The numeric address on the way to a host; `nil` where its name or the way is not known.
  static func toward(_ host: String, port: UInt16) -> String? {
    var hints = addrinfo()
    hints.ai_family = AF_UNSPEC
    #if canImport(Darwin)
      hints.ai_socktype = SOCK_DGRAM
    #else
      hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    #endif
    var list: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
    defer { freeaddrinfo(list) }
    var next = list
    while let candidate = next?.pointee {
      if let address = source(for: candidate) { return address }
      next = candidate.ai_next
    }
    return nil
  }

  /// Connecting a datagram socket sends nothing; it only settles the addresses.
  private static func source(for destination: addrinfo) -> String? {
    let descriptor = socket(destination.ai_family, destination.ai_socktype, 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard connect(descriptor, destination.ai_addr, destination.ai_addrlen) == 0 else { return nil }
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let isKnown = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        getsockname(descriptor, address, &length) == 0
          && getnameinfo(
            address,
            length,
            &text,
            socklen_t(text.count),
            nil,
            0,
            NI_NUMERICHOST
          ) == 0
      }
    }
    guard isKnown else { return nil }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The machine's name.
  static var hostName: String {
    var text = [CChar](repeating: 0, count: 256)
    guard gethostname(&text, text.count - 1) == 0 else { return "this machine" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
