import Foundation
import NIOCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// Why an address cannot be listened on.
package struct ListeningError: Error, CustomStringConvertible {
  /// One line: the address, what was found, what to do.
  package let description: String

  /// - Parameters:
  ///   - error: What the system said.
  ///   - host: The address.
  ///   - port: The port.
  init(_ error: any Error, host: String, port: Int) {
    let reason: String =
      switch (error as? IOError)?.errnoCode {
      case EADDRINUSE:
        "another program listens there; stop it, or choose another port with --port (0: any that is free)"
      case EACCES, EPERM:
        "found no permission for port \(port), expected 1024 or more; choose one with --port"
      case EADDRNOTAVAIL:
        "this machine has no such address; expected one of its own, 127.0.0.1 (itself only) or 0.0.0.0 (all)"
      case .some(let code): String(cString: strerror(code))
      case nil:
        error is SocketAddressError
          ? "no such host is known; expected an address of this machine, 127.0.0.1 or 0.0.0.0"
          : ServerError.oneLine("\(error)")
      }
    description = "\(host):\(port): cannot be listened on: \(reason)"
  }
}
