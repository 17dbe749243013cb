/// How a server listens, batches and guards itself.
package struct DetectionServerConfiguration: Sendable {
  /// The address that is listened on.
  ///
  /// Default: this machine alone.
  package var host = "127.0.0.1"
  /// The port; 0 is any that is free.
  package var port = 8080
  /// What is accepted.
  package var limits = ServerLimits()
  /// Pictures that go through the network together at most.
  package var batch = 4
  /// How long a picture waits for others to go with, in seconds.
  package var batchWait = 0.002
  /// Threads that decode pictures beside the network.
  package var decoders = 2
  /// What a request has to show; `nil`: nothing.
  package var token: AccessToken?
  /// The origin whose pages may call the server from a browser, or `*`; `nil`: none but its own.
  package var allowedOrigin: String?
  /// How long the work that was accepted may take after the server was told to stop, in seconds.
  package var shutdownGrace = 30.0

  /// A server for this machine alone.
  package init() {}

  /// What is wrong with the values, if anything.
  package var fault: String? {
    if !(0...65_535).contains(port) { return "found port \(port), expected 0...65535" }
    if !(1...256).contains(batch) { return "found a batch of \(batch), expected 1...256" }
    if !(0...10).contains(batchWait) {
      return "found \(batchWait) seconds to wait for a batch, expected 0...10"
    }
    if !(1...64).contains(decoders) { return "found \(decoders) decoders, expected 1...64" }
    if !(0...86_400).contains(shutdownGrace) {
      return "found \(shutdownGrace) seconds to stop in, expected 0...86400"
    }
    if let allowedOrigin, !Self.isOrigin(allowedOrigin) {
      return "found the origin \(allowedOrigin), expected one such as https://example.org, or *"
    }
    return limits.fault
  }

  private static func isOrigin(_ text: String) -> Bool {
    if text == "*" { return true }
    guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return false }
    let rest = text.drop { $0 != "/" }.dropFirst(2)
    return !rest.isEmpty
      && rest.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0 != "/" }
  }
}
