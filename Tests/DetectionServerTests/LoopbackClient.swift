import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// A connection to a server on this machine that sends whatever bytes it is told to.
///
/// Its calls block; use it on a thread of its own.
final class LoopbackClient {
  struct Closed: Error {}

  /// An answer as it came.
  struct Reply: Sendable {
    var status: Int
    /// By name in lower case.
    var headers: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as a JSON object.
    func json() throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] ?? [:]
    }

    /// The code of an answer that is an error.
    var errorCode: String? {
      ((try? json())?["error"] as? [String: Any])?["code"] as? String
    }
  }

  private let descriptor: Int32
  private var received: [UInt8] = []

  init(port: Int) throws {
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let status = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status != 0 { throw Closed() }
  }

  deinit { close(descriptor) }

  /// Sends bytes; what the server does not take any more is lost.
  func send(_ bytes: [UInt8]) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        guard let start = $0.baseAddress else { return -1 }
        return sendNow(start + sent, bytes.count - sent)
      }
      if count <= 0 { return }
      sent += count
    }
  }

  private func sendNow(_ start: UnsafeRawPointer, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.send(descriptor, start, count, Int32(MSG_NOSIGNAL))
    #elseif canImport(Musl)
      Musl.send(descriptor, start, count, Int32(MSG_NOSIGNAL))
    #else
      Darwin.send(descriptor, start, count, 0)
    #endif
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// Sends a request with its length.
  func ask(
    _ method: String,
    _ target: String,
    headers: [String] = [],
    body: [UInt8]? = nil
  ) throws -> Reply {
    var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\n"
    for header in headers { head += header + "\r\n" }
    if let body { head += "Content-Length: \(body.count)\r\n" }
    send(Array((head + "\r\n").utf8) + (body ?? []))
    return try reply(toHead: method == "HEAD")
  }

  /// Reads one answer.
  func reply(toHead isHead: Bool = false) throws -> Reply {
    let separator = Array("\r\n\r\n".utf8)
    var end: Int?
    while end == nil {
      end = received.indices.first { received[$0...].starts(with: separator) }
      if end == nil { try receive() }
    }
    guard let end else { throw Closed() }
    let lines = String(decoding: received[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    received.removeFirst(end + 4)
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let status = Int(lines[0].split(separator: " ")[1]) ?? 0
    let length =
      isHead || status == 204 || status == 304 ? 0 : Int(headers["content-length"] ?? "0") ?? 0
    while received.count < length { try receive() }
    let body = Array(received.prefix(length))
    received.removeFirst(length)
    return Reply(status: status, headers: headers, body: body)
  }

  /// Whether the server closes the connection without another byte.
  func isClosedByServer() -> Bool {
    do {
      try receive()
      return false
    } catch {
      return received.isEmpty
    }
  }

  /// Says that nothing more will be sent.
  func finishSending() {
    #if canImport(Darwin)
      shutdown(descriptor, SHUT_WR)
    #else
      shutdown(descriptor, Int32(SHUT_WR))
    #endif
  }

  private func receive() throws {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    if count <= 0 { throw Closed() }
    received += buffer.prefix(count)
  }
}
